package rows

import (
	"context"
	"database/sql"
	"errors"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/sqldb"
)

// A Recorded audience is the columns of a message that say who it went to.
type Recorded struct {
	List   sql.Null[int64] // a row of audience: listed
	Size   sql.Null[int64] // without a list: sized
	Roster string
}

// Known reports whether an audience is recorded.
func (r *Recorded) Known() bool { return r.List.Valid || r.Size.Valid }

// SameAs reports whether two recorded audiences are the same people.
func (r *Recorded) SameAs(o Recorded) bool { return r.List == o.List && r.Size == o.Size }

// Record makes the columns of an audience. A list is stored once.
func (t *Tx) Record(ctx context.Context, a job.Audience) (r Recorded, err error) {
	switch a.Form {
	case job.AudienceSized:
		r = Recorded{Roster: a.Roster, Size: sql.Null[int64]{V: int64(a.Size), Valid: true}}
	case job.AudienceListed:
		r = Recorded{Roster: a.Roster, List: sql.Null[int64]{Valid: true}}
		r.List.V, err = t.list(ctx, a)
	case job.AudienceUnknown:
	}
	return r, err
}

// list finds the row of a list of people, which is made where there is none.
func (t *Tx) list(ctx context.Context, a job.Audience) (id int64, err error) {
	a = t.Erasure.Audience(a)
	hash := t.known.hasher.Hash(a)
	if id, found := t.known.lists[hash]; found {
		return id, nil
	}
	err = t.Row(ctx, `SELECT id FROM audience WHERE hash = ?`, hash).Scan(&id)
	if errors.Is(err, sqldb.ErrNoRows) {
		id, err = t.newList(ctx, hash, a)
	}
	if err != nil {
		return 0, err
	}
	if t.known.lists == nil || len(t.known.lists) == knownLists {
		t.known.lists = make(map[string]int64)
	}
	t.known.lists[hash] = id
	return id, nil
}

func (t *Tx) newList(ctx context.Context, hash string, a job.Audience) (id int64, err error) {
	if _, err := t.Exec(ctx, `INSERT INTO audience (hash, size) VALUES (?, ?)`, hash, len(a.UserIDs)); err != nil {
		return 0, err
	}
	if err := t.Row(ctx, `SELECT id FROM audience WHERE hash = ?`, hash).Scan(&id); err != nil {
		return 0, err
	}
	people, err := t.People(ctx, a.UserIDs)
	if err != nil {
		return 0, err
	}
	_, err = t.Exec(ctx, `INSERT INTO audience_member (audience, person)
		SELECT ?, p.id FROM texts(?) t JOIN person p ON p.user_id = t.value`, id, people)
	return id, err
}

// People makes sure that user ids have rows, and returns them as they stand there:
// those of erased people masked, each once. Every user id that enters the state
// comes through here.
func (t *Tx) People(ctx context.Context, ids []string) ([]string, error) {
	if err := CheckIDs(ids...); err != nil {
		return nil, err
	}
	ids = t.Erasure.IDs(ids)
	_, err := t.Exec(ctx, `INSERT INTO person (user_id) SELECT value FROM texts(?) WHERE true ON CONFLICT DO NOTHING`, ids)
	return ids, err
}

// ForgetList deletes a list that no message has any more.
func (t *Tx) ForgetList(ctx context.Context, list sql.Null[int64]) error {
	t.known.lists = nil
	_, err := t.Exec(ctx, `DELETE FROM audience WHERE id = ? AND NOT EXISTS
		(SELECT 1 FROM message WHERE audience = ?)`, list, list)
	return err
}
