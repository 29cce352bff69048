package state

import (
	"context"
	"errors"
	"time"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// A Lock keeps other processes from recording until it is released or its process
// ends.
type Lock struct {
	release func() error
	db      *DB
	epoch   int64
	// place is the holder's part of a run; nil for the only one who records.
	place *Place
}

// Lock takes the state for recording. It waits up to timeout for another holder to
// end; then, and at once when timeout is 0, it fails with a
// [*notifyaudit/job/state/lock.HeldError] that says who holds it. The holder is
// what others are told about this process. A scrub that is pending is finished, if
// it can be; see [DB.Scrub].
//
// A killed holder blocks nobody for long; one that is only stopped still holds the
// lock. Should it be taken from a holder all the same, as when the lock's file is
// deleted, that holder's calls fail with [ErrFenced] from then on.
func (db *DB) Lock(ctx context.Context, holder string, timeout time.Duration) (*Lock, error) {
	held, err := LockAs(ctx, db, sqldb.Role{}, holder, timeout, func(t *rows.Tx) (*Place, error) {
		// Who has a part of a run and is only stopped must not go on.
		_, err := t.Exec(ctx, `UPDATE shard SET epoch = epoch + 1 WHERE finished_at IS NULL`)
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	// What a purge left to do is no reason not to record: it stays to be done.
	_, _ = db.Scrub(ctx)
	return held, nil
}

// Held waits until it is sure that this process still has the lock. One that was stopped
// for long may have lost it: then the error is [ErrFenced], before anything is recorded.
// Without a lock it is [ErrUnlocked].
func Held(ctx context.Context, db *DB) error {
	if db.held.Load() == nil {
		return ErrUnlocked
	}
	return db.database.Held(ctx)
}

// LockAs is [DB.Lock] in a role. In the transaction in which the lock changes hands enter
// finds the holder's part of a run; its error gives the lock back. It is for the packages
// of the state.
func LockAs(ctx context.Context, db *DB, as sqldb.Role, holder string, timeout time.Duration, enter func(*rows.Tx) (*Place, error)) (*Lock, error) {
	doing := "lock the state " + db.Path()
	if db.database.ReadOnly() {
		return nil, db.database.Explain(doing, ErrReadOnly)
	}
	release, err := db.database.Lock(ctx, as, holder, timeout)
	if err != nil {
		return nil, err
	}
	held := &Lock{release: release, db: db}
	err = db.alone(ctx, doing, func(t *rows.Tx) error {
		err := t.Row(ctx, `UPDATE meta SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch`).Scan(&held.epoch)
		if err == nil {
			held.place, err = enter(t)
		}
		return errors.Join(err, db.learn(ctx, t))
	})
	if err != nil {
		return nil, errors.Join(err, release())
	}
	db.epoch.Store(held.epoch)
	db.held.Store(held)
	return held, nil
}

// Release gives the lock back. Releasing it again does nothing.
func (l *Lock) Release() error {
	l.db.epoch.CompareAndSwap(l.epoch, 0)
	l.db.held.CompareAndSwap(l, nil)
	return l.release()
}
