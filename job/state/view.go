package state

import (
	"context"
	"errors"
	"iter"
	"sync"

	"notifyaudit/job/state/internal/rows"
)

// A View reads a state. A state that is open for reading only is seen as it was when
// it was opened; any other one with each call as it is by then.
type View struct {
	look func(ctx context.Context, doing string, do func(*rows.Tx) error) error
}

// Look has do read the state, as it is at one instant. It is for the packages of
// the state.
func (v *View) Look(ctx context.Context, doing string, do func(*rows.Tx) error) error {
	return v.look(ctx, doing, do)
}

// anew is a look in a transaction of its own.
func (db *DB) anew(ctx context.Context, do func(*rows.Tx) error) (err error) {
	conn, err := db.database.View(ctx)
	if err != nil {
		return cause(ctx, err)
	}
	defer func() { err = cause(ctx, errors.Join(err, conn.Rollback())) }()
	return do(rows.NewTx(conn, nil, nil))
}

// pin makes all looks those of one transaction, which the end of ctx ends, too.
func (db *DB) pin(ctx context.Context) error {
	conn, err := db.database.View(ctx)
	if err != nil {
		return cause(ctx, err)
	}
	var mu sync.Mutex // the transaction is for one call at a time
	db.unpin = func() error {
		mu.Lock()
		defer mu.Unlock()
		return conn.Rollback()
	}
	db.look = func(ctx context.Context, doing string, do func(*rows.Tx) error) error {
		mu.Lock()
		defer mu.Unlock()
		if ctx.Err() != nil {
			return db.database.Explain(doing, context.Cause(ctx))
		}
		return db.database.Explain(doing, cause(ctx, do(rows.NewTx(conn, nil, nil))))
	}
	return nil
}

// cause puts the reason a context ended in the place of the driver's word for it.
func cause(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// fetch is how many rows an iteration fetches at a time: it then holds neither a
// connection nor more memory while its user works.
const fetch = 500

// Paged yields what look finds behind a row, fetch of it at a time, which tells
// the last row it saw. After an error there is no more. It is for the packages of
// the state.
func Paged[T any](look func(after int64, fetch int) (found []T, last int64, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		after := int64(0)
		for {
			found, last, err := look(after, fetch)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range found {
				if !yield(one, nil) {
					return
				}
			}
			if len(found) < fetch {
				return
			}
			after = last
		}
	}
}
