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
// What is deleted is overwritten, but the file keeps its size, and backups and
// reports keep what they have.
func (db *DB) Remove(ctx context.Context, ids []job.MessageID) (removed int, err error) {
	err = db.write(ctx, "remove messages from the state", func(t *tx) error {
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
		return t.forgetStrangers(ctx)
	})
	return removed, err
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

// forgetStrangers deletes the people that nothing refers to any more. One look
// at all references is cheaper than one look for each person.
func (t *tx) forgetStrangers(ctx context.Context) error {
	_, err := t.exec(ctx, `DELETE FROM person WHERE id NOT IN (
		SELECT person FROM reader
		UNION SELECT person FROM audience_member
		UNION SELECT person FROM cursor_reader)`)
	return err
}
