package state

import (
	"context"
	"database/sql"
	"errors"

	"notifyaudit/job"
)

// ReplaceAudience records the audience of a message anew, and counts its latest
// reading for it. A message that was never read keeps none: its audience is recorded
// at its first reading. So does one whose people were purged, and one whose audience
// the API alone names.
func (db *DB) ReplaceAudience(ctx context.Context, m *job.Message) error {
	return db.write(ctx, "record the audience of "+m.Address, func(t *tx) error {
		s, err := t.find(ctx, m.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil || s.last == 0 || !s.purgedAt.IsZero() || m.LearnsAudience() {
			return err
		}
		return t.replaceAudience(ctx, s, m)
	})
}

func (t *tx) replaceAudience(ctx context.Context, s *stored, m *job.Message) error {
	before := s.audience
	if err := t.record(ctx, s, m.Audience); err != nil {
		return err
	}
	if !s.audience.sameAs(before) {
		s.previous = 0 // of other people: nothing to compare with
	}
	_, read, err := t.countReaders(ctx, s)
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `UPDATE reading SET read = ? WHERE message = ? AND number = ?`, read, s.id, s.last); err != nil {
		return err
	}
	if err := t.keep(ctx, s); err != nil || !before.list.Valid || before.list == s.audience.list {
		return err
	}
	return t.forget(ctx, before.list)
}
