package state

import (
	"context"
	"errors"
	"time"

	"notifyaudit/job/state/lock"
)

// A Lock keeps others out until it is released or its process ends.
type Lock struct {
	file  *lock.Lock
	db    *DB
	epoch int64
}

// Lock takes the state for recording. It waits up to timeout for another holder
// to end; then, and at once when timeout is 0, it fails with a [*lock.HeldError]
// that says who holds it. holder is what others are told about this process: a
// line such as [lock.Holder] makes. A scrub that is pending is finished, if it can be;
// see [DB.Scrub].
//
// The kernel drops the lock with its process, so a killed holder blocks nobody;
// one that is only stopped still holds it. Should it be taken from a holder all
// the same, because somebody deleted the file beside the state, that holder's
// calls fail with [ErrFenced] from then on.
func (db *DB) Lock(ctx context.Context, holder string, timeout time.Duration) (*Lock, error) {
	doing := "lock the state " + db.Path()
	if db.readOnly {
		return nil, db.fault(doing, ErrReadOnly)
	}
	file, err := db.place.hold(ctx, holder, timeout)
	if err != nil {
		return nil, err
	}
	if err := db.place.still(db.file); err != nil {
		return nil, errors.Join(err, file.Release())
	}
	held := &Lock{file: file, db: db}
	err = db.change(ctx, doing, func(t *tx) error {
		err := t.row(ctx, `UPDATE meta SET epoch = epoch + 1 WHERE id = 1 RETURNING epoch`).Scan(&held.epoch)
		return errors.Join(err, db.learn(ctx, t))
	})
	if err != nil {
		return nil, errors.Join(err, file.Release())
	}
	db.epoch.Store(held.epoch)
	db.held.Store(held)
	// What a purge left to do is no reason not to record: it stays to be done.
	_, _ = db.Scrub(ctx)
	return held, nil
}

// Release gives the lock back. Releasing it again does nothing.
func (l *Lock) Release() error {
	l.db.epoch.CompareAndSwap(l.epoch, 0)
	l.db.held.CompareAndSwap(l, nil)
	return l.file.Release()
}
