package state

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"notifyaudit/job/state/internal/bill"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

const (
	// maxTogether bounds how many commits one transaction takes.
	maxTogether = 256
	// gathering is how long after one transaction the next begins at the earliest,
	// while commits come side by side and none is urgent: a transaction costs as much
	// as several messages in it.
	gathering = 10 * time.Millisecond
	// gatheringOn is the same while they still come, each within lull of the one
	// before: at hundreds a second a transaction then takes twenty.
	gatheringOn = 40 * time.Millisecond
	lull        = 4 * time.Millisecond
)

// A queue groups commits. The caller that takes the lead writes all commits that are
// queued by then in one transaction, each in its own savepoint, and all callers return
// once it is on disk.
type queue struct {
	// lead holds one element while a caller changes the state.
	lead chan struct{}
	// urgent holds one element while a queued commit has to be written at once.
	urgent chan struct{}
	// written is when the latest transaction ended. Only the caller with the lead uses it.
	written time.Time

	mu      sync.Mutex
	waiting []*commit
	// company means that a commit is likely to follow soon: the last one came during a
	// transaction or shortly after it. alone is when the latest wait brought none.
	company      bool
	added, alone time.Time
}

func newQueue() queue { return queue{lead: make(chan struct{}, 1), urgent: make(chan struct{}, 1)} }

// A commit is one change of a group.
type commit struct {
	do func(context.Context, *rows.Tx, *bill.Bill) error
	// urgent means that the caller's next request depends on it.
	urgent bool
	// done is closed when err, or the panic of do, is set.
	done     chan struct{}
	err      error
	panicked any
}

func (c *commit) answer(err error) {
	c.err = err
	close(c.done)
}

func (q *queue) add(c *commit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, c)
	now := time.Now()
	q.company = q.company || len(q.lead) > 0 || now.Sub(q.added) < gathering/2 && now.Sub(q.alone) > 10*gathering
	q.added = now
	if c.urgent || len(q.waiting) == maxTogether {
		select {
		case q.urgent <- struct{}{}:
		default:
		}
	}
}

// gather waits until it is time for the next transaction. The caller has the lead.
func (q *queue) gather(ctx context.Context) {
	if !q.hasCompany() || !q.wait(ctx, q.written.Add(gathering)) {
		return
	}
	if q.comes() && !q.wait(ctx, q.written.Add(gatheringOn)) {
		return
	}
	q.gathered()
}

// wait reports whether the time came before something urgent, and before the end of
// ctx.
func (q *queue) wait(ctx context.Context, until time.Time) bool {
	wait := time.Until(until)
	if wait <= 0 {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-q.urgent:
	case <-ctx.Done():
	}
	return false
}

// comes reports whether another commit is likely to follow soon.
func (q *queue) comes() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) > 1 && time.Since(q.added) < lull
}

// gathered notes whether waiting brought another commit.
func (q *queue) gathered() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.company = len(q.waiting) > 1; !q.company {
		q.alone = time.Now()
	}
}

// remove takes a commit back; false when it is being written already.
func (q *queue) remove(c *commit) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, c)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

func (q *queue) hasCompany() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.company
}

func (q *queue) take() []*commit {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.urgent:
	default:
	}
	n := min(len(q.waiting), maxTogether)
	taken := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return taken
}

// commit makes a change part of a transaction of the lock's holder, and
// returns when that is on disk. The end of ctx ends the waiting and not the
// writing.
func (db *DB) commit(ctx context.Context, doing string, c *commit) error {
	if db.database.ReadOnly() {
		return db.database.Explain(doing, ErrReadOnly)
	}
	c.done = make(chan struct{})
	db.queue.add(c)
	for {
		select {
		case <-c.done:
			if c.panicked != nil {
				panic(c.panicked)
			}
			return db.database.Explain(doing, c.err)
		case db.queue.lead <- struct{}{}:
			select {
			case <-c.done: // another caller had the lead before
			default:
				db.queue.gather(ctx)
				writeQueued(ctx, db)
				db.queue.written = time.Now()
			}
			<-db.queue.lead
		case <-ctx.Done():
			if db.queue.remove(c) {
				return db.database.Explain(doing, context.Cause(ctx))
			}
			ctx = context.WithoutCancel(ctx) //nolint:fatcontext // once: it does not end again. The answer comes
		}
	}
}

