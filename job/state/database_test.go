package state_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/sqlite"
)

// A watched database tells what is asked of it.
type watched struct {
	sqldb.Database
	// mu guards calls of told.
	mu sync.Mutex
	// told is called with every statement, before it is run; its error is the
	// statement's. Nil: nobody is told.
	told func(statement string, args []any) error
	// rewriting is called before the database is rewritten, which false prevents.
	rewriting func() bool
}

func openWatched(tb testing.TB, dir string) (*state.DB, *watched) {
	tb.Helper()
	file, err := sqlite.OpenFile(tb.Context(), dir, "audit.db", state.OpenOptions{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	w := &watched{Database: file}
	db, err := state.Open(tb.Context(), w)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db, w
}

func (w *watched) View(ctx context.Context) (sqldb.Conn, error) {
	c, err := w.Database.View(ctx)
	return &watchedConn{c, w}, err
}

func (w *watched) Update(wait, work context.Context) (sqldb.Conn, error) {
	c, err := w.Database.Update(wait, work)
	return &watchedConn{c, w}, err
}

func (w *watched) Rewrite(ctx context.Context) (bool, error) {
	if w.rewriting != nil && !w.rewriting() {
		return false, nil
	}
	return w.Database.Rewrite(ctx)
}

func (w *watched) tell(statement string, args []any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.told == nil {
		return nil
	}
	return w.told(statement, args)
}

// watch has the statements of what do does told.
func (w *watched) watch(told func(statement string, args []any) error, do func()) {
	w.mu.Lock()
	w.told = told
	w.mu.Unlock()
	do()
	w.mu.Lock()
	w.told = nil
	w.mu.Unlock()
}

type watchedConn struct {
	sqldb.Conn
	of *watched
}

func (c *watchedConn) Exec(ctx context.Context, statement string, args ...any) (int, error) {
	if err := c.of.tell(statement, args); err != nil {
		return 0, err
	}
	return c.Conn.Exec(ctx, statement, args...)
}

func (c *watchedConn) Later(ctx context.Context, statement string, args ...any) error {
	if err := c.of.tell(statement, args); err != nil {
		return err
	}
	return c.Conn.Later(ctx, statement, args...)
}

func (c *watchedConn) Query(ctx context.Context, statement string, args ...any) (sqldb.Rows, error) {
	if err := c.of.tell(statement, args); err != nil {
		return nil, err
	}
	return c.Conn.Query(ctx, statement, args...)
}

func (c *watchedConn) Stream(ctx context.Context, statement string, args ...any) (sqldb.Rows, error) {
	if err := c.of.tell(statement, args); err != nil {
		return nil, err
	}
	return c.Conn.Stream(ctx, statement, args...)
}

// change runs a statement on the connection that changes the state.
func (w *watched) change(t *testing.T, statement string) {
	t.Helper()
	conn, err := w.Database.Update(t.Context(), t.Context())
	must(t, err)
	_, err = conn.Exec(t.Context(), statement)
	must(t, errors.Join(err, conn.Commit(t.Context())))
}

// fastDir is a folder where a sync costs nothing, where there is one: for tests of
// something else than what is on disk.
func fastDir(tb testing.TB) string {
	tb.Helper()
	//nolint:usetesting // the test's own folder may be on a disk
	dir, err := os.MkdirTemp("/dev/shm", "state")
	if err != nil {
		return tb.TempDir()
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
