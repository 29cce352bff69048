// Package state remembers what the API said: readings and readers, audiences as
// recorded, failures, cursors, runs, and the calls spent.
//
// A [DB] is opened by a package below, such as [notifyaudit/job/state/sqlite].
// Everything a run records is on disk when the call returns, and a call that fails
// changes nothing. Only the holder of the [Lock] records; reading needs no lock and
// goes on while a run records: a state that is open for reading only is seen as it was
// when it was opened, so that what is read together is of one instant. All methods may
// be called concurrently.
//
// What is not promised: a bit that flips inside a stored number or text can't be
// told from the truth, since a database keeps no checksums; one whose structure is
// damaged is refused.
//
// 2026-11: who was seen when is not stored with each reader but follows from the
// reading that first saw them, which keeps a row per reader at a few bytes and
// every figure traceable to its reading.
package state

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/internal/tombstone"
)

// DB is a state. Close it when done.
type DB struct {
	View
	database sqldb.Database
	lineage  string
	// epoch is the lock's number while this DB holds it, else 0. A transaction
	// commits only while the state still has the same number.
	epoch atomic.Int64
	held  atomic.Pointer[Lock]
	// serial is the state's as of the latest transaction. It belongs to the one who
	// leads.
	serial int64
	// closed is set by the first Close.
	closed atomic.Bool
	// unpin ends the transaction of a state that is open for reading only.
	unpin func() error
	// erasure is who was erased as far as this DB has seen; nil for nobody.
	erasure atomic.Pointer[tombstone.Erasure]
	queue   queue
	// known is what the transaction that changes the state knows.
	known rows.Known
}

// Open makes a state of a database that has its tables. One that is open for reading
// only is read in one transaction until it is closed, or until ctx ends.
func Open(ctx context.Context, database sqldb.Database) (*DB, error) {
	db := &DB{database: database, queue: newQueue(), unpin: func() error { return nil }}
	db.look = func(ctx context.Context, doing string, do func(*rows.Tx) error) error {
		return db.database.Explain(doing, db.anew(ctx, do))
	}
	if database.ReadOnly() {
		if err := db.pin(ctx); err != nil {
			return nil, database.Explain("open the state "+database.Path(), err)
		}
	}
	if err := db.Reload(ctx); err != nil {
		return nil, errors.Join(err, db.unpin())
	}
	return db, nil
}

// Reload reads again which state it is and who was erased, after a change that may
// have changed that.
func (db *DB) Reload(ctx context.Context) error {
	return db.look(ctx, "open the state "+db.Path(), func(t *rows.Tx) error {
		err := t.Row(ctx, `SELECT lineage FROM meta WHERE id = 1`).Scan(&db.lineage)
		if err != nil {
			return err
		}
		return db.learn(ctx, t)
	})
}

// learn makes the DB know who was erased up to now.
func (db *DB) learn(ctx context.Context, t *rows.Tx) error {
	e, err := t.LoadErasure(ctx)
	if err == nil {
		db.erasure.Store(e)
	}
	return err
}

// Erased is who was erased as far as this DB has seen. The state masks what it is
// given by itself. What is compared with what the state remembers, such as a
// manifest's audiences, must be masked before; see [Erasure].
func (db *DB) Erased() *Erasure { return db.erasure.Load() }

// An Erasure is who was erased. A nil one is nobody; masking then costs nothing.
type Erasure = tombstone.Erasure

// Lineage is a random name given to the state when it was made; two states with the
// same lineage are the same state at different times.
func (db *DB) Lineage() string { return db.lineage }

// simulatedLineage begins the lineage of a state whose readings are the
// simulator's.
const simulatedLineage = "simulated-"

// Simulated reports whether the readings are the simulator's, made up. It is part
// of the lineage, and so of every report.
func (db *DB) Simulated() bool { return IsSimulated(db.lineage) }

// IsSimulated reports whether the readings of a state with the lineage are made up.
func IsSimulated(lineage string) bool { return strings.HasPrefix(lineage, simulatedLineage) }

// NewLineage is a random UUID, version 4, marked when the readings will be the
// simulator's.
func NewLineage(simulated bool) string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	lineage := fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
	if simulated {
		return simulatedLineage + lineage
	}
	return lineage
}

// Path is where the state is, for messages to people.
func (db *DB) Path() string { return db.database.Path() }

// Close releases the lock, if it is held, and closes the state. Calls under way end
// first. Closing again does nothing.
func (db *DB) Close() error {
	if db.closed.Swap(true) {
		return nil
	}
	var failures []error
	if held := db.held.Load(); held != nil {
		failures = append(failures, held.Release())
	}
	failures = append(failures, db.unpin())
	db.queue.lead <- struct{}{}
	failures = append(failures, db.database.Close())
	<-db.queue.lead
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("close the state %s: %w", db.Path(), err)
	}
	return nil
}
