// Package sqldb is what a state asks of the database that keeps its tables.
//
// Statements are written once for all databases: ? is a parameter, texts(?) and
// numbers(?) are tables of one column, value, made of a list, instr and
// json_group_array are SQLite's. A database translates the few words that it says
// differently.
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
	// View begins a transaction that sees the state of this instant, however long
	// it lasts. The end of ctx interrupts its statements.
	View(ctx context.Context) (Conn, error)
	// Update begins a transaction that changes the state. Of this process there is
	// one at a time: the caller sees to that. Another program that writes is waited
	// for until wait ends, and as long as the database was told to. The end of work
	// interrupts the statements.
	Update(wait, work context.Context) (Conn, error)
	// Intact reports whether what is committed goes where the next process finds
	// it. It doesn't when a file was deleted or replaced.
	Intact() error
	// Lock keeps other processes from changing the state, but those of the role's party,
	// until release is called or this process ends. It waits up to timeout for another
	// holder to end. The holder is what others are told about this process.
	Lock(ctx context.Context, as Role, holder string, timeout time.Duration) (release func() error, err error)
	// Held waits until it is sure that the lock was not lost, as by a process that was
	// stopped for long. It fails when the lock is another process's. It is called between
	// Lock and its release.
	Held(ctx context.Context) error
	// Rewrite leaves nothing of what was deleted where the tables are stored; false
	// and no error while another process reads. No transaction may be under way.
	Rewrite(ctx context.Context) (done bool, err error)
	// Explain adds to an error what was attempted, its reason and the way out.
	Explain(doing string, err error) error
	// ReadOnly reports whether the state can't be changed.
	ReadOnly() bool
	// Path says where the state is, for messages to people.
	Path() string
	// Close ends all connections. The last one to close tidies up.
	Close() error
}

// A Role says how a process takes the lock. With the zero value it holds the lock alone;
// processes of one party, with different names, hold it together.
type Role struct{ Party, Name string }

// A Proof tells whether a transaction was committed whose connection broke meanwhile: it
// was if the statement then finds the value or a higher one. The zero Proof tells nothing.
type Proof struct {
	Statement string
	Args      []any
	Value     int64
}

// A Conn is a connection with a transaction under way, for one goroutine. The
// contexts are those that the transaction began with.
type Conn interface {
	// Exec runs a statement and returns how many rows it changed. An argument is a
	// string, an integer, a bool, a [time.Time], a [sql.Null] of string or int64, or
	// a list of strings or of int64 for texts(?) and numbers(?). A zero time is NULL.
	Exec(ctx context.Context, statement string, args ...any) (changed int, err error)
	// Later runs a statement whose count nobody needs, at the latest with the next
	// other one or the commit, which then may return its error.
	Later(ctx context.Context, statement string, args ...any) error
	// Query runs a statement with results. Until they are closed no other statement
	// may run.
	Query(ctx context.Context, statement string, args ...any) (Rows, error)
	// Stream runs a statement with results that are fetched while they are read,
	// however many there are. Several may be open at a time, of different statements.
	Stream(ctx context.Context, statement string, args ...any) (Rows, error)
	// Prove says how to find out whether the transaction was committed.
	Prove(p Proof)
	// Commit ends the transaction. What it changed is on disk when it returns.
	Commit(ctx context.Context) error
	// Rollback ends the transaction without its changes. After Commit it does
	// nothing.
	Rollback() error
	// Ended reports whether the database rolled the transaction back by itself, as
	// SQLite does when the disk is full.
	Ended() bool
}

// Rows are the results of a statement.
type Rows interface {
	// Next goes to the next row; false after the last one and after an error.
	Next() bool
	// Scan copies the columns of the row into variables: pointers to the types of
	// arguments but lists. A NULL is the zero value.
	Scan(dest ...any) error
	// Close ends the statement. It returns the error that ended the rows, if any.
	Close() error
}

// ErrNoRows says that a statement found nothing.
var ErrNoRows = sql.ErrNoRows

// A Tx is a transaction with the forms in which its results are asked for.
type Tx struct{ Conn }

// A Row is the first row of a statement's results.
type Row struct {
	rows Rows
	err  error
}

// Row runs a statement of which one row is wanted.
func (t *Tx) Row(ctx context.Context, statement string, args ...any) *Row {
	rows, err := t.Query(ctx, statement, args...)
	return &Row{rows, err}
}

// Scan copies the row's columns as [Rows] do. It fails with [ErrNoRows] when there
// is no row, and ends the statement. It must be called once.
func (r *Row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	if !r.rows.Next() {
		if err := r.rows.Close(); err != nil {
			return err
		}
		return ErrNoRows
	}
	return errors.Join(r.rows.Scan(dest...), r.rows.Close())
}

// A Scan copies the columns of a row as [Rows] do.
type Scan = func(dest ...any) error

// Each calls do for every row of a statement's results.
func (t *Tx) Each(ctx context.Context, do func(Scan) error, statement string, args ...any) (err error) {
	rows, err := t.Query(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := do(rows.Scan); err != nil {
			return err
		}
	}
	return nil
}

// Column is the results of a statement with one column.
func Column[T any](ctx context.Context, t *Tx, statement string, args ...any) (values []T, err error) {
	err = t.Each(ctx, func(scan Scan) error {
		var value T
		err := scan(&value)
		values = append(values, value)
		return err
	}, statement, args...)
	return values, err
}
