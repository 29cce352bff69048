package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/lock"
)

const (
	// leaseTime is how long a lease lasts after it was taken or renewed, by the
	// database's clock.
	leaseTime = 15 * time.Second
	// renewal is how often the holder renews it.
	renewal = 5 * time.Second
	// idleTime is how long the server keeps a transaction that changes the state and
	// whose program says nothing. It is shorter than what is left of a lease whose
	// holder stopped, so that who takes over doesn't wait for it.
	idleTime = 9 * time.Second
	// leaseMargin is how long before the end of its lease a holder is not sure of it any
	// more: what it then begins arrives within this time.
	leaseMargin = time.Second
	// leasePoll is how often a waiting process tries again.
	leasePoll = 200 * time.Millisecond
)

// whole is the party of who has the whole state.
const whole = "state"

// A lease is a row that says who holds a lock, until when. A holder that was killed
// blocks others until it ends; one that was stopped for longer finds itself fenced
// by the epoch.
type lease struct {
	of   *database
	lost atomic.Bool
	// renewed is when the latest renewal that the database took was begun: the lease lasts
	// at least leaseTime from then.
	renewed atomic.Pointer[time.Time]

	mu sync.Mutex
	// end ends the renewal; nil while nothing is held.
	end func()
}

// intact reports a lease that somebody else took.
func (l *lease) intact() error {
	if l.lost.Load() {
		return state.ErrFenced
	}
	return nil
}

// sure waits until the lease is known to last. A process that was stopped, and one whose
// server is gone, don't know whether somebody else has taken it meanwhile.
func (l *lease) sure(ctx context.Context) error {
	for {
		if err := l.intact(); err != nil {
			return err
		}
		if since(*l.renewed.Load()) < leaseTime-leaseMargin {
			return nil
		}
		if !sleep(ctx, leasePoll) {
			return fmt.Errorf("wait for the lock's renewal: %w", context.Cause(ctx))
		}
	}
}

// since is the time since an instant by the clock that has gone on further: that of some
// machines stands still while they sleep, and the other one can be set.
func since(at time.Time) time.Duration {
	now := time.Now()
	return max(now.Sub(at), now.Round(0).Sub(at.Round(0)))
}

// take takes the lease. It waits up to timeout for another holder.
func (l *lease) take(ctx context.Context, as sqldb.Role, holder string, timeout time.Duration) (func() error, error) {
	deadline := time.Now().Add(timeout)
	party, token := cmp.Or(as.Party, whole), rand.Text()
	name := party + as.Name
	for {
		began := time.Now()
		other, err := l.try(ctx, party, name, holder, token)
		if err != nil {
			return nil, l.of.Explain("lock the state "+l.of.path, err)
		}
		if other == nil {
			return l.hold(name, token, began), nil //nolint:contextcheck // it is held and given back whatever the context says
		}
		switch {
		case timeout <= 0:
			return nil, other
		case time.Until(deadline) <= 0:
			other.Waited = timeout
			return nil, other
		}
		if !sleep(ctx, min(leasePoll, time.Until(deadline))) {
			return nil, fmt.Errorf("wait for the lock: %w: %w", other, context.Cause(ctx))
		}
	}
}

// try takes the lease if nobody of another party and of the same name has one that has
// not ended, else it says who has it. One process at a time tries.
func (l *lease) try(ctx context.Context, party, name, holder, token string) (other *lock.HeldError, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	// Those that record go on meanwhile: the row of meta stays free.
	c, err := l.of.begin(ctx, ctx, l.of.update+"; SELECT pg_advisory_xact_lock(hashtextextended('notifyaudit lease "+l.of.schema+"', 0))")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Rollback()) }() //nolint:contextcheck // what was begun ends whatever the context says
	t := sqldb.Tx{Conn: c}
	var has string
	err = t.Row(ctx, `SELECT holder FROM lease WHERE ends_at > clock_timestamp() AND (name = ? OR NOT starts_with(name, ?))
		ORDER BY name LIMIT 1`, name, party).Scan(&has)
	if err == nil {
		return &lock.HeldError{What: "the state " + l.of.path, Holder: lock.Printable(has)}, nil
	}
	if !errors.Is(err, sqldb.ErrNoRows) {
		return nil, err
	}
	if _, err = t.Exec(ctx, `DELETE FROM lease WHERE name = ? OR NOT starts_with(name, ?)`, name, party); err != nil {
		return nil, err
	}
	_, err = t.Exec(ctx, `INSERT INTO lease (name, holder, token, ends_at)
		VALUES (?, ?, ?, clock_timestamp() + ? * interval '1 microsecond')`, name, holder, token, leaseTime.Microseconds())
	if err != nil {
		return nil, err
	}
	return nil, c.Commit(ctx)
}

// change runs a statement about the lease in a transaction of its own.
func (l *lease) change(ctx context.Context, statement string, args ...any) (changed int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	c, err := l.of.connect(ctx, 0)
	if err != nil {
		return 0, err
	}
	defer c.Release()
	tag, err := c.Exec(ctx, statement, append([]any{pgx.QueryExecModeExec}, args...)...)
	return tag.RowsAffected(), l.of.fault(err)
}

// hold renews the lease, which was taken at an instant, until it is released.
func (l *lease) hold(name, token string, began time.Time) (release func() error) {
	l.renewed.Store(&began)
	l.lost.Store(false)
	ctx, cancel := context.WithCancel(context.Background())
	var renewing sync.WaitGroup
	renewing.Go(func() { l.renew(ctx, name, token) })
	stop := sync.OnceFunc(func() {
		cancel()
		renewing.Wait()
	})
	l.mu.Lock()
	l.end = stop
	l.mu.Unlock()
	return sync.OnceValue(func() error {
		stop()
		ctx, cancel := l.of.outage.limit(context.Background(), l.of.outage.deadline(time.Now(), 0))
		defer cancel()
		_, err := l.change(ctx, `DELETE FROM `+l.of.schema+`.lease WHERE name = $1 AND token = $2`, name, token)
		if err != nil {
			return fmt.Errorf("release the lock, which ends by itself in %s: %w", leaseTime, err)
		}
		return nil
	})
}

func (l *lease) renew(ctx context.Context, name, token string) {
	ticker := time.NewTicker(renewal)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		began := time.Now()
		attempt, cancel := context.WithTimeout(ctx, renewal)
		n, err := l.change(attempt, `UPDATE `+l.of.schema+`.lease SET ends_at = clock_timestamp() + $3 * interval '1 microsecond'
			WHERE name = $1 AND token = $2`, name, token, leaseTime.Microseconds())
		cancel()
		// A server that can't be reached now may be next time: nobody takes the lease
		// from it meanwhile, or the epoch tells.
		switch {
		case err == nil && n == 0:
			l.lost.Store(true)
			return
		case err == nil:
			l.renewed.Store(&began)
		}
	}
}

// stop ends the renewal of a lease that was not released.
func (l *lease) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end != nil {
		l.end()
		l.end = nil
	}
}
