// Package state remembers what the API said: readings and readers, audiences as
// recorded, failures, cursors, runs, and the calls spent. It is the only package
// that knows SQL.
//
// A [DB] is opened with [OpenSQLite]. Everything a run records is one
// transaction a call, on disk when the call returns; a call that fails changes
// nothing. Only the holder of the [Lock] records; reading needs no lock and
// goes on while a run records. All methods may be called concurrently.
//
// What is not promised: a bit that flips inside a stored number or text can't be
// told from the truth, since SQLite keeps no checksums; a file whose structure
// is damaged is refused. Two calls that read are two looks: between them a run
// may have recorded more.
//
// 2026-11: who was seen when is not stored with each reader but follows from the
// reading that first saw them, which keeps a row per reader at a few bytes and
// every figure traceable to its reading.
package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
)

// DB is a state. Close it when done.
type DB struct {
	place   *place
	file    fs.FileInfo // of the file that was opened
	dialect dialect
	writer  *sql.DB // one connection: its transactions come one after the other
	reader  *sql.DB
	lineage string
	// simulated marks a state that is made by opening it.
	simulated bool
	readOnly  bool
	// epoch is the lock's number while this DB holds it, else 0. A transaction
	// commits only while the state still has the same number.
	epoch atomic.Int64
	held  atomic.Pointer[Lock]
	// erasure is who was erased as far as this DB has seen; nil for nobody.
	erasure atomic.Pointer[erasure]
}

// Lineage is a random name given to the state when it was made; two states with
// the same lineage are the same state at different times.
func (db *DB) Lineage() string { return db.lineage }

// Simulated reports whether the readings are the simulator's, made up. It is part
// of the lineage, and so of every report.
func (db *DB) Simulated() bool { return strings.HasPrefix(db.lineage, simulatedLineage) }

// Serial counts the transactions that changed the state: a plan made at one
// serial is stale at another. Taking the lock is no change. It needs no lock.
func (db *DB) Serial(ctx context.Context) (int64, error) {
	var serial int64
	err := db.read(ctx, "read the state's serial", func(t *tx) error {
		return t.row(ctx, `SELECT serial FROM meta WHERE id = 1`).Scan(&serial)
	})
	return serial, err
}

// Path is the file of the state, for messages to people.
func (db *DB) Path() string { return db.place.path() }

// Close releases the lock, if it is held, and closes the state. Calls under way
// end first.
func (db *DB) Close() error {
	var failures []error
	if lock := db.held.Load(); lock != nil {
		failures = append(failures, lock.Release())
	}
	// The writer closes last: the last connection folds the log into the file.
	if db.reader != nil {
		failures = append(failures, db.reader.Close())
	}
	if db.writer != nil {
		failures = append(failures, db.writer.Close())
	}
	failures = append(failures, db.place.close())
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("close the state %s: %w", db.Path(), err)
	}
	return nil
}
