package state

import (
	"context"
	"time"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// A WrittenReport is a report that was written.
type WrittenReport struct {
	Path      string
	WrittenAt time.Time
}

// RememberReport keeps that a report was written to a path, in the place of an
// earlier one there. It needs no lock, and is no change of the state that would
// make a plan stale.
func (db *DB) RememberReport(ctx context.Context, path string, at time.Time) error {
	return db.alone(ctx, "remember the report "+path, func(t *rows.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO report_file (path, written_at) VALUES (?, ?)
			ON CONFLICT (path) DO UPDATE SET written_at = excluded.written_at`, path, at)
		return err
	})
}

// WrittenReports returns the remembered reports, the oldest first.
func (v *View) WrittenReports(ctx context.Context) (reports []WrittenReport, err error) {
	err = v.look(ctx, "list the reports that were written", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var r WrittenReport
			err := scan(&r.Path, &r.WrittenAt)
			reports = append(reports, r)
			return err
		}, `SELECT path, written_at FROM report_file ORDER BY written_at, path`)
	})
	return reports, err
}

// ForgetReports forgets reports, such as those that are not there any more. Like
// RememberReport it needs no lock.
func (db *DB) ForgetReports(ctx context.Context, paths []string) error {
	return db.alone(ctx, "forget reports", func(t *rows.Tx) error {
		for _, path := range paths {
			if _, err := t.Exec(ctx, `DELETE FROM report_file WHERE path = ?`, path); err != nil {
				return err
			}
		}
		return nil
	})
}
