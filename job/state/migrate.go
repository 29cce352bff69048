package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed sqlite/*.sql
var sqliteScripts embed.FS

// sqliteMigrations are the scripts in order; the n-th makes schema version n of
// version n-1. A released one never changes.
func sqliteMigrations() []string {
	names, err := fs.Glob(sqliteScripts, "sqlite/*.sql")
	if err != nil {
		panic(err) // the pattern is constant
	}
	scripts := make([]string, len(names))
	for i, name := range names {
		text, err := sqliteScripts.ReadFile(name)
		if err != nil {
			panic(err) // it is part of the program
		}
		scripts[i] = string(text)
	}
	return scripts
}

// migrate brings a database forward one version, one transaction at a time. The
// first version gets the lineage.
func migrate(ctx context.Context, pool *sql.DB, scripts []string, lineage string) error {
	for {
		done, err := step(ctx, pool, scripts, lineage)
		if done || err != nil {
			return err
		}
	}
}

func step(ctx context.Context, pool *sql.DB, scripts []string, lineage string) (done bool, err error) {
	inner, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, undone(inner.Rollback())) }()
	version, err := schemaVersion(ctx, inner)
	if err != nil || version >= len(scripts) {
		return true, err
	}
	if _, err := inner.ExecContext(ctx, scripts[version]); err != nil {
		return false, fmt.Errorf("to schema %d: %w", version+1, err)
	}
	if version == 0 {
		_, err = inner.ExecContext(ctx, `INSERT INTO meta (id, schema_version, lineage, serial, epoch) VALUES (1, 1, ?, 0, 0)`, lineage)
	} else {
		_, err = inner.ExecContext(ctx, `UPDATE meta SET schema_version = ?, serial = serial + 1 WHERE id = 1`, version+1)
	}
	if err != nil {
		return false, err
	}
	return false, inner.Commit()
}

// schemaVersion is 0 for an empty database.
func schemaVersion(ctx context.Context, inner *sql.Tx) (version int, err error) {
	var tables int
	if err := inner.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	err = inner.QueryRowContext(ctx, `SELECT schema_version FROM meta WHERE id = 1`).Scan(&version)
	return version, err
}

// simulatedLineage begins the lineage of a state whose readings are the
// simulator's.
const simulatedLineage = "simulated-"

// newLineage is a random UUID, version 4, marked when the readings will be the
// simulator's.
func newLineage(simulated bool) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	lineage := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	if simulated {
		return simulatedLineage + lineage
	}
	return lineage
}
