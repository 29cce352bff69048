package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/bill"
	"notifyaudit/job/state/internal/rows"
)

// CommitPage records one page of a reading with more to come. Its run must have
// begun. The page before it must be in the state, else an error is returned: a
// reading with a page missing would be no reading.
func (db *DB) CommitPage(ctx context.Context, c job.PageCommit) error {
	return db.commit(ctx, "record a page of "+c.Message.Address, &commit{
		do: func(ctx context.Context, t *rows.Tx, b *bill.Bill) error {
			return (&committer{Tx: t, bill: b}).page(ctx, &c)
		},
		urgent: true, // the next page is asked when this one is recorded
	})
}

// CommitReading records the last page of a reading, and with it the reading:
// counted, its readers kept, the audience recorded if none is. The message's
// cursor and failure are cleared. Its run must have begun, and the pages before
// the last must be in the state.
func (db *DB) CommitReading(ctx context.Context, c job.ReadingCommit) error {
	return db.commit(ctx, "record the reading of "+c.Message.Address, &commit{
		do: func(ctx context.Context, t *rows.Tx, b *bill.Bill) error {
			return (&committer{Tx: t, bill: b, isNew: c.New}).reading(ctx, &c)
		},
	})
}

// CommitFailure records an answer that was no reading. Earlier readings stay as
// they are. Its run must have begun.
func (db *DB) CommitFailure(ctx context.Context, c job.FailureCommit) error {
	return db.commit(ctx, "record the failure of "+c.Message.Address, &commit{
		do: func(ctx context.Context, t *rows.Tx, b *bill.Bill) error {
			return (&committer{Tx: t, bill: b}).failure(ctx, &c)
		},
	})
}

// Spend records calls that belong to no message, such as probes.
func (db *DB) Spend(ctx context.Context, s job.Spend) error {
	return db.commit(ctx, "record the calls spent", &commit{do: func(_ context.Context, _ *rows.Tx, b *bill.Bill) error {
		b.Spend(s)
		return nil
	}})
}

// A committer records what one answer means for its message.
type committer struct {
	*rows.Tx
	bill *bill.Bill
	// isNew says that the message has no row.
	isNew bool
}

// answered is what every answer does to its run and to the row of its message.
func (t *committer) answered(ctx context.Context, m *job.Message, run string, at time.Time, s job.Spend) (*rows.Message, int64, error) {
	id, err := t.Run(ctx, run)
	if err != nil {
		return nil, 0, err
	}
	row, err := t.row(ctx, m.ID)
	if err != nil {
		return nil, 0, err
	}
	t.bill.Spend(s)
	t.bill.Use(id, at, s.Calls)
	row.Calls += s.Calls
	if row.FirstAskedAt.IsZero() {
		row.FirstAskedAt = at
	}
	return row, id, nil
}

func (t *committer) row(ctx context.Context, id job.MessageID) (*rows.Message, error) {
	if t.isNew {
		return rows.NewMessage(id)
	}
	return t.Message(ctx, id)
}

func (t *committer) page(ctx context.Context, c *job.PageCommit) error {
	row, _, err := t.answered(ctx, c.Message, c.RunID, c.Cursor.UpdatedAt, c.Spend)
	if err != nil {
		return err
	}
	row.Address = t.Label(row, c.Message)
	row.ExpiredSince = time.Time{}
	if err := t.Save(ctx, row); err != nil {
		return err
	}
	if c.Cursor.Pages == 1 {
		if err := t.dropCursor(ctx, row); err != nil {
			return err
		}
	}
	return t.advance(ctx, row, c)
}

func (t *committer) reading(ctx context.Context, c *job.ReadingCommit) error {
	row, run, err := t.answered(ctx, c.Message, c.Reading.RunID, c.Reading.FinishedAt, c.Spend)
	if err != nil {
		return err
	}
	if err := follows(row, c.Pages); err != nil {
		return err
	}
	revived := revive(row)
	before := row.Audience
	if err := t.renew(ctx, row, run, revived, c); err != nil {
		return err
	}
	onPage, err := t.addReaders(ctx, row, c)
	if err != nil {
		return err
	}
	counted := c.Reading
	if row.Last == 1 && c.Pages == 1 && !before.Known() {
		counted.Readers, counted.Read = t.countFirst(row, c, onPage)
	} else if counted.Readers, counted.Read, err = countReaders(ctx, t.Tx, row); err != nil {
		return err
	}
	if err := t.addReading(ctx, row, run, &counted); err != nil {
		return err
	}
	err = errors.Join(t.dropCursor(ctx, row), t.dropFailure(ctx, row),
		// A robot that answers is not stopped any more.
		clearStop(ctx, t.Tx, c.Message.ID.Provider, c.Message.RobotCode))
	if err != nil || !before.List.Valid || before.List == row.Audience.List {
		return err
	}
	return t.ForgetList(ctx, before.List)
}

