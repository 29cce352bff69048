package state

import (
	"context"
	"database/sql"
	"errors"

	"notifyaudit/job"
)

// Remove forgets messages with their readings, readers and failures, and the
// people and lists of people that are in no other message. Those that the state
// doesn't know are passed over. Runs and the calls spent stay. It returns how
// many messages were removed; only the holder of the lock removes.
//
// What is deleted is scrubbed from the file at the end, see [DB.Scrub]; backups
// and reports keep what they have. An error with removed above 0 means that all
// but that was done.
func (db *DB) Remove(ctx context.Context, ids []job.MessageID) (removed int, err error) {
	const doing = "remove messages from the state"
	err = db.write(ctx, doing, func(t *tx) error {
		removed = 0
		for _, id := range ids {
			s, err := t.find(ctx, id)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if err := t.remove(ctx, s); err != nil {
				return err
			}
			removed++
		}
		gone, err := t.forgetStrangers(ctx)
		if err != nil || removed+gone == 0 {
			return err
		}
		return t.askScrub(ctx)
	})
	if err != nil {
		return 0, err
	}
	return removed, db.scrubAfter(ctx, doing)
}

func (t *tx) remove(ctx context.Context, s *stored) error {
	for _, statement := range []string{
		`DELETE FROM reader WHERE message = ?`,
		`DELETE FROM reading WHERE message = ?`,
		`DELETE FROM failure WHERE message = ?`,
		`DELETE FROM cursor WHERE message = ?`, // its tokens and readers go with it
		`DELETE FROM message WHERE id = ?`,
	} {
		if _, err := t.exec(ctx, statement, s.id); err != nil {
			return err
		}
	}
	if !s.audience.list.Valid {
		return nil
	}
	return t.forget(ctx, s.audience.list)
}
