package state

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// An Account is what this state has spent of one quota group's month.
type Account struct {
	QuotaGroup string
	Month      string // as [job.QuotaMonth] writes it
	Calls      int
}

// Spent is the number of metered calls on a quota group's account in a month, as
// [job.QuotaMonth] writes it.
func (v *View) Spent(ctx context.Context, quotaGroup, month string) (calls int, err error) {
	err = v.look(ctx, "read the calls spent", func(t *rows.Tx) error {
		err := t.Row(ctx, `SELECT calls FROM ledger WHERE quota_group = ? AND month = ?`, quotaGroup, month).Scan(&calls)
		if errors.Is(err, sqldb.ErrNoRows) {
			return nil
		}
		return err
	})
	return calls, err
}

// Ledger is every account of a month, by quota group.
func (v *View) Ledger(ctx context.Context, month string) (accounts []Account, err error) {
	err = v.look(ctx, "read the calls spent", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			a := Account{Month: month}
			err := scan(&a.QuotaGroup, &a.Calls)
			accounts = append(accounts, a)
			return err
		}, `SELECT quota_group, calls FROM ledger WHERE month = ?`, month)
	})
	slices.SortFunc(accounts, func(a, b Account) int { return cmp.Compare(a.QuotaGroup, b.QuotaGroup) })
	return accounts, err
}