// renew takes over into a message's row what a whole reading says of the message, which
// may be revived.
func (t *committer) renew(ctx context.Context, row *rows.Message, run int64, revived bool, c *job.ReadingCommit) error {
	row.Address = t.Label(row, c.Message)
	if toOne(c.Message) && slices.ContainsFunc(c.UserIDs, t.Erasure.Erased) {
		row.Address = job.Block(row.Address)
	}
	row.ExpiredSince = time.Time{}
	before := row.Audience
	var err error
	if c.ReplaceAudience || !before.Known() {
		if row.Audience, err = t.Record(ctx, c.Message.Audience); err != nil {
			return err
		}
	}
	switch {
	case revived, !row.Audience.SameAs(before):
		row.Previous = 0 // of other people, or of nobody: nothing to compare with
	case row.LastRun != run:
		row.Previous = row.Last
	}
	row.Last++
	return t.Save(ctx, row)
}

func (t *committer) failure(ctx context.Context, c *job.FailureCommit) error {
	f := &c.Failure
	row, run, err := t.answered(ctx, c.Message, f.RunID, f.At, c.Spend)
	if err != nil {
		return err
	}
	row.Address = t.Label(row, c.Message)
	switch {
	case f.Class != job.ClassExpired:
		row.ExpiredSince = time.Time{}
	case row.ExpiredSince.IsZero():
		row.ExpiredSince = f.At
	}
	if err := t.Save(ctx, row); err != nil {
		return err
	}
	if !c.KeepCursor {
		if err := t.dropCursor(ctx, row); err != nil {
			return err
		}
	}
	return t.putFailure(ctx, row, run, f)
}

// toOne reports whether the message went to one person.
func toOne(m *job.Message) bool {
	switch m.Audience.Form {
	case job.AudienceUnknown:
		return m.ID.Kind != job.Group
	case job.AudienceSized, job.AudienceListed:
		return m.Audience.Size == 1
	}
	return false
}

// revive makes a purged message one without people, so that the next reading records
// them as a first one would. It returns false for a message that was not purged.
func revive(m *rows.Message) bool {
	if m.PurgedAt.IsZero() {
		return false
	}
	m.PurgedAt, m.Audience = time.Time{}, rows.Recorded{}
	return true
}

// follows reports whether page number pages of a reading is the next one.
func follows(m *rows.Message, pages int) error {
	if pages != 1 && pages != m.Pages+1 {
		return fmt.Errorf("page %d does not follow page %d, the last in the state", pages, m.Pages)
	}
	return nil
}

// advance moves the cursor past one more page.
func (t *committer) advance(ctx context.Context, m *rows.Message, c *job.PageCommit) error {
	to := &c.Cursor
	if err := follows(m, to.Pages); err != nil {
		return err
	}
	if len(to.Tokens) < m.Tokens {
		return fmt.Errorf("the reading had %d tokens and now has %d", m.Tokens, len(to.Tokens))
	}
	err := t.Later(ctx, `
		INSERT INTO cursor (message, next_token, pages, readers, empty_pages, tokens, started_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (message) DO UPDATE SET next_token = excluded.next_token, pages = excluded.pages,
			readers = excluded.readers, empty_pages = excluded.empty_pages, tokens = excluded.tokens,
			started_at = excluded.started_at, updated_at = excluded.updated_at`,
		m.ID, to.NextToken, to.Pages, to.Readers, to.EmptyPages, len(to.Tokens), to.StartedAt, to.UpdatedAt)
	if err != nil {
		return err
	}
	// Only the new tokens: the whole list with each page would be quadratic.
	for i, token := range to.Tokens[m.Tokens:] {
		err := t.Later(ctx, `INSERT INTO cursor_token (message, number, token) VALUES (?, ?, ?)`, m.ID, m.Tokens+i+1, token)
		if err != nil {
			return err
		}
	}
	people, err := t.People(ctx, c.UserIDs)
	if err != nil {
		return err
	}
	err = t.Later(ctx, `INSERT INTO cursor_reader (message, person)
		SELECT ?, value FROM numbers(?) WHERE true
		ON CONFLICT DO NOTHING`, m.ID, people)
	return err
}

