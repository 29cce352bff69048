package state

import (
	"context"
	"errors"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// Change makes what do does one transaction of the lock's holder, by itself. It is
// for the packages of the state.
func (db *DB) Change(ctx context.Context, doing string, do func(*rows.Tx) error) error {
	return db.alone(ctx, doing, func(t *rows.Tx) error {
		if err := fence(ctx, db, t); err != nil {
			return err
		}
		return do(t)
	})
}

// alone is a change that may come before the lock.
func (db *DB) alone(ctx context.Context, doing string, do func(*rows.Tx) error) error {
	if db.database.ReadOnly() {
		return db.database.Explain(doing, ErrReadOnly)
	}
	select {
	case db.queue.lead <- struct{}{}:
	case <-ctx.Done():
		return db.database.Explain(doing, context.Cause(ctx))
	}
	defer func() {
		db.known = rows.Known{} // what it did is not known
		<-db.queue.lead
	}()
	return db.database.Explain(doing, cause(ctx, db.changed(ctx, ctx, do)))
}

// changed makes what do does one transaction. The caller has the lead.
func (db *DB) changed(wait, work context.Context, do func(*rows.Tx) error) (err error) {
	conn, err := db.database.Update(wait, work)
	if err != nil {
		return err
	}
	return committed(work, db, conn, do)
}

// committed has do change the state in a transaction that began, and commits it.
func committed(ctx context.Context, db *DB, conn sqldb.Conn, do func(*rows.Tx) error) (err error) {
	done := false
	// Deferred for the panic too: there is one connection to lose.
	defer func() {
		if !done {
			db.known = rows.Known{} // it may be of what is gone
			err = errors.Join(err, conn.Rollback())
		}
	}()
	if err := do(rows.NewTx(conn, nil, &db.known)); err != nil {
		return err
	}
	if err := conn.Commit(ctx); err != nil {
		return err
	}
	done = true
	// What was committed to a file that is gone is nowhere.
	return db.database.Intact()
}
