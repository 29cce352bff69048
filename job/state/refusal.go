package state

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"notifyaudit/job"
)

// QuotaRefusals are the quota groups whose month the vendor refused to serve, by
// quota group, as far as the month of now is meant: it is spent until it turns.
func (db *DB) QuotaRefusals(ctx context.Context, now time.Time) (refusals []job.QuotaRefusal, err error) {
	err = db.read(ctx, "read the refused quotas", func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			var r job.QuotaRefusal
			err := rows.Scan(&r.QuotaGroup, &r.Code, &r.Message, &r.RequestID, (*instant)(&r.At))
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
	return db.write(ctx, "record the refused quota of "+r.QuotaGroup, func(t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO quota_refusal (quota_group, code, answer, request_id, refused_at)
			VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (quota_group) DO UPDATE SET code = excluded.code, answer = excluded.answer,
				request_id = excluded.request_id, refused_at = excluded.refused_at`,
			r.QuotaGroup, r.Code, t.erasure.text(r.Message), r.RequestID, instant(r.At))
		return err
	})
}

// ClearQuotaRefusal forgets the refusal of a quota group, if there is one.
func (db *DB) ClearQuotaRefusal(ctx context.Context, quotaGroup string) error {
	return db.write(ctx, "clear the refused quota of "+quotaGroup, func(t *tx) error {
		_, err := t.exec(ctx, `DELETE FROM quota_refusal WHERE quota_group = ?`, quotaGroup)
		return err
	})
}
