package state_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/lock"
	"notifyaudit/job/state/sqlite"
)

// queued has n callers commit while another change is under way, so that all of
// them wait, and returns what each got, once that change is over.
func (b *bench) queued(n int, commit func(i int) error) []error {
	b.t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		err := b.Change(b.t.Context(), "hold the others up", func(*rows.Tx) error {
			close(begun)
			<-end
			return nil
		})
		if err != nil {
			b.t.Error(err)
		}
	})
	<-begun
	answers := make([]error, n)
	for i := range n {
		others.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					answers[i] = fmt.Errorf("panic: %v", v)
				}
			}()
			answers[i] = commit(i)
		})
	}
	time.Sleep(50 * time.Millisecond) // they queue up; those that don't are written later
	close(end)
	others.Wait()
	return answers
}

// What waits is written in one transaction, and one that fails fails alone.
func TestCommitsTogether(t *testing.T) {
	db, w := openWatched(t, t.TempDir())
	b := newBench(t, db)
	b.read(message("before", job.Audience{}), 0)
	statements := make(map[string]int)
	const n = 60
	commit := func(i int) error {
		c := b.reading(message(fmt.Sprint("k", i), job.Listed("", []string{fmt.Sprint("u", i)})), i, fmt.Sprint("u", i))
		switch i {
		case 7:
			c.Reading.FinishedAt = time.Time{} // the last statements refuse it
		case 17:
			c.UserIDs = []string{"a\x00b"}
		case 27:
			c.Pages = 3
		case 37:
			c.Reading.RunID = "no such run"
		case 47:
			c.Message.Address = "panic"
		}
		return b.CommitReading(t.Context(), c)
	}
	serial, err := b.Serial(t.Context())
	must(t, err)
	var answers []error
	w.watch(func(statement string, args []any) error {
		statements[strings.Fields(statement)[0]]++
		for _, arg := range args {
			if arg == "panic" {
				panic("planted")
			}
		}
		return nil
	}, func() { answers = b.queued(n, commit) })
	for i, err := range answers {
		if fails := i%10 == 7 && i < 50; fails != (err != nil) {
			t.Errorf("commit %d: %v", i, err)
		}
		if i%10 != 7 {
			same(t, fmt.Sprint("readers of commit ", i), len(b.readers(fmt.Sprint("k", i))), 1)
		}
	}
	if answers[47] == nil || !strings.Contains(answers[47].Error(), "planted") {
		t.Errorf("the panic was not its caller's: %v", answers[47])
	}
	count, err := b.Count(t.Context())
	must(t, err)
	same(t, "messages", count, 1+n-5)
	spent, err := b.Spent(t.Context(), "acme", "2026-11")
	must(t, err)
	same(t, "calls on the account", spent, 1+n-5)
	run, err := b.LatestRun(t.Context())
	must(t, err)
	same(t, "calls of the run", run.Calls, 1+n-5)
	now, err := b.Serial(t.Context())
	must(t, err)
	if moved := now - serial; moved > 5 {
		t.Errorf("%d commits took %d transactions", n, moved)
	}
	if statements["SAVEPOINT"] < n-5 {
		t.Errorf("%v", statements)
	}
}

// When the database ends the transaction of a group by itself, each commit gets one
// of its own.
func TestGroupOnAFullDisk(t *testing.T) {
	db, w := openWatched(t, t.TempDir())
	b := newBench(t, db)
	b.read(message("before", job.Audience{}), 0)
	w.change(t, "PRAGMA max_page_count = 60")
	large := make([]string, 3000)
	for i := range large {
		large[i] = fmt.Sprint(strings.Repeat("x", 200), i)
	}
	answers := b.queued(12, func(i int) error {
		if i%4 == 1 {
			return b.CommitReading(t.Context(), b.reading(message(fmt.Sprint("large", i), job.Audience{}), i, large...))
		}
		return b.CommitReading(t.Context(), b.reading(message(fmt.Sprint("small", i), job.Audience{}), i, "u"))
	})
	for i, err := range answers {
		if full := i%4 == 1; full != errors.Is(err, state.ErrFull) || !full && err != nil {
			t.Errorf("commit %d: %v", i, err)
		}
	}
	spent, err := b.Spent(t.Context(), "acme", "2026-11")
	must(t, err)
	same(t, "calls", spent, 1+9)
}

