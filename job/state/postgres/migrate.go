package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

//go:embed *.sql
var scripts embed.FS

// migrations are the scripts in order; the n-th makes schema version n of version
// n-1. A released one never changes.
func migrations() []string { return sqldb.Scripts(scripts) }

// probe finds the version of the schema, 0 where there is nothing, and refuses one
// that keeps something else.
func (d *database) probe(ctx context.Context, schema string) (version int, err error) {
	c, err := d.connect(ctx, 0)
	if err != nil {
		return 0, err
	}
	defer c.Release()
	var found, ours bool
	err = c.QueryRow(ctx, `SELECT count(*) > 0, count(*) FILTER (WHERE c.relname IN ('meta', 'lease', 'cursor_reader')) = 3
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`, pgx.QueryExecModeExec, schema).Scan(&found, &ours)
	switch {
	case err != nil:
		return 0, d.fault(err)
	case !found:
		return 0, nil
	case !ours:
		return 0, d.refuse(state.ErrForeign, "the schema has other tables", adviceForeign)
	}
	err = c.QueryRow(ctx, `SELECT schema_version FROM `+d.schema+`.meta WHERE id = 1`, pgx.QueryExecModeExec).Scan(&version)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, d.refuse(state.ErrDamaged, "it doesn't say which state it is", adviceDamaged)
	}
	return version, d.fault(err)
}

// forward makes the state, or brings an older one up to date under the lock.
func (d *database) forward(ctx context.Context, version int) error {
	if version == 0 {
		return d.migrate(ctx, migrations())
	}
	release, err := d.Lock(ctx, sqldb.Role{}, "a process that migrates the state", d.opts.LockTimeout)
	if err != nil {
		return err
	}
	return errors.Join(d.migrate(ctx, migrations()), release())
}

// migrate runs the scripts that are missing, in one transaction: the state is there
// whole or as it was.
func (d *database) migrate(ctx context.Context, scripts []string) (err error) {
	// One of several processes makes the state. This lock ends with the transaction.
	c, err := d.begin(ctx, ctx, d.update+"; SELECT pg_advisory_xact_lock(hashtextextended('notifyaudit "+d.schema+"', 0))")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Rollback()) }() //nolint:contextcheck // what was begun ends whatever the context says
	version, err := c.version(ctx)
	if err != nil {
		return err
	}
	for n := version; n < len(scripts); n++ {
		if err := c.script(ctx, scripts[n]); err != nil {
			return fmt.Errorf("to schema %d: %w", n+1, err)
		}
		if n == 0 {
			// The epoch begins anywhere: who held a state that was dropped doesn't hold
			// the one that was made in its place.
			_, err = c.Exec(ctx, `INSERT INTO meta (id, schema_version, lineage, serial, epoch, erased, scrub)
				VALUES (1, 1, ?, 0, 1000 * floor(random() * 1e9)::int8, 0, 0)`, state.NewLineage(d.opts.Simulated))
		} else {
			_, err = c.Exec(ctx, `UPDATE meta SET schema_version = ?, serial = serial + 1 WHERE id = 1`, n+1)
		}
		if err != nil {
			return err
		}
	}
	return c.Commit(ctx)
}

// version is that of the schema, which is made where it is missing.
func (c *conn) version(ctx context.Context) (version int, err error) {
	schema := c.of.schema
	// Who may not make schemas may still use one that an administrator made.
	var made bool
	err = c.pooled.QueryRow(ctx, `SELECT to_regnamespace($1) IS NOT NULL`, pgx.QueryExecModeExec, schema).Scan(&made)
	if err == nil && !made {
		err = c.script(ctx, `CREATE SCHEMA `+schema)
	}
	var there bool
	if err == nil {
		err = c.pooled.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, pgx.QueryExecModeExec, schema+".meta").Scan(&there)
	}
	if err == nil && there {
		err = c.pooled.QueryRow(ctx, `SELECT schema_version FROM meta WHERE id = 1`, pgx.QueryExecModeExec).Scan(&version)
	}
	return version, c.of.fault(err)
}

// script runs statements.
func (c *conn) script(ctx context.Context, text string) error {
	_, err := c.pooled.Conn().PgConn().Exec(ctx, text).ReadAll()
	return c.of.fault(err)
}
