package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
)

// CommitPage records one page of a reading with more to come. Its run must have
// begun. The page before it must be in the state, else an error is returned: a
// reading with a page missing would be no reading.
func (db *DB) CommitPage(ctx context.Context, c job.PageCommit) error {
	return db.write(ctx, "record a page of "+c.Message.Address, func(t *tx) error { return t.commitPage(ctx, &c) })
}

// CommitReading records the last page of a reading, and with it the reading:
// counted, its readers kept, the audience recorded if none is. The message's
// cursor and failure are cleared. Its run must have begun, and the pages before
// the last must be in the state.
func (db *DB) CommitReading(ctx context.Context, c job.ReadingCommit) error {
	return db.write(ctx, "record the reading of "+c.Message.Address, func(t *tx) error { return t.commitReading(ctx, &c) })
}

// CommitFailure records an answer that was no reading. Earlier readings stay as
// they are. Its run must have begun.
func (db *DB) CommitFailure(ctx context.Context, c job.FailureCommit) error {
	return db.write(ctx, "record the failure of "+c.Message.Address, func(t *tx) error { return t.commitFailure(ctx, &c) })
}

func (t *tx) commitPage(ctx context.Context, c *job.PageCommit) error {
	at := c.Cursor.UpdatedAt
	if _, err := t.account(ctx, c.RunID, at, c.Spend); err != nil {
		return err
	}
	s, err := t.message(ctx, c.Message.ID)
	if err != nil {
		return err
	}
	t.answered(s, c.Message, c.Spend, at)
	s.expiredSince = time.Time{}
	if err := t.keep(ctx, s); err != nil {
		return err
	}
	if c.Cursor.Pages == 1 {
		if err := t.dropCursor(ctx, s); err != nil {
			return err
		}
	}
	return t.advance(ctx, s, c)
}

func (t *tx) commitReading(ctx context.Context, c *job.ReadingCommit) error {
	at := c.Reading.FinishedAt
	run, err := t.account(ctx, c.Reading.RunID, at, c.Spend)
	if err != nil {
		return err
	}
	s, err := t.message(ctx, c.Message.ID)
	if err != nil {
		return err
	}
	revived := s.revive()
	t.answered(s, c.Message, c.Spend, at)
	if lone(c.Message) && slices.ContainsFunc(c.UserIDs, t.erasure.erased) {
		s.address = job.Block(s.address)
	}
	s.expiredSince = time.Time{}
	if err := s.follows(c.Pages); err != nil {
		return err
	}
	before := s.audience
	if c.ReplaceAudience || !before.known() {
		if err := t.record(ctx, s, c.Message.Audience); err != nil {
			return err
		}
	}
	switch {
	case revived, !s.audience.sameAs(before):
		s.previous = 0 // of other people, or of nobody: nothing to compare with
	case s.lastRun != run:
		s.previous = s.last
	}
	s.last++
	if err := t.addReaders(ctx, s, c); err != nil {
		return err
	}
	if err := t.addReading(ctx, s, run, &c.Reading); err != nil {
		return err
	}
	err = errors.Join(t.keep(ctx, s), t.dropCursor(ctx, s), t.dropFailure(ctx, s),
		// A robot that answers is not stopped any more.
		t.clearStop(ctx, c.Message.ID.Provider, c.Message.RobotCode))
	if err != nil || !before.list.Valid || before.list == s.audience.list {
		return err
	}
	return t.forget(ctx, before.list)
}

func (t *tx) commitFailure(ctx context.Context, c *job.FailureCommit) error {
	f := &c.Failure
	run, err := t.account(ctx, f.RunID, f.At, c.Spend)
	if err != nil {
		return err
	}
	s, err := t.message(ctx, c.Message.ID)
	if err != nil {
		return err
	}
	t.answered(s, c.Message, c.Spend, f.At)
	switch {
	case f.Class != job.ClassExpired:
		s.expiredSince = time.Time{}
	case s.expiredSince.IsZero():
		s.expiredSince = f.At
	}
	if err := t.keep(ctx, s); err != nil {
		return err
	}
	if !c.KeepCursor {
		if err := t.dropCursor(ctx, s); err != nil {
			return err
		}
	}
	return t.putFailure(ctx, s, run, f)
}

// revive makes a purged message one without people, whom the next reading
// records as a first one would; false for any other.
func (s *stored) revive() bool {
	if s.purgedAt.IsZero() {
		return false
	}
	s.purgedAt, s.audience = time.Time{}, recorded{}
	return true
}

