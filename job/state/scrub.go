package state

import (
	"context"
	"fmt"

	"notifyaudit/job/state/internal/rows"
)

// Scrub leaves nothing of what was deleted where the state is stored, when something
// was purged, erased or removed since the last time: what is deleted is overwritten,
// but a page can still hold what it held before it was rearranged. What deletes
// scrubs by itself; what that couldn't finish, because the process ended or another
// one reads the state, the next [DB.Lock] or Scrub does.
//
// done says that nothing is left to do. While another process reads the state Scrub
// waits some seconds for it to end, and then returns false and no error. Only the
// holder of the lock scrubs. It may take as much free space as the state has.
func (db *DB) Scrub(ctx context.Context) (done bool, err error) {
	const doing = "scrub the state"
	if db.epoch.Load() == 0 {
		return false, db.database.Explain(doing, ErrUnlocked)
	}
	asked, err := scrubAsked(ctx, db)
	if err != nil || asked == 0 {
		return err == nil, err
	}
	if done, err = rewrite(ctx, db); err != nil || !done {
		return false, db.database.Explain(doing, err)
	}
	err = db.alone(ctx, doing, func(t *rows.Tx) error {
		// Not what was asked for since, by this process or by one that took over.
		_, err := t.Exec(ctx, `UPDATE meta SET scrub = 0 WHERE id = 1 AND scrub = ? AND epoch = ?`, asked, db.epoch.Load())
		return err
	})
	if err != nil {
		return false, err
	}
	asked, err = scrubAsked(ctx, db)
	return err == nil && asked == 0, err
}

// rewrite has the database rewritten while nothing changes it.
func rewrite(ctx context.Context, db *DB) (done bool, err error) {
	db.queue.lead <- struct{}{}
	defer func() { <-db.queue.lead }()
	return db.database.Rewrite(ctx)
}

// scrubAsked is the serial of the change that asked for a scrub; 0 when none is
// pending.
func scrubAsked(ctx context.Context, db *DB) (serial int64, err error) {
	err = db.look(ctx, "look for a pending scrub", func(t *rows.Tx) error {
		return t.Row(ctx, `SELECT scrub FROM meta WHERE id = 1`).Scan(&serial)
	})
	return serial, err
}

// AskScrub is part of a change that deletes something, so that no crash can come
// between the two. It is for the packages of the state.
func AskScrub(ctx context.Context, t *rows.Tx) error {
	_, err := t.Exec(ctx, `UPDATE meta SET scrub = serial WHERE id = 1`)
	return err
}

// ScrubAfter scrubs behind a change that was made. It is for the packages of the
// state.
func (db *DB) ScrubAfter(ctx context.Context, doing string) error {
	if _, err := db.Scrub(ctx); err != nil {
		return fmt.Errorf("%s: done, but copies may be left in the file until the next run: %w", doing, err)
	}
	return nil
}
