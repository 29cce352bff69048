package personal

import (
	"context"
	"errors"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// Remove forgets messages with their readings, readers and failures, and the
// people and lists of people that are in no other message. Those that the state
// doesn't know are passed over. Runs and the calls spent stay. It returns how
// many messages were removed; only the holder of the lock removes.
//
// What is deleted is scrubbed from the file at the end, see [state.DB.Scrub]; backups
// and reports keep what they have. An error with removed above 0 means that all
// but that was done.
func Remove(ctx context.Context, db *state.DB, ids []job.MessageID) (removed int, err error) {
	const doing = "remove messages from the state"
	err = db.Change(ctx, doing, func(t *rows.Tx) error {
		removed = 0
		for _, id := range ids {
			m, err := t.Find(ctx, id)
			if errors.Is(err, sqldb.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if err := remove(ctx, t, m); err != nil {
				return err
			}
			removed++
		}
		gone, err := forgetUnnamed(ctx, t)
		if err != nil || removed+gone == 0 {
			return err
		}
		return state.AskScrub(ctx, t)
	})
	if err != nil {
		return 0, err
	}
	return removed, db.ScrubAfter(ctx, doing)
}

func remove(ctx context.Context, t *rows.Tx, m *rows.Message) error {
	for _, statement := range []string{
		`DELETE FROM reader WHERE message = ?`,
		`DELETE FROM reading WHERE message = ?`,
		`DELETE FROM failure WHERE message = ?`,
		`DELETE FROM cursor WHERE message = ?`, // its tokens and readers go with it
		`DELETE FROM message WHERE id = ?`,
	} {
		if _, err := t.Exec(ctx, statement, m.ID); err != nil {
			return err
		}
	}
	if !m.Audience.List.Valid {
		return nil
	}
	return t.ForgetList(ctx, m.Audience.List)
}
