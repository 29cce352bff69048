package state

import (
	"context"
	"time"

	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// Owed is what a target of deliveries is still to be sent.
type Owed string

// What can be owed.
const (
	OwedNothing Owed = ""
	OwedResults Owed = "results"
	// OwedNotice is the notice that there is no new data.
	OwedNotice Owed = "notice"
)

// A Delivery is what a target of deliveries is owed, or was sent last.
type Delivery struct {
	// Target names the deliver block, as in "email.hr", or a part of what it is sent, as in
	// "email.hr/9f86d081884c7d65".
	Target string
	// Run is the latest run that was decided about: it is owed, was sent, or needed no
	// sending. Empty before the first.
	Run  string
	Owed Owed
	// ChangedAt is when it became owed, or was settled; zero for neither yet.
	ChangedAt time.Time
	// Silent counts the runs in a row that brought no new data.
	Silent int
}

// Deliveries are what is recorded of the targets, by target.
func (v *View) Deliveries(ctx context.Context) (all []Delivery, err error) {
	err = v.look(ctx, "read the deliveries", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var d Delivery
			err := scan(&d.Target, &d.Run, &d.Owed, &d.ChangedAt, &d.Silent)
			all = append(all, d)
			return err
		}, `SELECT target, run, owed, changed_at, silent FROM delivery ORDER BY target`)
	})
	return all, err
}

// PartOf separates a target from the name of a part.
const PartOf = "/"

// CommitDeliveries records deliveries, each in the place of an earlier one of its
// target, all or none. The parts of a target that is owed nothing are forgotten. It is no
// change of the state that would make a plan stale.
func CommitDeliveries(ctx context.Context, db *DB, all ...Delivery) error {
	return db.alone(ctx, "record the deliveries", func(t *rows.Tx) error {
		for _, d := range all {
			_, err := t.Exec(ctx, `INSERT INTO delivery (target, run, owed, changed_at, silent) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (target) DO UPDATE SET run = excluded.run, owed = excluded.owed,
					changed_at = excluded.changed_at, silent = excluded.silent`,
				d.Target, d.Run, d.Owed, d.ChangedAt, d.Silent)
			if err == nil && d.Owed == OwedNothing {
				const next = "0" // the character after PartOf
				_, err = t.Exec(ctx, `DELETE FROM delivery WHERE target > ? AND target < ?`, d.Target+PartOf, d.Target+next)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
