package state

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"notifyaudit/job"
)

// A stored message is its row as a commit finds it, changes it and leaves it.
type stored struct {
	id                         int64
	address                    string
	firstAskedAt, expiredSince time.Time
	calls                      int
	audience                   recorded
	// last and previous are numbers of readings, 0 for none; lastRun made last.
	last, previous int
	lastRun        int64
	// pages and tokens are the cursor's, 0 without one.
	pages, tokens int
	// purgedAt is when its people were purged; zero when they were not.
	purgedAt time.Time
}

// answered is what every answer about a message does to it.
func (t *tx) answered(s *stored, m *job.Message, spend job.Spend, at time.Time) {
	s.address = t.label(s, m)
	s.calls += spend.Calls
	if s.firstAskedAt.IsZero() {
		s.firstAskedAt = at
	}
}

// label is the address that the message has from now on. One that was cut for a
// person's sake stays cut: of a purged message until it is read again, of an
// erased person's for good.
func (t *tx) label(s *stored, m *job.Message) string {
	whole := t.erasure.label(m.Address)
	switch short := job.Block(m.Address); {
	case !s.purgedAt.IsZero():
		return short
	case t.erasure == nil:
		return whole
	case s.address == short:
		return short
	case len(m.Audience.UserIDs) == 1 && t.erasure.erased(m.Audience.UserIDs[0]):
		return short
	default:
		return whole
	}
}

// message loads the row of a message, which it makes when there is none.
func (t *tx) message(ctx context.Context, id job.MessageID) (*stored, error) {
	s, err := t.find(ctx, id)
	if !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	if _, err := texts([]string{id.ProcessQueryKey}); err != nil {
		return nil, err
	}
	_, err = t.exec(ctx, `INSERT INTO source (provider, kind) VALUES (?, ?) ON CONFLICT DO NOTHING`, id.Provider, id.Kind)
	if err != nil {
		return nil, err
	}
	s = &stored{}
	err = t.row(ctx, `INSERT INTO message (source, key, address, calls, roster, last_reading, previous_reading)
		SELECT id, ?, '', 0, '', 0, 0 FROM source WHERE provider = ? AND kind = ? RETURNING id`,
		id.ProcessQueryKey, id.Provider, id.Kind).Scan(&s.id)
	return s, err
}

func (t *tx) find(ctx context.Context, id job.MessageID) (*stored, error) {
	s := &stored{}
	var list, size sql.NullInt64
	err := t.row(ctx, `
		SELECT m.id, m.first_asked_at, m.expired_since, m.calls, m.audience, m.audience_size, m.roster,
			m.last_reading, m.previous_reading, COALESCE(r.run, 0), COALESCE(c.pages, 0), COALESCE(c.tokens, 0),
			m.address, m.purged_at
		FROM source s
		JOIN message m ON m.source = s.id
		LEFT JOIN reading r ON r.message = m.id AND r.number = m.last_reading
		LEFT JOIN cursor c ON c.message = m.id
		WHERE s.provider = ? AND s.kind = ? AND m.key = ?`,
		id.Provider, id.Kind, id.ProcessQueryKey).Scan(
		&s.id, (*instant)(&s.firstAskedAt), (*instant)(&s.expiredSince), &s.calls, &list, &size, &s.audience.roster,
		&s.last, &s.previous, &s.lastRun, &s.pages, &s.tokens, &s.address, (*instant)(&s.purgedAt))
	s.audience.list, s.audience.size = list, size
	return s, err
}

// keep stores what a commit made of the row.
func (t *tx) keep(ctx context.Context, s *stored) error {
	_, err := t.exec(ctx, `
		UPDATE message SET address = ?, first_asked_at = ?, expired_since = ?, calls = ?,
			audience = ?, audience_size = ?, roster = ?, last_reading = ?, previous_reading = ?, purged_at = ?
		WHERE id = ?`,
		s.address, instant(s.firstAskedAt), instant(s.expiredSince), s.calls,
		s.audience.list, s.audience.size, s.audience.roster, s.last, s.previous, instant(s.purgedAt), s.id)
	return err
}

// An Entry names a message of the state.
type Entry struct {
	ID job.MessageID
	// Address is the label it had when it was last asked.
	Address string
}

// Count is the number of messages in the state.
func (db *DB) Count(ctx context.Context) (int, error) {
	var count int
	err := db.read(ctx, "count the messages of the state", func(t *tx) error {
		return t.row(ctx, `SELECT count(*) FROM message`).Scan(&count)
	})
	return count, err
}

// Messages are all messages of the state, in the order in which it first heard
// of them. After an error there are no more.
func (db *DB) Messages(ctx context.Context) iter.Seq2[Entry, error] {
	return paged(func(after int64) ([]Entry, int64, error) { return db.entries(ctx, after) })
}

func (db *DB) entries(ctx context.Context, after int64) (entries []Entry, last int64, err error) {
	err = db.read(ctx, "list the messages of the state", func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			var e Entry
			err := rows.Scan(&last, &e.ID.Provider, &e.ID.Kind, &e.ID.ProcessQueryKey, &e.Address)
			entries = append(entries, e)
			return err
		}, `SELECT m.id, s.provider, s.kind, m.key, m.address
			FROM message m JOIN source s ON s.id = m.source
			WHERE m.id > ? ORDER BY m.id LIMIT ?`, after, fetch)
	})
	return entries, last, err
}
