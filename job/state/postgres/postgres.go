// Package postgres keeps a state in a schema of a PostgreSQL database, version 13
// or later, encoded in UTF-8. One database keeps the states of many audits.
//
// The lock is a row with a lease that its holder renews, by the database's clock,
// and the epoch that every commit checks. Everything that a connection is told
// holds for one transaction, so that a pooler may hand the next one to another
// server, as PgBouncer does in transaction mode.
//
// What is deleted is rewritten in the tables. What write-ahead logs, replicas and
// backups of the server still have of it is the administrator's.
//
// 2026-11: jackc/pgx, the protocol without database/sql. Session advisory locks are
// no lock behind a pooler: two holders had one, and it stayed behind both.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

const (
	// minPatience is how long another program that holds the tables is waited for at
	// least.
	minPatience = 5 * time.Second
	// maxReaders is how many transactions read at a time. One more changes the state,
	// and one renews the lease.
	maxReaders = 4
	// connectTimeout bounds one attempt to connect, unless the URL does.
	connectTimeout = 10 * time.Second
)

// Open opens the state in a schema of the database that url leads to, as libpq
// reads it: a URL or words such as host=…, with sslmode and the rest, and what is
// missing from the PG… variables of the environment, .pgpass and the service file.
//
// A [*state.RefusedError] says why a schema is not taken; it is then as it was.
func Open(ctx context.Context, url job.Secret, schema string, opts state.OpenOptions) (*state.DB, error) {
	d, err := openDatabase(ctx, url, schema, opts)
	if err != nil {
		return nil, err
	}
	db, err := state.Open(ctx, d)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return db, nil
}

// OpenDatabase is [Open] without the state. It is for the tests of the packages of
// the state.
func OpenDatabase(ctx context.Context, url job.Secret, schema string, opts state.OpenOptions) (sqldb.Database, error) {
	return openDatabase(ctx, url, schema, opts)
}

// A database is a schema as a [sqldb.Database].
type database struct {
	pool     *pgxpool.Pool
	opts     state.OpenOptions
	patience time.Duration
	// schema is quoted, path says where it is.
	schema, path string
	// pooled says that a pooler is in between.
	pooled atomic.Bool
	// view, update and change are the words that begin a transaction. In one that changes
	// the state its row of meta is locked from the start: no statement waits halfway for
	// another writer.
	view, update, change string
	lease                lease
	outage               *outage
	// translated are statements as PostgreSQL says them.
	translated sync.Map
	// skipped counts the tables that the server did not rewrite.
	skipped skips
}

