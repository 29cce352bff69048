package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

// A conn is a connection with a transaction under way.
type conn struct {
	of *database
	// pooled is nil after the end.
	pooled *pgxpool.Conn
	// proof tells whether the transaction was committed.
	proof sqldb.Proof
	// later are the statements that nobody waits for yet.
	later *pgx.Batch
	// streams counts the cursors of the transaction.
	streams int
}

// connect takes a connection that works. A server that can't be reached is waited
// for as long as patience, or until ctx ends.
func (d *database) connect(ctx context.Context, patience time.Duration) (*pgxpool.Conn, error) {
	deadline := time.Now().Add(patience)
	for {
		c, err := d.pool.Acquire(ctx)
		if err == nil {
			return c, nil
		}
		if err = d.fault(err); !errors.Is(err, state.ErrUnavailable) || !pause(ctx, deadline) {
			return nil, err
		}
	}
}

// pause waits before another attempt; false when there is no time for one.
func pause(ctx context.Context, deadline time.Time) bool {
	const between = 250 * time.Millisecond
	return time.Until(deadline) >= between && sleep(ctx, between)
}

// sleep reports whether a time passed before the end of ctx.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// begin begins a transaction with statements. Another program, and a server that
// restarts, are waited for until wait ends.
func (d *database) begin(wait, work context.Context, statements string) (*conn, error) {
	began := time.Now()
	deadline := d.outage.deadline(began, d.patience)
	limited, cancel := d.outage.limit(wait, deadline) // a pooler may never answer
	defer cancel()
	for {
		c, err := d.try(limited, statements, time.Until(deadline))
		if err == nil {
			d.outage.ends()
			return c, nil
		}
		if errors.Is(err, state.ErrUnavailable) && work.Err() == nil && pause(limited, deadline) {
			continue
		}
		if limited.Err() != nil && wait.Err() == nil {
			err = errSilent
		}
		d.outage.goesOn(err, began)
		return nil, err
	}
}

// try begins a transaction, once there is a connection. One that breaks in this
// moment is lost: nothing was done on it.
func (d *database) try(ctx context.Context, statements string, patience time.Duration) (*conn, error) {
	pooled, err := d.connect(ctx, patience)
	if err != nil {
		return nil, err
	}
	c := &conn{of: d, pooled: pooled, later: &pgx.Batch{}}
	if _, err := pooled.Conn().PgConn().Exec(ctx, statements).ReadAll(); err != nil {
		return nil, errors.Join(d.fault(err), c.Rollback()) //nolint:contextcheck // what was begun ends whatever the context says
	}
	return c, nil
}

func (c *conn) Exec(ctx context.Context, text string, args ...any) (int, error) {
	if err := c.flush(ctx); err != nil {
		return 0, err
	}
	args, err := c.arguments(args)
	if err != nil {
		return 0, err
	}
	tag, err := c.pooled.Exec(ctx, c.of.translate(text), args...)
	return int(tag.RowsAffected()), c.of.fault(err)
}

// mostLater bounds the memory of statements that wait.
const mostLater = 200

// Later sends the statement together with the next one that is waited for.
func (c *conn) Later(ctx context.Context, text string, args ...any) error {
	args, err := c.arguments(args)
	if err != nil {
		return err
	}
	c.later.Queue(c.of.translate(text), args...)
	if c.later.Len() == mostLater {
		return c.flush(ctx)
	}
	return nil
}

// flush runs the statements that wait.
func (c *conn) flush(ctx context.Context) error {
	if c.later.Len() == 0 {
		return nil
	}
	waiting := c.later
	c.later = &pgx.Batch{}
	return c.of.fault(c.pooled.SendBatch(ctx, waiting).Close())
}

func (c *conn) Query(ctx context.Context, text string, args ...any) (sqldb.Rows, error) {
	args, err := c.arguments(args)
	if err != nil {
		return nil, err
	}
	c.later.Queue(c.of.translate(text), args...)
	waiting := c.later
	c.later = &pgx.Batch{}
	results := c.pooled.SendBatch(ctx, waiting)
	for range waiting.Len() - 1 {
		if _, err := results.Exec(); err != nil {
			return nil, errors.Join(c.of.fault(err), ignored(results.Close()))
		}
	}
	found, err := results.Query()
	if err != nil {
		return nil, errors.Join(c.of.fault(err), ignored(results.Close()))
	}
	return &rows{of: c.of, found: found, results: results}, nil
}

// ignored is an error that repeats one that is returned.
func ignored(error) error { return nil }

