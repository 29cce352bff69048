// Package rows has the rows of a state that everything else is about: messages,
// people and lists of people.
package rows

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/internal/tombstone"
)

// A Tx is a transaction on the rows of a state.
type Tx struct {
	sqldb.Tx
	// Erasure is who was erased before a change; nil for nobody, and in a
	// transaction that only reads.
	Erasure *tombstone.Erasure
	known   *Known
}

// Known is what a process that changes a state need not look up twice. It must be
// forgotten with a change that was rolled back, and when the state is locked anew, and is
// [Known.Moved] by what others change. The zero value is ready.
type Known struct {
	sources map[source]int64
	runs    map[string]int64
	// message is the highest number of a row of message; 0 for not looked up yet.
	message int64
	hasher  job.Hasher
	// lists are rows of audience by their hashes, people those of person by their
	// user ids.
	lists, people known
	// noStops says that no robot is stopped.
	noStops bool
}

// Moved forgets what the change of another process may have made untrue. Rows keep their
// numbers.
func (k *Known) Moved() {
	k.message, k.noStops = 0, false
	k.lists.moved, k.people.moved = true, true
}

type source struct {
	provider string
	kind     job.Kind
}

// NewTx makes a transaction of a database's. Known may be nil where nothing is
// changed.
func NewTx(conn sqldb.Conn, erasure *tombstone.Erasure, known *Known) *Tx {
	return &Tx{Tx: sqldb.Tx{Conn: conn}, Erasure: erasure, known: known}
}

// LoadErasure reads who was erased; nil for nobody.
func (t *Tx) LoadErasure(ctx context.Context) (*tombstone.Erasure, error) {
	var key sql.Null[string]
	var number int
	err := t.Row(ctx, `SELECT erasure_key, erased FROM meta WHERE id = 1`).Scan(&key, &number)
	if err != nil || !key.Valid {
		return nil, err
	}
	secret, err := hex.DecodeString(key.V)
	if err != nil {
		return nil, err
	}
	ids, err := sqldb.Column[string](ctx, &t.Tx, `SELECT user_id FROM person WHERE erased`)
	tombstones := make(map[string]bool, len(ids))
	for _, id := range ids {
		tombstones[id] = true
	}
	return tombstone.New(secret, number, tombstones), err
}

// Source is the row of a provider and kind, which is made where there is none.
func (t *Tx) Source(ctx context.Context, provider string, kind job.Kind) (id int64, err error) {
	id, err = t.findSource(ctx, provider, kind)
	if !errors.Is(err, sqldb.ErrNoRows) {
		return id, err
	}
	if _, err := t.Exec(ctx, `INSERT INTO source (provider, kind) VALUES (?, ?)`, provider, kind); err != nil {
		return 0, err
	}
	return t.findSource(ctx, provider, kind)
}

func (t *Tx) findSource(ctx context.Context, provider string, kind job.Kind) (id int64, err error) {
	of := source{provider, kind}
	if id, found := t.known.sources[of]; found {
		return id, nil
	}
	err = t.Row(ctx, `SELECT id FROM source WHERE provider = ? AND kind = ?`, provider, kind).Scan(&id)
	if err != nil {
		return 0, err
	}
	if t.known.sources == nil {
		t.known.sources = make(map[source]int64)
	}
	t.known.sources[of] = id
	return id, nil
}

// Run is the row of a run by its name, which must have begun.
func (t *Tx) Run(ctx context.Context, name string) (id int64, err error) {
	if id, found := t.known.runs[name]; found {
		return id, nil
	}
	err = t.Row(ctx, `SELECT id FROM run WHERE name = ?`, name).Scan(&id)
	if errors.Is(err, sqldb.ErrNoRows) {
		return 0, UnknownRun(name)
	}
	if err != nil {
		return 0, err
	}
	if t.known.runs == nil {
		t.known.runs = make(map[string]int64)
	}
	t.known.runs[name] = id
	return id, nil
}

// UnknownRun is the error about a run that did not begin.
func UnknownRun(name string) error {
	return fmt.Errorf("run %q is not in the state: it must begin first", name)
}

// CheckIDs refuses ids that a database would store as something else than they
// are.
func CheckIDs(ids ...string) error {
	for _, id := range ids {
		if err := job.CheckID(id); err != nil {
			return fmt.Errorf("the state can't keep it: %w", err)
		}
	}
	return nil
}