// The end of a context takes back what waits, and nothing else.
func TestCommitTakenBack(t *testing.T) {
	b := newBench(t, openNew(t, t.TempDir()))
	cause := errors.New("the end")
	answers := b.queued(10, func(i int) error {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		if i%2 == 0 {
			time.AfterFunc(10*time.Millisecond, func() { cancel(cause) })
		}
		return b.CommitReading(ctx, b.reading(message(fmt.Sprint("k", i), job.Audience{}), i))
	})
	for i, err := range answers {
		kept := b.record(fmt.Sprint("k", i)) != nil
		if back := i%2 == 0; back != errors.Is(err, cause) || back == kept || !back && err != nil {
			t.Errorf("commit %d: %v, recorded %v", i, err, kept)
		}
	}
}

// held has another program hold the state for writing until it is told to stop.
func held(t *testing.T, path string, statements ...string) (stop func()) {
	t.Helper()
	conn, err := zombiezen.OpenConn(path, zombiezen.OpenReadWrite)
	must(t, err)
	for _, s := range statements {
		must(t, sqlitex.ExecuteTransient(conn, s, nil))
	}
	return sync.OnceFunc(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A database that another program holds is a lock: it is waited for, at the start
// and in mid-run, and who waits in vain may try again.
func TestHeldByAnotherProgram(t *testing.T) {
	dir := t.TempDir()
	b := newBench(t, openNew(t, dir))
	stop := held(t, b.Path(), "BEGIN IMMEDIATE")
	time.AfterFunc(200*time.Millisecond, stop)
	b.read(message("k", job.Audience{}), 0)
	must(t, b.lock.Release())

	stop = held(t, b.Path(), "BEGIN IMMEDIATE")
	time.AfterFunc(200*time.Millisecond, stop)
	relocked, err := b.Lock(t.Context(), "again", 0)
	must(t, err)
	must(t, b.Close())
	must(t, relocked.Release())

	stop = held(t, b.Path(), "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT")
	time.AfterFunc(200*time.Millisecond, stop)
	db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{LockTimeout: time.Minute})
	must(t, err)
	b = newBench(t, db)

	// The end of the context ends the waiting of the one who leads; the others wait on.
	stop = held(t, b.Path(), "BEGIN IMMEDIATE")
	time.AfterFunc(400*time.Millisecond, stop)
	cause := errors.New("the end")
	answers := make([]error, 6)
	var callers sync.WaitGroup
	for i := range answers {
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		if i < 3 {
			time.AfterFunc(100*time.Millisecond, func() { cancel(cause) })
		}
		callers.Go(func() {
			answers[i] = b.CommitReading(ctx, b.reading(message(fmt.Sprint("k", i), job.Audience{}), i))
		})
	}
	callers.Wait()
	for i, err := range answers {
		if i < 3 != errors.Is(err, cause) || i >= 3 && err != nil {
			t.Errorf("commit %d: %v", i, err)
		}
	}
	must(t, b.Close())
}

func TestHeldForLong(t *testing.T) {
	longtest.Require(t)
	dir := t.TempDir()
	b := newBench(t, openNew(t, dir))
	defer held(t, b.Path(), "BEGIN IMMEDIATE")()
	for name, err := range map[string]error{
		"a commit": b.CommitReading(t.Context(), b.reading(message("k", job.Audience{}), 0)),
		"a change": b.FinishRun(t.Context(), job.Run{ID: b.run, FinishedAt: start}),
	} {
		holder, ok := errors.AsType[*lock.HeldError](err)
		if !ok || !state.Passes(err) || !strings.Contains(holder.Holder, "another program") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Commits of several callers share transactions, also when each finds the state
// free.
func TestCommitsGather(t *testing.T) {
	dir := fastDir(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
		must(t, err)
		b := newBench(t, db)
		before, err := b.Serial(t.Context())
		must(t, err)
		const n = 200
		var callers sync.WaitGroup
		for i := range n {
			time.Sleep(time.Millisecond)
			callers.Go(func() { b.read(message(fmt.Sprint("k", i), job.Audience{}), i, "u") })
		}
		callers.Wait()
		after, err := b.Serial(t.Context())
		must(t, err)
		if transactions := after - before; transactions > n/5 {
			t.Errorf("%d transactions for %d commits", transactions, n)
		}
		must(t, b.Close())
	})
}

// A caller that is alone is not kept waiting for others.
func TestOneCallerGoesOn(t *testing.T) {
	dir := fastDir(t)
	synctest.Test(t, func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
		must(t, err)
		b := newBench(t, db)
		began := time.Now() // only waiting takes time here
		for i := range 100 {
			b.read(message(fmt.Sprint("k", i), job.Audience{}), i)
		}
		if waited := time.Since(began); waited > 50*time.Millisecond {
			t.Errorf("waited %s", waited)
		}
		must(t, b.Close())
	})
}