// Stream reads through a cursor, so that other statements can run meanwhile.
func (c *conn) Stream(ctx context.Context, text string, args ...any) (sqldb.Rows, error) {
	c.streams++
	name := fmt.Sprintf("stream%d", c.streams)
	if _, err := c.Exec(ctx, "DECLARE "+name+" NO SCROLL CURSOR FOR "+text, args...); err != nil {
		return nil, err
	}
	return &stream{ctx: ctx, c: c, name: name}, nil
}

func (c *conn) Commit(ctx context.Context) error {
	if err := c.flush(ctx); err != nil {
		return err
	}
	results, err := c.pooled.Conn().PgConn().Exec(ctx, "COMMIT").ReadAll()
	if err == nil && results[0].CommandTag.String() != "COMMIT" {
		err = errors.New("the server rolled the transaction back")
	}
	if err = c.of.fault(err); err != nil && c.pooled.Conn().IsClosed() {
		err = c.of.outcome(ctx, c.proof, err)
	}
	if err == nil {
		c.giveBack()
	}
	return err
}

// Prove keeps the proof for a commit whose connection breaks.
func (c *conn) Prove(p sqldb.Proof) { c.proof = p }

// outcome asks what became of a transaction whose connection broke while it was
// committed: nil when it is proved, else err. Its number would tell nothing: after a
// crash the server gives it to another one.
func (d *database) outcome(ctx context.Context, proof sqldb.Proof, err error) error {
	if proof.Statement == "" {
		return err
	}
	deadline := d.outage.deadline(time.Now(), 0)
	ctx, cancel := d.outage.limit(ctx, deadline)
	defer cancel()
	for {
		value, failed := d.find(ctx, proof, time.Until(deadline))
		switch {
		case failed == nil && value >= proof.Value:
			return nil
		case failed == nil, errors.Is(failed, sqldb.ErrNoRows), !pause(ctx, deadline):
			return err
		}
	}
}

// find runs the statement of a proof when the transaction, which has the row of meta, has
// ended.
func (d *database) find(ctx context.Context, proof sqldb.Proof, patience time.Duration) (value int64, err error) {
	c, err := d.try(ctx, d.change, patience)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Rollback()) }() //nolint:contextcheck // what was begun ends whatever the context says
	t := sqldb.Tx{Conn: c}
	err = t.Row(ctx, proof.Statement, proof.Args...).Scan(&value)
	return value, err
}

// Rollback does nothing after the end. What can't be rolled back goes with its
// connection.
func (c *conn) Rollback() error {
	if c.pooled == nil {
		return nil
	}
	defer c.giveBack()
	if c.Ended() {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), minPatience)
	defer cancel()
	if _, err := c.pooled.Conn().PgConn().Exec(ctx, "ROLLBACK").ReadAll(); err != nil {
		return errors.Join(c.pooled.Conn().Close(ctx))
	}
	return nil
}

func (c *conn) giveBack() {
	c.pooled.Release()
	c.pooled = nil
}

func (c *conn) Ended() bool {
	server := c.pooled.Conn().PgConn()
	return server.IsClosed() || server.TxStatus() == 'I'
}

// arguments are what the driver is given.
func (c *conn) arguments(args []any) ([]any, error) {
	given := make([]any, len(args))
	for i, arg := range args {
		var err error
		if given[i], err = argument(arg); err != nil {
			return nil, err
		}
	}
	return given, nil
}

func argument(arg any) (any, error) {
	switch v := arg.(type) {
	case string:
		return storable(v), nil
	case int:
		return int64(v), nil
	case int64, bool:
		return v, nil
	case time.Time:
		// Microseconds since 1970 UTC; what is finer is lost.
		if v.IsZero() {
			return nil, nil //nolint:nilnil // that is NULL
		}
		return v.UnixMicro(), nil
	case sql.Null[int64]:
		if v.Valid {
			return v.V, nil
		}
		return nil, nil //nolint:nilnil // that is NULL
	case sql.Null[string]:
		if v.Valid {
			return storable(v.V), nil
		}
		return nil, nil //nolint:nilnil // that is NULL
	case []string:
		if v == nil {
			return []string{}, nil
		}
		return v, nil // user ids, addresses and keys, which were checked
	case []int64:
		if v == nil {
			return []int64{}, nil
		}
		return v, nil
	}
	named := reflect.ValueOf(arg)
	if named.Kind() != reflect.String {
		return nil, fmt.Errorf("an argument is %T", arg)
	}
	return storable(named.String()), nil
}

// storable is a text that PostgreSQL keeps: without the byte 0, and in UTF-8. Ids
// with either were refused; what is left is other people's words.
func storable(text string) string {
	if strings.IndexByte(text, 0) < 0 && utf8.ValidString(text) {
		return text
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}
