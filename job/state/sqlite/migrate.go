package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite/sqlitex"

	"notifyaudit/job/state/internal/sqldb"
)

//go:embed *.sql
var scripts embed.FS

// migrations are the scripts in order; the n-th makes schema version n of version
// n-1. A released one never changes.
func migrations() []string { return sqldb.Scripts(scripts) }

// migrate brings a database forward one version, one transaction at a time. The
// first version gets the lineage.
func migrate(ctx context.Context, c *conn, scripts []string, lineage string) error {
	for {
		done, err := step(ctx, c, scripts, lineage)
		if done || err != nil {
			return err
		}
	}
}

func step(ctx context.Context, c *conn, scripts []string, lineage string) (done bool, err error) {
	if err := c.begin(ctx, ctx, "BEGIN IMMEDIATE"); err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.Rollback()) }() //nolint:contextcheck // what was begun ends whatever the context says
	version, err := schemaVersion(ctx, c)
	if err != nil || version >= len(scripts) {
		return true, err
	}
	if err := sqlitex.ExecuteScript(c.lite, scripts[version], nil); err != nil {
		return false, fmt.Errorf("to schema %d: %w", version+1, err)
	}
	if version == 0 {
		_, err = c.Exec(ctx, `INSERT INTO meta (id, schema_version, lineage, serial, epoch) VALUES (1, 1, ?, 0, 0)`, lineage)
	} else {
		_, err = c.Exec(ctx, `UPDATE meta SET schema_version = ?, serial = serial + 1 WHERE id = 1`, version+1)
	}
	if err != nil {
		return false, err
	}
	return false, c.Commit(ctx)
}

// schemaVersion is 0 for an empty database.
func schemaVersion(ctx context.Context, c *conn) (version int, err error) {
	t := sqldb.Tx{Conn: c}
	var tables int
	if err := t.Row(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = t.Row(ctx, `SELECT schema_version FROM meta WHERE id = 1`).Scan(&version)
	return version, err
}
