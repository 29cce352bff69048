package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

// A conn is a connection with its prepared statements.
type conn struct {
	lite       *sqlite.Conn
	statements map[string]*statement
	// patience is how long another program that holds the file is waited for, as long
	// as there is no haste.
	patience time.Duration
	haste    *haste // nil: there is never any
	// release gives the connection back at the end of a transaction.
	release func()
}

// A statement is prepared once a connection.
type statement struct {
	*sqlite.Stmt
	open bool // its rows are being read
}

// connect opens a connection to the file of a URI, with settings that are pragmas.
// Another program that holds the file is waited for as long as patience.
func connect(ctx context.Context, uri string, flags sqlite.OpenFlags, patience time.Duration, haste *haste, settings ...string) (*conn, error) {
	lite, err := sqlite.OpenConn(uri, flags|sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	c := &conn{lite: lite, statements: make(map[string]*statement), patience: patience, haste: haste}
	err = c.patiently(ctx, nil, func() error {
		for _, setting := range append([]string{
			"foreign_keys = ON",
			"trusted_schema = OFF",
			"cell_size_check = ON",
			"temp_store = MEMORY", // a temporary file would hold user ids
		}, settings...) {
			if err := sqlitex.ExecuteTransient(lite, "PRAGMA "+setting, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, lite.Close())
	}
	return c, nil
}

// begin begins a transaction with statements. It waits for another program until
// wait ends; from then on the end of work interrupts.
func (c *conn) begin(wait, work context.Context, statements ...string) error {
	return c.patiently(wait, work.Done(), func() error {
		for _, s := range statements {
			if _, err := c.Exec(wait, s); err != nil {
				return errors.Join(err, c.Rollback()) //nolint:contextcheck // what was begun ends whatever the context says
			}
		}
		return nil
	})
}

// patiently does something that may have to wait for another program, until ctx
// ends. After it, interrupt interrupts.
func (c *conn) patiently(ctx context.Context, interrupt <-chan struct{}, do func() error) error {
	patient, cancel := c.haste.limit(ctx, c.patience)
	defer cancel()
	c.lite.SetBlockOnBusy() // until the context ends
	c.lite.SetInterrupt(patient.Done())
	err := do()
	c.lite.SetBusyTimeout(minPatience)
	c.lite.SetInterrupt(interrupt)
	return cause(ctx, err)
}

func (c *conn) Exec(_ context.Context, text string, args ...any) (int, error) {
	s, err := c.bound(text, args)
	if err != nil {
		return 0, err
	}
	for more := true; more; {
		if more, err = s.Step(); err != nil {
			_ = s.Reset() // it repeats the error
			return 0, err
		}
	}
	return c.lite.Changes(), s.Reset()
}

func (c *conn) Query(_ context.Context, text string, args ...any) (sqldb.Rows, error) {
	s, err := c.bound(text, args)
	if err != nil {
		return nil, err
	}
	s.open = true
	return &rows{s: s}, nil
}

// Later is Exec: there is no way to the database that could be saved.
func (c *conn) Later(ctx context.Context, text string, args ...any) error {
	_, err := c.Exec(ctx, text, args...)
	return err
}

// Stream is Query, whose rows are fetched while they are read, too.
func (c *conn) Stream(ctx context.Context, text string, args ...any) (sqldb.Rows, error) {
	return c.Query(ctx, text, args...)
}

// Prove does nothing: a file says at once whether a transaction is committed.
func (c *conn) Prove(sqldb.Proof) {}

func (c *conn) Commit(ctx context.Context) error {
	if _, err := c.Exec(ctx, "COMMIT"); err != nil {
		return err
	}
	c.giveBack()
	return nil
}

func (c *conn) Rollback() (err error) {
	c.lite.SetInterrupt(nil) // it must not be interrupted
	if !c.lite.AutocommitEnabled() {
		_, err = c.Exec(context.Background(), "ROLLBACK")
	}
	c.giveBack()
	return err
}

func (c *conn) giveBack() {
	if c.release != nil {
		c.lite.SetInterrupt(nil)
		release := c.release
		c.release = nil
		release()
	}
}

func (c *conn) Ended() bool { return c.lite.AutocommitEnabled() }

func (c *conn) close() error { return c.lite.Close() }

// lists are the words of statements that SQLite says differently.
func lists() *strings.Replacer {
	return strings.NewReplacer("texts(?)", "json_each(?)", "numbers(?)", "json_each(?)")
}

// bound is a statement, prepared on its first use, with its parameters.
func (c *conn) bound(text string, args []any) (*statement, error) {
	s := c.statements[text]
	if s == nil {
		stmt, err := c.lite.Prepare(lists().Replace(text))
		if err != nil {
			return nil, err
		}
		s = &statement{Stmt: stmt}
		c.statements[text] = s
	}
	if s.open {
		return nil, fmt.Errorf("the statement is in use: %.40s", text)
	}
	if s.BindParamCount() != len(args) {
		return nil, fmt.Errorf("the statement has %d parameters, not %d: %.40s", s.BindParamCount(), len(args), text)
	}
	for i, arg := range args {
		if err := bind(s.Stmt, i+1, arg); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func bind(s *sqlite.Stmt, i int, arg any) error {
	switch v := arg.(type) {
	case string:
		s.BindText(i, v)
	case int:
		s.BindInt64(i, int64(v))
	case int64:
		s.BindInt64(i, v)
	case bool:
		s.BindBool(i, v)
	case time.Time:
		// Microseconds since 1970 UTC; what is finer is lost.
		if v.IsZero() {
			s.BindNull(i)
		} else {
			s.BindInt64(i, v.UnixMicro())
		}
	case sql.Null[int64]:
		if v.Valid {
			s.BindInt64(i, v.V)
		} else {
			s.BindNull(i)
		}
	case sql.Null[string]:
		if v.Valid {
			s.BindText(i, v.V)
		} else {
			s.BindNull(i)
		}
	case []string:
		return bindList(s, i, v)
	case []int64:
		return bindList(s, i, v)
	default:
		named := reflect.ValueOf(arg)
		if named.Kind() != reflect.String {
			return fmt.Errorf("an argument is %T", arg)
		}
		s.BindText(i, named.String())
	}
	return nil
}

func bindList[T any](s *sqlite.Stmt, i int, list []T) error {
	if list == nil {
		list = []T{}
	}
	text, err := json.Marshal(list)
	s.BindText(i, string(text))
	return err
}

// rows are the results of a statement.
type rows struct {
	s   *statement
	err error
}

func (r *rows) Next() bool {
	if r.err != nil {
		return false
	}
	var more bool
	more, r.err = r.s.Step()
	return more && r.err == nil
}

func (r *rows) Close() error {
	if r.s == nil {
		return nil
	}
	err := r.s.Reset()
	r.s.open = false
	r.s = nil
	if r.err != nil {
		return r.err
	}
	return err
}

func (r *rows) Scan(dest ...any) error {
	for i, d := range dest {
		if err := scan(r.s.Stmt, i, d); err != nil {
			return err
		}
	}
	return nil
}

// scan copies a column. What is stored as another type than it is wanted as was
// damaged.
func scan(s *sqlite.Stmt, i int, dest any) (err error) {
	switch stored := s.ColumnType(i); stored {
	case sqlite.TypeNull:
		err = sqldb.SetNull(dest)
	case sqlite.TypeInteger:
		err = setInteger(dest, s.ColumnInt64(i))
	case sqlite.TypeText:
		err = sqldb.SetText(dest, s.ColumnText(i))
	default:
		err = fmt.Errorf("it is stored as %v", stored)
	}
	if err != nil {
		return fmt.Errorf("%w: column %d: %w", state.ErrDamaged, i, err)
	}
	return nil
}

// setInteger knows that SQLite stores a bool as a number.
func setInteger(dest any, value int64) error {
	if d, ok := dest.(*bool); ok {
		*d = value != 0
		return nil
	}
	return sqldb.SetInteger(dest, value)
}