// follows reports whether page number pages of a reading is the next one.
func (s *stored) follows(pages int) error {
	if pages != 1 && pages != s.pages+1 {
		return fmt.Errorf("page %d does not follow page %d, the last in the state", pages, s.pages)
	}
	return nil
}

// advance moves the cursor past one more page.
func (t *tx) advance(ctx context.Context, s *stored, c *job.PageCommit) error {
	to := &c.Cursor
	if err := s.follows(to.Pages); err != nil {
		return err
	}
	if len(to.Tokens) < s.tokens {
		return fmt.Errorf("the reading had %d tokens and now has %d", s.tokens, len(to.Tokens))
	}
	_, err := t.exec(ctx, `
		INSERT INTO cursor (message, next_token, pages, readers, barren, tokens, started_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (message) DO UPDATE SET next_token = excluded.next_token, pages = excluded.pages,
			readers = excluded.readers, barren = excluded.barren, tokens = excluded.tokens,
			started_at = excluded.started_at, updated_at = excluded.updated_at`,
		s.id, to.NextToken, to.Pages, to.Readers, to.EmptyPages, len(to.Tokens), instant(to.StartedAt), instant(to.UpdatedAt))
	if err != nil {
		return err
	}
	// Only the new tokens: the whole list with each page would be quadratic.
	for i, token := range to.Tokens[s.tokens:] {
		_, err := t.exec(ctx, `INSERT INTO cursor_token (message, number, token) VALUES (?, ?, ?)`, s.id, s.tokens+i+1, token)
		if err != nil {
			return err
		}
	}
	list, err := t.people(ctx, c.UserIDs)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO cursor_reader (message, person)
		SELECT ?, id FROM person WHERE user_id IN (SELECT value FROM texts(?))
		ON CONFLICT DO NOTHING`, s.id, list)
	return err
}

// addReaders keeps whom the reading saw, in so far as nobody did before.
func (t *tx) addReaders(ctx context.Context, s *stored, c *job.ReadingCommit) error {
	if c.Pages > 1 {
		_, err := t.exec(ctx, `INSERT INTO reader (message, person, reading)
			SELECT message, person, ? FROM cursor_reader WHERE message = ?
			ON CONFLICT DO NOTHING`, s.last, s.id)
		if err != nil {
			return err
		}
	}
	list, err := t.people(ctx, c.UserIDs)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO reader (message, person, reading)
		SELECT ?, id, ? FROM person WHERE user_id IN (SELECT value FROM texts(?))
		ON CONFLICT DO NOTHING`, s.id, s.last, list)
	return err
}

// countReaders counts the readers so far, and those of them in the audience. With
// only a size all of them are taken for its people.
func (t *tx) countReaders(ctx context.Context, s *stored) (readers, read int, err error) {
	err = t.row(ctx, `SELECT count(*), count(a.person) FROM reader r
		LEFT JOIN audience_member a ON a.audience = ? AND a.person = r.person
		WHERE r.message = ?`, s.audience.list, s.id).Scan(&readers, &read)
	if s.audience.size.Valid {
		read = readers
	}
	return readers, read, err
}

// addReading counts the readers, whom it needs in the state already.
func (t *tx) addReading(ctx context.Context, s *stored, run int64, r *job.Reading) error {
	readers, read, err := t.countReaders(ctx, s)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO reading (message, number, run, started_at, finished_at, send_status, readers, read)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		s.id, s.last, run, instant(r.StartedAt), instant(r.FinishedAt), r.SendStatus, readers, read)
	return err
}

func (t *tx) dropCursor(ctx context.Context, s *stored) error {
	if s.pages == 0 {
		return nil
	}
	s.pages, s.tokens = 0, 0
	_, err := t.exec(ctx, `DELETE FROM cursor WHERE message = ?`, s.id)
	return err
}

func (t *tx) dropFailure(ctx context.Context, s *stored) error {
	_, err := t.exec(ctx, `DELETE FROM failure WHERE message = ?`, s.id)
	return err
}

func (t *tx) putFailure(ctx context.Context, s *stored, run int64, f *job.Failure) error {
	if err := t.dropFailure(ctx, s); err != nil {
		return err
	}
	_, err := t.exec(ctx, `
		INSERT INTO failure (message, status, class, http_status, code, answer, request_id, run, failed_at,
			robot_code, open_conversation_id, sent_at, runs, since, same)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.id, f.Status, f.Class, f.HTTPStatus, f.Code, t.erasure.text(f.Message), f.RequestID, run, instant(f.At),
		f.RobotCode, f.OpenConversationID, instant(f.SentAt), f.Runs, instant(f.Since), f.Same)
	return err
}
