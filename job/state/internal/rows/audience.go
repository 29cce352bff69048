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
	k := &t.known.lists
	if id, found := k.rows[hash]; found {
		return id, nil
	}
	if err := t.begin(ctx, k, knownLists, `SELECT COALESCE(max(id), 0) FROM audience`); err != nil {
		return 0, err
	}
	err = sqldb.ErrNoRows
	if !k.whole {
		err = t.Row(ctx, `SELECT id FROM audience WHERE hash = ?`, hash).Scan(&id)
	}
	if errors.Is(err, sqldb.ErrNoRows) {
		id = k.next()
		err = t.newList(ctx, id, hash, a)
	}
	if err != nil {
		return 0, err
	}
	k.rows[hash] = id
	return id, nil
}

func (t *Tx) newList(ctx context.Context, id int64, hash string, a job.Audience) error {
	if err := t.Later(ctx, `INSERT INTO audience (id, hash, size) VALUES (?, ?, ?)`, id, hash, len(a.UserIDs)); err != nil {
		return err
	}
	people, err := t.People(ctx, a.UserIDs)
	if err != nil {
		return err
	}
	if len(people) == 1 {
		err = t.Later(ctx, `INSERT INTO audience_member (audience, person) VALUES (?, ?)`, id, people[0])
		return err
	}
	err = t.Later(ctx, `INSERT INTO audience_member (audience, person) SELECT ?, value FROM numbers(?)`, id, people)
	return err
}

// ForgetList deletes a list that no message has any more.
func (t *Tx) ForgetList(ctx context.Context, list sql.Null[int64]) error {
	t.known.lists = known{}
	_, err := t.Exec(ctx, `DELETE FROM audience WHERE id = ? AND NOT EXISTS
		(SELECT 1 FROM message WHERE audience = ?)`, list, list)
	return err
}
