package state

import (
	"context"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
)

// A bill is what commits cost, to be put on the accounts at once.
type bill struct {
	spends map[account]int
	runs   map[int64]runUse
}

type account struct{ quotaGroup, month string }

// A runUse is what commits do to their run.
type runUse struct {
	calls int
	at    time.Time // the latest
}

// spend adds calls of no run.
func (b *bill) spend(s job.Spend) {
	if s.Calls == 0 {
		return
	}
	if b.spends == nil {
		b.spends = make(map[account]int)
	}
	b.spends[account{s.QuotaGroup, job.QuotaMonth(s.At)}] += s.Calls
}

// use adds calls of a run, and moves it on to at.
func (b *bill) use(run int64, at time.Time, calls int) {
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

func (b *bill) add(other *bill) {
	for of, calls := range other.spends {
		if b.spends == nil {
			b.spends = make(map[account]int)
		}
		b.spends[of] += calls
	}
	for run, u := range other.runs {
		b.use(run, u.at, u.calls)
	}
}

// pay puts everything on the accounts, and the calls of runs also on that of the part at
// place, if there is one.
func (b *bill) pay(ctx context.Context, t *rows.Tx, place *Place) error {
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
	if place == nil {
		return nil
	}
	calls := 0
	for _, u := range b.runs {
		calls += u.calls
	}
	return t.Later(ctx, `UPDATE shard SET calls = calls + ? WHERE run = ? AND number = ?`, calls, place.Run, place.Number)
}