// writeQueued writes the queued commits. The caller has the lead. The end of ctx only
// interrupts the wait for another program: the commits are other callers', too.
func writeQueued(ctx context.Context, db *DB) {
	work := context.WithoutCancel(ctx)
	conn, err := db.database.Update(ctx, work)
	if err != nil && ctx.Err() != nil {
		return // the next one tries
	}
	group := db.queue.take()
	switch {
	case err != nil:
		for _, c := range group {
			c.answer(err)
		}
		return
	case len(group) == 0: // another caller wrote them
		_ = conn.Rollback()
		return
	}
	err = again(ctx, work, db, group, together(work, db, conn, group, false))
	if errors.Is(err, errOne) {
		if conn, err = db.database.Update(work, work); err == nil {
			err = together(work, db, conn, group, true)
		}
	}
	if err == nil || len(group) == 1 || Passes(err) || errors.Is(err, ErrUnlocked) {
		for _, c := range group {
			c.answer(cmp.Or(err, c.err))
		}
		return
	}
	// One of them, or all together, are too large: write each by itself.
	for _, c := range group {
		conn, err := db.database.Update(work, work)
		if err == nil {
			err = together(work, db, conn, []*commit{c}, false)
		}
		c.answer(err)
	}
}

// mostRestarts bounds how often a group is written anew.
const mostRestarts = 5

// again writes a group anew while its connection breaks in the middle, as it does
// when a server restarts: nothing was written then. It returns the group's error.
func again(wait, work context.Context, db *DB, group []*commit, err error) error {
	for range mostRestarts {
		if !errors.Is(err, ErrUnavailable) {
			return err
		}
		conn, failed := db.database.Update(wait, work)
		if failed != nil {
			return err
		}
		err = together(work, db, conn, group, false)
	}
	return err
}

// errOne says that one commit of a group failed, and that nothing was written.
var errOne = errors.New("a commit of the group failed")

// together writes commits in one transaction. Guarded, one that fails sets its err
// and changes nothing. Else, since that is rare and a savepoint for each costs two
// statements, the error is errOne; of a single commit it is the commit's own. Any
// other error is of all of them.
func together(ctx context.Context, db *DB, conn sqldb.Conn, group []*commit, guarded bool) error {
	return committed(ctx, db, conn, func(t *rows.Tx) error {
		if err := fence(ctx, db, t); err != nil {
			return err
		}
		var bills bill.Bill
		for _, c := range group {
			c.err, c.panicked = nil, nil
			if guarded {
				if err := c.guarded(ctx, t, &bills); err != nil {
					return err
				}
				if c.err != nil {
					db.known = rows.Known{} // it may be of what is gone
				}
				continue
			}
			switch err := c.write(ctx, t, &bills); {
			case err == nil:
			case len(group) == 1 || t.Ended():
				return err
			default:
				return errOne
			}
		}
		if err := bills.Pay(ctx, t); err != nil {
			return err
		}
		return db.held.Load().place.spend(ctx, t, bills.Calls())
	})
}

// guarded does one change in a savepoint. Its error is the transaction's.
func (c *commit) guarded(ctx context.Context, t *rows.Tx, bills *bill.Bill) error {
	if err := t.Later(ctx, `SAVEPOINT one`); err != nil {
		return err
	}
	var own bill.Bill
	if c.err = c.write(ctx, t, &own); c.err != nil {
		if t.Ended() {
			return c.err
		}
		if _, err := t.Exec(ctx, `ROLLBACK TO SAVEPOINT one`); err != nil {
			return err
		}
	} else {
		bills.Add(&own)
	}
	_, err := t.Exec(ctx, `RELEASE SAVEPOINT one`)
	return err
}

var errPanicked = errors.New("a commit panicked")

// write does one change. It keeps a panic for the caller whose commit it is.
func (c *commit) write(ctx context.Context, t *rows.Tx, bills *bill.Bill) (err error) {
	defer func() {
		if v := recover(); v != nil {
			c.panicked, err = v, errPanicked
		}
	}()
	return c.do(ctx, t, bills)
}
