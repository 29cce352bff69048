package state

import (
	"context"
	"iter"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// An Entry names a message of the state.
type Entry struct {
	ID job.MessageID
	// Address is the label it had when it was last asked.
	Address string
}

// Count is the number of messages in the state.
func (v *View) Count(ctx context.Context) (int, error) {
	var count int
	err := v.look(ctx, "count the messages of the state", func(t *rows.Tx) error {
		return t.Row(ctx, `SELECT count(*) FROM message`).Scan(&count)
	})
	return count, err
}

// Messages are all messages of the state, in the order in which it first heard
// of them. After an error there are no more.
func (v *View) Messages(ctx context.Context) iter.Seq2[Entry, error] {
	return Paged(func(after int64, fetch int) ([]Entry, int64, error) { return v.entries(ctx, after, fetch) })
}

func (v *View) entries(ctx context.Context, after int64, fetch int) (entries []Entry, last int64, err error) {
	err = v.look(ctx, "list the messages of the state", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var e Entry
			err := scan(&last, &e.ID.Provider, &e.ID.Kind, &e.ID.ProcessQueryKey, &e.Address)
			entries = append(entries, e)
			return err
		}, `SELECT m.id, s.provider, s.kind, m.key, m.address
			FROM message m JOIN source s ON s.id = m.source
			WHERE m.id > ? ORDER BY m.id LIMIT ?`, after, fetch)
	})
	return entries, last, err
}

// Members are the user ids of a recorded audience, sorted, by the hash in its
// message's record; none for a hash that is not in the state.
func (v *View) Members(ctx context.Context, audienceHash string) ([]string, error) {
	return v.userIDs(ctx, "read a recorded audience", `
		SELECT p.user_id FROM audience a
		JOIN audience_member m ON m.audience = a.id
		JOIN person p ON p.id = m.person
		WHERE a.hash = ?`, audienceHash)
}

// CursorReaders are the user ids on the pages before a message's cursor, sorted.
func (v *View) CursorReaders(ctx context.Context, id job.MessageID) ([]string, error) {
	return v.userIDs(ctx, "read the readers before a cursor", `
		SELECT p.user_id FROM source s
		JOIN message m ON m.source = s.id
		JOIN cursor_reader c ON c.message = m.id
		JOIN person p ON p.id = c.person
		WHERE s.provider = ? AND s.kind = ? AND m.key = ?`, id.Provider, id.Kind, id.ProcessQueryKey)
}

// userIDs sorts by itself: databases differ in how they order text.
func (v *View) userIDs(ctx context.Context, doing, statement string, args ...any) (ids []string, err error) {
	err = v.look(ctx, doing, func(t *rows.Tx) error {
		ids, err = sqldb.Column[string](ctx, &t.Tx, statement, args...)
		return err
	})
	slices.Sort(ids)
	return ids, err
}
