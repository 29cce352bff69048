// Package bill adds up what commits cost, so that one transaction of many of them changes
// each account once.
package bill

import (
	"context"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
)

// A Bill is what commits cost. The zero value is that of none.
type Bill struct {
	spends map[account]int
	runs   map[int64]runUse
}

type account struct{ quotaGroup, month string }

// A runUse is what commits do to their run.
type runUse struct {
	calls int
	at    time.Time // the latest
}

// Spend adds calls of a quota group, for its month.
func (b *Bill) Spend(s job.Spend) {
	if s.Calls == 0 {
		return
	}
	if b.spends == nil {
		b.spends = make(map[account]int)
	}
	b.spends[account{s.QuotaGroup, job.QuotaMonth(s.At)}] += s.Calls
}

// Use adds calls of the run in a row, and moves it on to at.
func (b *Bill) Use(run int64, at time.Time, calls int) {
	if b.runs == nil {
		b.runs = make(map[int64]runUse)
	}
	u := b.runs[run]
	u.calls += calls
	if at.After(u.at) {
		u.at = at
	}
	b.runs[run] = u
}

// Add adds another bill.
func (b *Bill) Add(other *Bill) {
	for of, calls := range other.spends {
		if b.spends == nil {
			b.spends = make(map[account]int)
		}
		b.spends[of] += calls
	}
	for run, u := range other.runs {
		b.Use(run, u.at, u.calls)
	}
}

// Calls are those of runs.
func (b *Bill) Calls() (calls int) {
	for _, u := range b.runs {
		calls += u.calls
	}
	return calls
}

// Pay puts everything on the accounts of quota groups and runs.
func (b *Bill) Pay(ctx context.Context, t *rows.Tx) error {
	for of, calls := range b.spends {
		err := t.Later(ctx, `INSERT INTO ledger (quota_group, month, calls) VALUES (?, ?, ?)
			ON CONFLICT (quota_group, month) DO UPDATE SET calls = ledger.calls + excluded.calls`,
			of.quotaGroup, of.month, calls)
		if err != nil {
			return err
		}
	}
	for run, u := range b.runs {
		err := t.Later(ctx, `UPDATE run SET calls = calls + ?,
			updated_at = CASE WHEN updated_at < ? THEN ? ELSE updated_at END WHERE id = ?`, u.calls, u.at, u.at, run)
		if err != nil {
			return err
		}
	}
	return nil
}