// isPlainSchema bounds the names of schemas: longer ones PostgreSQL cuts.
func isPlainSchema(name string) bool {
	return regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`).MatchString(name)
}

func openDatabase(ctx context.Context, url job.Secret, schema string, opts state.OpenOptions) (*database, error) {
	if !isPlainSchema(schema) || strings.HasPrefix(schema, "pg_") {
		return nil, fmt.Errorf("%w: %q can't name the schema of a state", ErrSettings, schema)
	}
	config, err := settings(url)
	if err != nil {
		return nil, err
	}
	d := &database{
		opts: opts, patience: max(minPatience, opts.LockTimeout), schema: `"` + schema + `"`,
		path:   fmt.Sprintf("%s:%d/%s, schema %s", config.ConnConfig.Host, config.ConnConfig.Port, config.ConnConfig.Database, schema),
		outage: newOutage(ctx),
	}
	d.lease.of = d
	config.ConnConfig.OnNotice = d.skipped.notice
	config.BeforeConnect = d.prepare
	if d.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		d.outage.stop()
		return nil, fmt.Errorf("%w: %w", ErrSettings, err)
	}
	version, err := d.look(ctx, schema)
	if err == nil {
		err = d.open(ctx, version)
	}
	if err != nil {
		return nil, errors.Join(d.Explain("open the state "+d.path, err), d.Close())
	}
	return d, nil
}

// look finds the version of the schema, 0 where there is nothing. A server that
// can't be reached is waited for, and so is one behind a pooler, which may say so or
// say nothing.
func (d *database) look(ctx context.Context, schema string) (version int, err error) {
	deadline := time.Now().Add(d.opts.LockTimeout)
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(connectTimeout))
	defer cancel()
	for {
		if err = d.meet(ctx); err == nil {
			version, err = d.probe(ctx, schema)
		}
		if !errors.Is(err, state.ErrUnavailable) || !pause(ctx, deadline) {
			return version, err
		}
	}
}

// settings are those of a URL. Its errors don't show it: it has the password.
func settings(url job.Secret) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url.Reveal())
	if err != nil {
		if parse, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
			err = withoutURL(parse)
		}
		return nil, fmt.Errorf("%w: the url of the backend: %w", ErrSettings, err)
	}
	config.MaxConns = max(config.MaxConns, maxReaders+2)
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = connectTimeout
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "notifyaudit"
	}
	return config, nil
}

func (d *database) open(ctx context.Context, version int) error {
	switch newest := len(migrations()); {
	case version > newest:
		return d.refuse(state.ErrNewer, fmt.Sprintf("its schema is %d, this version knows %d", version, newest), adviceNewer)
	case version == newest:
		return nil
	case version == 0 && d.opts.ReadOnly:
		return d.refuse(state.ErrNoState, "", "run apply first")
	case version == 0 && !d.opts.Create:
		return d.refuse(state.ErrNoState, "", "create = false forbids to start from nothing; is it the right database and schema? Else remove the line")
	case d.opts.ReadOnly:
		return d.refuse(state.ErrOlder, "", adviceOlder)
	}
	return d.forward(ctx, version)
}

// meet looks at the server.
func (d *database) meet(ctx context.Context) error {
	c, err := d.connect(ctx, 0)
	if err != nil {
		return err
	}
	defer c.Release()
	server := c.Conn().PgConn()
	if encoding := server.ParameterStatus("server_encoding"); encoding != "UTF8" {
		return fmt.Errorf("%w: the database is encoded in %s: make one with ENCODING 'UTF8'", ErrSettings, encoding)
	}
	var version int
	var process uint32
	var durable string
	err = c.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, pg_backend_pid(), current_setting('synchronous_commit')`,
		pgx.QueryExecModeExec).Scan(&version, &process, &durable)
	if err != nil {
		return d.fault(err)
	}
	if version < minVersion {
		return fmt.Errorf("%w: the server is PostgreSQL %d: the state needs %d or later", ErrSettings, version/10000, minVersion/10000)
	}
	// A pooler says another process: behind it the next transaction may meet a
	// server that knows none of the statements that were prepared.
	if process != server.PID() {
		d.pooled.Store(true)
		d.pool.Reset() // this connection, which was made before it was known
	}
	d.beginWith(durable)
	return nil
}

// prepare chooses how a connection sends statements, unless the URL does.
func (d *database) prepare(_ context.Context, config *pgx.ConnConfig) error {
	if d.pooled.Load() && config.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return nil
}

const minVersion = 130000

// beginWith makes the words that begin transactions. What a session, a role or the
// server was told otherwise doesn't hold in them.
func (d *database) beginWith(durable string) {
	common := "; SET LOCAL search_path = " + d.schema + ", pg_temp; SET LOCAL statement_timeout = 0"
	d.view = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" + common +
		"; SET LOCAL idle_in_transaction_session_timeout = 0"
	d.update = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" + common +
		fmt.Sprintf("; SET LOCAL lock_timeout = %d; SET LOCAL idle_in_transaction_session_timeout = %d",
			d.patience.Milliseconds(), idleTime.Milliseconds())
	if durable == "off" || durable == "local" {
		d.update += "; SET LOCAL synchronous_commit = on" // what is committed is on disk
	}
	d.change = d.update + "; SELECT 1 FROM meta WHERE id = 1 FOR UPDATE"
}

func (d *database) View(ctx context.Context) (sqldb.Conn, error) {
	// The first look is what the transaction goes on to see.
	return d.begin(ctx, ctx, d.view+"; SELECT serial FROM meta")
}

func (d *database) Update(wait, work context.Context) (sqldb.Conn, error) {
	if d.opts.ReadOnly {
		return nil, state.ErrReadOnly
	}
	return d.begin(wait, work, d.change)
}

// Intact reports a lease that was lost: the state was taken over, or its schema
// was dropped.
func (d *database) Intact() error { return d.lease.intact() }

func (d *database) Lock(ctx context.Context, as sqldb.Role, holder string, timeout time.Duration) (func() error, error) {
	return d.lease.take(ctx, as, holder, timeout)
}

func (d *database) Held(ctx context.Context) error { return d.lease.sure(ctx) }

func (d *database) ReadOnly() bool { return d.opts.ReadOnly }

func (d *database) Path() string { return d.path }

// Close doesn't wait for a server that is gone to hear of it.
func (d *database) Close() error {
	d.lease.stop()
	d.outage.stop()
	closed := make(chan struct{})
	go func() {
		d.pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(time.Second):
	}
	return nil
}

func (d *database) refuse(reason error, detail, advice string) error {
	return &state.RefusedError{Path: d.path, Reason: reason, Detail: detail, Advice: advice}
}
