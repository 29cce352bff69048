package rows

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/sqldb"
)

// A Message is its row as a change finds it, makes it and leaves it.
type Message struct {
	// ID is 0 until the row is there.
	ID                         int64
	of                         job.MessageID // of a new row
	Address                    string
	FirstAskedAt, ExpiredSince time.Time
	Calls                      int
	Audience                   Recorded
	// Last and Previous are numbers of readings, 0 for none; LastRun made Last.
	Last, Previous int
	LastRun        int64
	// Pages and Tokens are the cursor's, 0 without one.
	Pages, Tokens int
	// Failed says that its last answer was no reading.
	Failed bool
	// PurgedAt is when its people were purged; zero when they were not.
	PurgedAt time.Time
}

// Find reads a message. It fails with [sqldb.ErrNoRows] when there is none.
func (t *Tx) Find(ctx context.Context, id job.MessageID) (*Message, error) {
	source, err := t.findSource(ctx, id.Provider, id.Kind)
	if err != nil {
		return nil, err
	}
	m := &Message{}
	var run, pages, tokens sql.Null[int64]
	// Subqueries, and no outer joins: with those SQLite would prepare the statement
	// anew for each key.
	err = t.Row(ctx, `SELECT id, address, first_asked_at, expired_since, calls, audience, audience_size, roster,
			last_reading, previous_reading, purged_at,
			(SELECT run FROM reading WHERE message = message.id AND number = last_reading),
			(SELECT pages FROM cursor WHERE message = message.id),
			(SELECT tokens FROM cursor WHERE message = message.id),
			EXISTS (SELECT 1 FROM failure WHERE message = message.id)
		FROM message WHERE source = ? AND key = ?`, source, id.ProcessQueryKey).Scan(
		&m.ID, &m.Address, &m.FirstAskedAt, &m.ExpiredSince, &m.Calls, &m.Audience.List, &m.Audience.Size, &m.Audience.Roster,
		&m.Last, &m.Previous, &m.PurgedAt, &run, &pages, &tokens, &m.Failed)
	m.LastRun, m.Pages, m.Tokens = run.V, int(pages.V), int(tokens.V)
	return m, err
}

// NewMessage is one without a row. It fails for an id that can't be kept.
func NewMessage(id job.MessageID) (*Message, error) {
	return &Message{of: id}, CheckIDs(id.ProcessQueryKey)
}

// Message is [Tx.Find], or a new message that [Tx.Save] makes a row of.
func (t *Tx) Message(ctx context.Context, id job.MessageID) (*Message, error) {
	m, err := t.Find(ctx, id)
	if errors.Is(err, sqldb.ErrNoRows) {
		return NewMessage(id)
	}
	return m, err
}

// Save stores what a change made of the row.
func (t *Tx) Save(ctx context.Context, m *Message) error {
	if m.ID != 0 {
		err := t.Later(ctx, `UPDATE message SET address = ?, first_asked_at = ?, expired_since = ?, calls = ?,
				audience = ?, audience_size = ?, roster = ?, last_reading = ?, previous_reading = ?, purged_at = ?
			WHERE id = ?`,
			m.Address, m.FirstAskedAt, m.ExpiredSince, m.Calls,
			m.Audience.List, m.Audience.Size, m.Audience.Roster, m.Last, m.Previous, m.PurgedAt, m.ID)
		return err
	}
	source, err := t.Source(ctx, m.of.Provider, m.of.Kind)
	if err != nil {
		return err
	}
	// A number of our own: to have SQLite return one costs as much as two inserts.
	if t.known.message == 0 {
		if err := t.Row(ctx, `SELECT COALESCE(max(id), 0) FROM message`).Scan(&t.known.message); err != nil {
			return err
		}
	}
	t.known.message++
	m.ID = t.known.message
	err = t.Later(ctx, `INSERT INTO message (id, source, key, address, first_asked_at, expired_since, calls,
			audience, audience_size, roster, last_reading, previous_reading, purged_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, source, m.of.ProcessQueryKey, m.Address, m.FirstAskedAt, m.ExpiredSince, m.Calls,
		m.Audience.List, m.Audience.Size, m.Audience.Roster, m.Last, m.Previous, m.PurgedAt)
	return err
}

// Label is the address that the message has from now on. One that was cut for a
// person's sake stays cut: of a purged message until it is read again, of an
// erased person's for good.
func (t *Tx) Label(m *Message, of *job.Message) string {
	whole := t.Erasure.Address(of.Address)
	switch short := job.Block(of.Address); {
	case !m.PurgedAt.IsZero():
		return short
	case t.Erasure == nil:
		return whole
	case m.Address == short:
		return short
	case len(of.Audience.UserIDs) == 1 && t.Erasure.Erased(of.Audience.UserIDs[0]):
		return short
	default:
		return whole
	}
}