// addReaders records the people that this reading is the first to list. It returns how
// many people its last page had.
func (t *committer) addReaders(ctx context.Context, m *rows.Message, c *job.ReadingCommit) (onPage int, err error) {
	if c.Pages > 1 {
		err := t.Later(ctx, `INSERT INTO reader (message, person, reading)
			SELECT message, person, ? FROM cursor_reader WHERE message = ?
			ON CONFLICT DO NOTHING`, m.Last, m.ID)
		if err != nil {
			return 0, err
		}
	}
	people, err := t.People(ctx, c.UserIDs)
	switch {
	case err != nil || len(people) == 0:
		return 0, err
	case len(people) == 1:
		err = t.Later(ctx, `INSERT INTO reader (message, person, reading) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, m.ID, people[0], m.Last)
	default:
		err = t.Later(ctx, `INSERT INTO reader (message, person, reading)
			SELECT ?, value, ? FROM numbers(?) WHERE true
			ON CONFLICT DO NOTHING`, m.ID, m.Last, people)
	}
	return len(people), err
}

// countFirst counts as countReaders does, the readers of a first reading of one
// page. Their names, and those of the audience that was recorded with it, tell.
func (t *committer) countFirst(m *rows.Message, c *job.ReadingCommit, onPage int) (readers, read int) {
	switch {
	case m.Audience.Size.Valid:
		return onPage, onPage
	case !m.Audience.List.Valid:
		return onPage, 0
	}
	audience := t.Erasure.Audience(c.Message.Audience)
	for _, id := range slices.Compact(slices.Sorted(slices.Values(t.Erasure.IDs(c.UserIDs)))) {
		if _, sent := slices.BinarySearch(audience.UserIDs, id); sent {
			read++
		}
	}
	return onPage, read
}

// countReaders counts the readers so far, and those of them in the audience. With
// only a size all of them are taken for its people.
func countReaders(ctx context.Context, t *rows.Tx, m *rows.Message) (readers, read int, err error) {
	err = t.Row(ctx, `SELECT count(*), count(a.person) FROM reader r
		LEFT JOIN audience_member a ON a.audience = ? AND a.person = r.person
		WHERE r.message = ?`, m.Audience.List, m.ID).Scan(&readers, &read)
	if m.Audience.Size.Valid {
		read = readers
	}
	return readers, read, err
}

func (t *committer) addReading(ctx context.Context, m *rows.Message, run int64, r *job.Reading) error {
	err := t.Later(ctx, `INSERT INTO reading (message, number, run, started_at, finished_at, send_status, readers, read)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, m.Last, run, r.StartedAt, r.FinishedAt, r.SendStatus, r.Readers, r.Read)
	return err
}

func (t *committer) dropCursor(ctx context.Context, m *rows.Message) error {
	if m.Pages == 0 {
		return nil
	}
	m.Pages, m.Tokens = 0, 0
	err := t.Later(ctx, `DELETE FROM cursor WHERE message = ?`, m.ID)
	return err
}

func (t *committer) dropFailure(ctx context.Context, m *rows.Message) error {
	if !m.Failed {
		return nil
	}
	err := t.Later(ctx, `DELETE FROM failure WHERE message = ?`, m.ID)
	return err
}

func (t *committer) putFailure(ctx context.Context, m *rows.Message, run int64, f *job.Failure) error {
	if err := t.dropFailure(ctx, m); err != nil {
		return err
	}
	err := t.Later(ctx, `
		INSERT INTO failure (message, status, class, http_status, code, answer, request_id, run, failed_at,
			robot_code, open_conversation_id, sent_at, runs, since, same)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, f.Status, f.Class, f.HTTPStatus, f.Code, t.Erasure.Text(f.Message), f.RequestID, run, f.At,
		f.RobotCode, f.OpenConversationID, f.SentAt, f.Runs, f.Since, f.Same)
	return err
}
