package state

import (
	"context"
	"database/sql"
	"errors"
)

// A tx is a transaction that speaks the package's SQL.
type tx struct {
	tx      *sql.Tx
	dialect dialect
	// erasure is who was erased before a change; nil for nobody.
	erasure *erasure
}

func (t *tx) exec(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, t.dialect.rewrite(statement), args...)
}

func (t *tx) row(ctx context.Context, statement string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(ctx, t.dialect.rewrite(statement), args...)
}

// each calls scan for every row; scan must not use t.
func (t *tx) each(ctx context.Context, scan func(*sql.Rows) error, statement string, args ...any) (err error) {
	rows, err := t.tx.QueryContext(ctx, t.dialect.rewrite(statement), args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// read gives do one unchanging look at the state.
func (db *DB) read(ctx context.Context, doing string, do func(*tx) error) error {
	return db.fault(doing, transact(ctx, db.reader, db.dialect, &sql.TxOptions{ReadOnly: true}, do))
}

// write makes what do does one transaction of the lock's holder. The serial and
// the epoch are in one statement, so that no commit escapes either.
func (db *DB) write(ctx context.Context, doing string, do func(*tx) error) error {
	return db.change(ctx, doing, func(t *tx) error {
		epoch := db.epoch.Load()
		if epoch == 0 {
			return ErrUnlocked
		}
		var erased int
		err := t.row(ctx, `UPDATE meta SET serial = serial + 1 WHERE id = 1 AND epoch = ? RETURNING erased`, epoch).Scan(&erased)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrFenced
		}
		if err != nil {
			return err
		}
		// Another call may have erased somebody a moment ago.
		if db.erasure.Load().count() != erased {
			if err := db.learn(ctx, t); err != nil {
				return err
			}
		}
		t.erasure = db.erasure.Load()
		return do(t)
	})
}

// change is write for what comes before the lock.
func (db *DB) change(ctx context.Context, doing string, do func(*tx) error) error {
	if db.readOnly {
		return db.fault(doing, ErrReadOnly)
	}
	return db.fault(doing, transact(ctx, db.writer, db.dialect, nil, do))
}

func transact(ctx context.Context, pool *sql.DB, d dialect, opts *sql.TxOptions, do func(*tx) error) (err error) {
	inner, err := pool.BeginTx(ctx, opts)
	if err != nil {
		return cause(ctx, err)
	}
	// Deferred for the panic too: the writer has one connection to lose.
	defer func() { err = cause(ctx, errors.Join(err, undone(inner.Rollback()))) }()
	if err := do(&tx{tx: inner, dialect: d}); err != nil {
		return err
	}
	return inner.Commit()
}

// undone forgives a rollback with nothing left to undo: after a commit, and when
// database/sql rolled back by itself because the context ended.
func undone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// cause puts the reason a context ended in the place of the driver's word for
// it.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
