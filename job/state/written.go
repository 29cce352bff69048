package state

import (
	"context"
	"database/sql"
	"time"
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
	return db.change(ctx, "remember the report "+path, func(t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO report_file (path, written_at) VALUES (?, ?)
			ON CONFLICT (path) DO UPDATE SET written_at = excluded.written_at`, path, instant(at))
		return err
	})
}

// ReportsBefore are the remembered reports that were written before an instant,
// the oldest first.
func (db *DB) ReportsBefore(ctx context.Context, before time.Time) (reports []WrittenReport, err error) {
	err = db.read(ctx, "list the reports that were written", func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			var r WrittenReport
			err := rows.Scan(&r.Path, (*instant)(&r.WrittenAt))
			reports = append(reports, r)
			return err
		}, `SELECT path, written_at FROM report_file WHERE written_at < ? ORDER BY written_at, path`, instant(before))
	})
	return reports, err
}

// ForgetReports forgets reports, such as those that are not there any more. Like
// RememberReport it needs no lock.
func (db *DB) ForgetReports(ctx context.Context, paths []string) error {
	return db.change(ctx, "forget reports", func(t *tx) error {
		for _, path := range paths {
			if _, err := t.exec(ctx, `DELETE FROM report_file WHERE path = ?`, path); err != nil {
				return err
			}
		}
		return nil
	})
}
