package state

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"notifyaudit/job"
)

// A recorded audience is the columns of a message that say who it went to.
type recorded struct {
	list   sql.NullInt64 // a row of audience: listed
	size   sql.NullInt64 // without a list: sized
	roster string
}

func (r *recorded) known() bool { return r.list.Valid || r.size.Valid }

// sameAs reports whether two recorded audiences are the same people.
func (r *recorded) sameAs(o recorded) bool { return r.list == o.list && r.size == o.size }

// record makes a the audience of the message.
func (t *tx) record(ctx context.Context, s *stored, a job.Audience) error {
	s.audience = recorded{roster: a.Roster}
	switch a.Form {
	case job.AudienceUnknown:
		s.audience.roster = ""
	case job.AudienceSized:
		s.audience.size = sql.NullInt64{Int64: int64(a.Size), Valid: true}
	case job.AudienceListed:
		id, err := t.list(ctx, a)
		if err != nil {
			return err
		}
		s.audience.list = sql.NullInt64{Int64: id, Valid: true}
	}
	return nil
}

// forget deletes a list that no message has any more.
func (t *tx) forget(ctx context.Context, list sql.NullInt64) error {
	_, err := t.exec(ctx, `DELETE FROM audience WHERE id = ? AND NOT EXISTS
		(SELECT 1 FROM message WHERE audience = ?)`, list, list)
	return err
}

// list finds the row of a list of people, which it makes when there is none.
func (t *tx) list(ctx context.Context, a job.Audience) (int64, error) {
	a = t.erasure.audience(a)
	hash := a.Hash()
	var id int64
	err := t.row(ctx, `SELECT id FROM audience WHERE hash = ?`, hash).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	err = t.row(ctx, `INSERT INTO audience (hash, size) VALUES (?, ?) RETURNING id`, hash, len(a.UserIDs)).Scan(&id)
	if err != nil {
		return 0, err
	}
	list, err := t.people(ctx, a.UserIDs)
	if err != nil {
		return 0, err
	}
	_, err = t.exec(ctx, `INSERT INTO audience_member (audience, person)
		SELECT ?, id FROM person WHERE user_id IN (SELECT value FROM texts(?))`, id, list)
	return id, err
}

// people makes sure that user ids have rows, and returns the parameter of
// texts(?) that lists them. Every user id that enters the state comes through
// here, and those of erased people go no further.
func (t *tx) people(ctx context.Context, ids []string) (list string, err error) {
	if list, err = texts(t.erasure.mask(ids)); err != nil {
		return "", err
	}
	_, err = t.exec(ctx, `INSERT INTO person (user_id) SELECT value FROM texts(?) WHERE true ON CONFLICT DO NOTHING`, list)
	return list, err
}

// Members are the user ids of a recorded audience, sorted, by the hash in its
// message's record; none for a hash that is not in the state.
func (db *DB) Members(ctx context.Context, audienceHash string) ([]string, error) {
	return db.userIDs(ctx, "read a recorded audience", `
		SELECT p.user_id FROM audience a
		JOIN audience_member m ON m.audience = a.id
		JOIN person p ON p.id = m.person
		WHERE a.hash = ?`, audienceHash)
}

// CursorReaders are the user ids on the pages before a message's cursor, sorted.
func (db *DB) CursorReaders(ctx context.Context, id job.MessageID) ([]string, error) {
	return db.userIDs(ctx, "read the readers before a cursor", `
		SELECT p.user_id FROM source s
		JOIN message m ON m.source = s.id
		JOIN cursor_reader c ON c.message = m.id
		JOIN person p ON p.id = c.person
		WHERE s.provider = ? AND s.kind = ? AND m.key = ?`, id.Provider, id.Kind, id.ProcessQueryKey)
}

// userIDs sorts by itself: databases differ in how they order text.
func (db *DB) userIDs(ctx context.Context, doing, statement string, args ...any) (ids []string, err error) {
	err = db.read(ctx, doing, func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		}, statement, args...)
	})
	slices.Sort(ids)
	return ids, err
}
