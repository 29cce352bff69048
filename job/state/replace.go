package state

import (
	"context"
	"errors"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// ReplaceAudience records the audience of a message anew, and counts its latest
// reading for it. A message that was never read keeps none: its audience is recorded
// at its first reading. So does one whose people were purged, and one whose audience
// the API alone names.
func (db *DB) ReplaceAudience(ctx context.Context, m *job.Message) error {
	return db.Change(ctx, "record the audience of "+m.Address, func(t *rows.Tx) error {
		row, err := t.Find(ctx, m.ID)
		if errors.Is(err, sqldb.ErrNoRows) {
			return nil
		}
		if err != nil || row.Last == 0 || !row.PurgedAt.IsZero() || m.LearnsAudience() {
			return err
		}
		return replaceAudience(ctx, t, row, m)
	})
}

func replaceAudience(ctx context.Context, t *rows.Tx, row *rows.Message, m *job.Message) (err error) {
	before := row.Audience
	if row.Audience, err = t.Record(ctx, m.Audience); err != nil {
		return err
	}
	if !row.Audience.SameAs(before) {
		row.Previous = 0 // of other people: nothing to compare with
	}
	_, read, err := countReaders(ctx, t, row)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE reading SET read = ? WHERE message = ? AND number = ?`, read, row.ID, row.Last); err != nil {
		return err
	}
	if err := t.Save(ctx, row); err != nil || !before.List.Valid || before.List == row.Audience.List {
		return err
	}
	return t.ForgetList(ctx, before.List)
}
