package state

import (
	"context"
	"errors"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// A Place is the part of a run that a process has for as long as the epoch of its row in
// shard stays. Of several processes that record side by side each has one.
type Place struct {
	// Run is the run's row.
	Run    int64
	Number int
	Epoch  int64
}

// spend puts calls on the account of the part; nil has none.
func (p *Place) spend(ctx context.Context, t *rows.Tx, calls int) error {
	if p == nil {
		return nil
	}
	return t.Later(ctx, `UPDATE shard SET calls = calls + ? WHERE run = ? AND number = ?`, calls, p.Run, p.Number)
}

// fence begins a transaction of the lock's holder. Counter and epoch are in one
// statement, so that no commit escapes either.
func fence(ctx context.Context, db *DB, t *rows.Tx) error {
	held := db.held.Load()
	if held == nil {
		return ErrUnlocked
	}
	serial, erased, err := held.advance(ctx, t)
	if errors.Is(err, sqldb.ErrNoRows) {
		return ErrFenced
	}
	if err != nil {
		return err
	}
	if serial != db.serial+1 {
		db.known.Moved() // another process has the next part
	}
	db.serial = serial
	// Another call may have erased somebody a moment ago.
	if db.erasure.Load().Count() != erased {
		if err := db.learn(ctx, t); err != nil {
			return err
		}
	}
	t.Erasure = db.erasure.Load()
	return nil
}

// advance counts a transaction; [sqldb.ErrNoRows] when another process has the lock.
func (l *Lock) advance(ctx context.Context, t *rows.Tx) (serial int64, erased int, err error) {
	if l.place == nil {
		err = t.Row(ctx, `UPDATE meta SET serial = serial + 1 WHERE id = 1 AND epoch = ? RETURNING serial, erased`, l.epoch).Scan(&serial, &erased)
		t.Prove(sqldb.Proof{Statement: `SELECT serial FROM meta WHERE id = 1 AND epoch = ?`, Args: []any{l.epoch}, Value: serial})
		return serial, erased, err
	}
	at := []any{l.place.Run, l.place.Number, l.place.Epoch}
	var commits int64
	err = t.Row(ctx, `UPDATE shard SET commits = commits + 1 WHERE run = ? AND number = ? AND epoch = ? RETURNING commits`, at...).Scan(&commits)
	if err != nil {
		return 0, 0, err
	}
	t.Prove(sqldb.Proof{Statement: `SELECT commits FROM shard WHERE run = ? AND number = ? AND epoch = ?`, Args: at, Value: commits})
	err = t.Row(ctx, `UPDATE meta SET serial = serial + 1 WHERE id = 1 RETURNING serial, erased`).Scan(&serial, &erased)
	return serial, erased, err
}
