package personal

import (
	"context"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
)

// forgetUnnamed deletes the people that nothing refers to any more, and
// returns how many there were. Tombstones stay, so that who was erased stays
// so.
func forgetUnnamed(ctx context.Context, t *rows.Tx) (gone int, err error) {
	if gone, err = unnamedWithout(ctx, t, nil); err != nil || gone == 0 {
		return gone, err
	}
	// Before a row of person goes, the database looks for references to it:
	// without an index through all of them, each time.
	const few = 16
	if gone > few {
		for _, table := range []string{"reader", "audience_member"} {
			if _, err := t.Exec(ctx, `CREATE INDEX `+table+`_person ON `+table+` (person)`); err != nil {
				return 0, err
			}
		}
	}
	_, err = t.Exec(ctx, `DELETE FROM person WHERE NOT erased AND id NOT IN (
		SELECT person FROM reader
		UNION SELECT person FROM audience_member
		UNION SELECT person FROM cursor_reader)`)
	if err != nil || gone <= few {
		return gone, err
	}
	for _, table := range []string{"reader", "audience_member"} {
		if _, err := t.Exec(ctx, `DROP INDEX `+table+`_person`); err != nil {
			return 0, err
		}
	}
	return gone, nil
}

// unnamedWithout counts the people that nothing would refer to without the
// messages' references.
func unnamedWithout(ctx context.Context, t *rows.Tx, messages []int64) (count int, err error) {
	err = t.Row(ctx, `SELECT count(*) FROM person WHERE NOT erased AND id NOT IN (
		SELECT person FROM reader WHERE message NOT IN (SELECT value FROM numbers(?))
		UNION SELECT person FROM audience_member WHERE audience IN (
			SELECT audience FROM message WHERE audience IS NOT NULL AND id NOT IN (SELECT value FROM numbers(?)))
		UNION SELECT person FROM cursor_reader WHERE message NOT IN (SELECT value FROM numbers(?)))`,
		messages, messages, messages).Scan(&count)
	return count, err
}

// blankStops empties the words of the runs' stops that ask says, and counts them.
func blankStops(ctx context.Context, t *rows.Tx, ask func(run *job.Run, stop *job.Stop) bool) (blanked int, err error) {
	runs, err := t.StoppedRuns(ctx)
	if err != nil {
		return 0, err
	}
	for i := range runs {
		before := blanked
		for n := range runs[i].Stops {
			if stop := &runs[i].Stops[n]; stop.Message != "" && ask(&runs[i], stop) {
				stop.Message = ""
				blanked++
			}
		}
		if blanked > before {
			if err := t.PutRun(ctx, &runs[i]); err != nil {
				return 0, err
			}
		}
	}
	return blanked, nil
}
