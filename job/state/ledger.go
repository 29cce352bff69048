package state

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"notifyaudit/job"
)

// An Account is what this state has spent of one quota group's month.
type Account struct {
	QuotaGroup string
	Month      string // as [job.QuotaMonth] writes it
	Calls      int
}

// Spent is the number of metered calls on a quota group's account in a month, as
// [job.QuotaMonth] writes it.
func (db *DB) Spent(ctx context.Context, quotaGroup, month string) (calls int, err error) {
	err = db.read(ctx, "read the calls spent", func(t *tx) error {
		err := t.row(ctx, `SELECT calls FROM ledger WHERE quota_group = ? AND month = ?`, quotaGroup, month).Scan(&calls)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return calls, err
}

// Ledger is every account of a month, by quota group.
func (db *DB) Ledger(ctx context.Context, month string) (accounts []Account, err error) {
	err = db.read(ctx, "read the calls spent", func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			a := Account{Month: month}
			err := rows.Scan(&a.QuotaGroup, &a.Calls)
			accounts = append(accounts, a)
			return err
		}, `SELECT quota_group, calls FROM ledger WHERE month = ?`, month)
	})
	slices.SortFunc(accounts, func(a, b Account) int { return cmp.Compare(a.QuotaGroup, b.QuotaGroup) })
	return accounts, err
}

// Spend records calls that belong to no message, such as probes.
func (db *DB) Spend(ctx context.Context, s job.Spend) error {
	return db.write(ctx, "record the calls spent", func(t *tx) error { return t.spend(ctx, s) })
}

func (t *tx) spend(ctx context.Context, s job.Spend) error {
	if s.Calls == 0 {
		return nil
	}
	_, err := t.exec(ctx, `INSERT INTO ledger (quota_group, month, calls) VALUES (?, ?, ?)
		ON CONFLICT (quota_group, month) DO UPDATE SET calls = ledger.calls + excluded.calls`,
		s.QuotaGroup, job.QuotaMonth(s.At), s.Calls)
	return err
}

// account puts a commit's calls on the ledger and on its run, and moves the run
// on to at. It returns the run's row.
func (t *tx) account(ctx context.Context, run string, at time.Time, s job.Spend) (id int64, err error) {
	if err := t.spend(ctx, s); err != nil {
		return 0, err
	}
	err = t.row(ctx, `UPDATE run SET calls = calls + ?,
		updated_at = CASE WHEN updated_at < ? THEN ? ELSE updated_at END
		WHERE name = ? RETURNING id`, s.Calls, instant(at), instant(at), run).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, unknownRun(run)
	}
	return id, err
}
