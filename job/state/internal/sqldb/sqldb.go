// Package sqldb is what a state asks of the database that keeps its tables.
//
// Statements are written once for all databases: ? is a parameter, and texts(?)
// and numbers(?) are tables of one column, value, from a list of strings or of
// integers. A database translates the few words that it says differently.
package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A Database keeps the tables of one state. All methods may be called
// concurrently.
type Database interface {
	// View begins a transaction that sees the state as it is at its first
	// statement, however long it lasts. The end of ctx interrupts its statements.
	View(ctx context.Context) (Conn, error)
	// Update begins a transaction that changes the state. There is one at a time:
	// the caller sees to that in this process, and the database waits, as long as
	// it was told to or until wait ends, for another program that writes. The end
	// of work interrupts its statements.
	Update(wait, work context.Context) (Conn, error)
	// Intact reports whether what is committed goes where the next process finds
	// it, which it doesn't when a file was deleted or replaced.
	Intact() error
	// Lock keeps other processes from changing the state until release is called
	// or this process ends. It waits up to timeout for another holder to end.
	Lock(ctx context.Context, holder string, timeout time.Duration) (release func() error, err error)
	// Rewrite leaves nothing of what was deleted where the tables are stored; false
	// and no error when another process that reads is in the way.
	Rewrite(ctx context.Context) (done bool, err error)
	// Explain adds to an error of the database what was attempted, its reason and
	// the way out.
	Explain(doing string, err error) error
	// ReadOnly reports whether the state can't be changed.
	ReadOnly() bool
	// Path says where the state is, for messages to people.
	Path() string
	Close() error
}

// A Conn is a connection with a transaction under way, for one goroutine.
type Conn interface {
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, statement string, args ...any) (changed int, err error)
	// Query runs a statement with results. Several may be open at a time.
	Query(ctx context.Context, statement string, args ...any) (Rows, error)
	// Commit ends the transaction; what it changed is on disk when it returns.
	Commit(ctx context.Context) error
	// Rollback ends the transaction without its changes; after Commit it does
	// nothing. Either must be called.
	Rollback() error
	// Ended reports whether the database itself rolled the transaction back.
	Ended() bool
}

// Rows are the results of a statement.
type Rows interface {
	// Next goes to the next row; false after the last one and after an error.
	Next() bool
	// Scan copies the row's columns into variables, in the order of the columns:
	// *string, *int, *int64, *bool, *[sql.Null] of string or int64, *time.Time, or a
	// pointer to another kind of string. NULL is an empty string and a zero time.
	Scan(dest ...any) error
	// Close ends the statement and returns the error that ended the rows, if any.
	Close() error
}

// ErrNoRows says that a statement found nothing.
var ErrNoRows = sql.ErrNoRows

// A Tx is a transaction with the forms in which statements are asked for.
type Tx struct{ Conn }

// Row scans the only row of a statement's results into dest. It fails with
// [ErrNoRows] when there is none.
func (t *Tx) Row(ctx context.Context, dest []any, statement string, args ...any) error {
	rows, err := t.Query(ctx, statement, args...)
	if err != nil {
		return err
	}
	if !rows.Next() {
		if err := rows.Close(); err != nil {
			return err
		}
		return ErrNoRows
	}
	return errors.Join(rows.Scan(dest...), rows.Close())
}
