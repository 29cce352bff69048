package state

import (
	"context"
)

// forgetStrangers deletes the people that nothing refers to any more, and
// returns how many there were. Tombstones stay, so that who was erased stays
// so.
func (t *tx) forgetStrangers(ctx context.Context) (gone int, err error) {
	if gone, err = t.strangersWithout(ctx, nil); err != nil || gone == 0 {
		return gone, err
	}
	// Before a row of person goes, the database looks for references to it:
	// without an index through all of them, each time.
	const few = 16
	if gone > few {
		for _, table := range []string{"reader", "audience_member"} {
			if _, err := t.exec(ctx, `CREATE INDEX `+table+`_person ON `+table+` (person)`); err != nil {
				return 0, err
			}
		}
	}
	_, err = t.exec(ctx, `DELETE FROM person WHERE NOT erased AND id NOT IN (
		SELECT person FROM reader
		UNION SELECT person FROM audience_member
		UNION SELECT person FROM cursor_reader)`)
	if err != nil || gone <= few {
		return gone, err
	}
	for _, table := range []string{"reader", "audience_member"} {
		if _, err := t.exec(ctx, `DROP INDEX `+table+`_person`); err != nil {
			return 0, err
		}
	}
	return gone, nil
}

// strangersWithout counts the people that nothing would refer to without the
// messages' references.
func (t *tx) strangersWithout(ctx context.Context, messages []int64) (count int, err error) {
	rows := "[]"
	if len(messages) > 0 {
		if rows, err = numbers(messages); err != nil {
			return 0, err
		}
	}
	err = t.row(ctx, `SELECT count(*) FROM person WHERE NOT erased AND id NOT IN (
		SELECT person FROM reader WHERE message NOT IN (SELECT value FROM numbers(?))
		UNION SELECT person FROM audience_member WHERE audience IN (
			SELECT audience FROM message WHERE audience IS NOT NULL AND id NOT IN (SELECT value FROM numbers(?)))
		UNION SELECT person FROM cursor_reader WHERE message NOT IN (SELECT value FROM numbers(?)))`,
		rows, rows, rows).Scan(&count)
	return count, err
}
