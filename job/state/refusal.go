package state

import (
	"cmp"
	"context"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// QuotaRefusals are the quota groups whose month the vendor refused to serve, by
// quota group, as far as the month of now is meant: it is spent until it turns.
func (v *View) QuotaRefusals(ctx context.Context, now time.Time) (refusals []job.QuotaRefusal, err error) {
	err = v.look(ctx, "read the refused quotas", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var r job.QuotaRefusal
			err := scan(&r.QuotaGroup, &r.Code, &r.Message, &r.RequestID, &r.At)
			if job.QuotaMonth(r.At) == job.QuotaMonth(now) {
				refusals = append(refusals, r)
			}
			return err
		}, `SELECT quota_group, code, answer, request_id, refused_at FROM quota_refusal`)
	})
	slices.SortFunc(refusals, func(a, b job.QuotaRefusal) int { return cmp.Compare(a.QuotaGroup, b.QuotaGroup) })
	return refusals, err
}

// CommitQuotaRefusal records that the vendor refused a quota group's month, in
// the place of an earlier refusal.
func (db *DB) CommitQuotaRefusal(ctx context.Context, r job.QuotaRefusal) error {
	return db.Change(ctx, "record the refused quota of "+r.QuotaGroup, func(t *rows.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO quota_refusal (quota_group, code, answer, request_id, refused_at)
			VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (quota_group) DO UPDATE SET code = excluded.code, answer = excluded.answer,
				request_id = excluded.request_id, refused_at = excluded.refused_at`,
			r.QuotaGroup, r.Code, t.Erasure.Text(r.Message), r.RequestID, r.At)
		return err
	})
}

// ClearQuotaRefusal forgets the refusal of a quota group, if there is one.
func (db *DB) ClearQuotaRefusal(ctx context.Context, quotaGroup string) error {
	return db.Change(ctx, "clear the refused quota of "+quotaGroup, func(t *rows.Tx) error {
		_, err := t.Exec(ctx, `DELETE FROM quota_refusal WHERE quota_group = ?`, quotaGroup)
		return err
	})
}
