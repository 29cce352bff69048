package state

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// BeginRun goes on with the latest run when that was interrupted a short while
// before now (see [job.Run.Continues]): it keeps its identity, its start and its
// counts, which the caller adds to. What stopped it then is no stop any more. Else
// it begins a new one.
func (db *DB) BeginRun(ctx context.Context, now time.Time) (run job.Run, err error) {
	err = db.Change(ctx, "begin a run", func(t *rows.Tx) error {
		latest, err := t.LatestRun(ctx)
		if err != nil {
			return err
		}
		if latest.Continues(now) {
			run = *latest
			run.FinishedAt, run.UpdatedAt, run.Stops = time.Time{}, stamp(now), nil
			return t.PutRun(ctx, &run)
		}
		run, err = AddRun(ctx, t, job.Run{StartedAt: now})
		return err
	})
	return run, err
}

// AddRun begins a run with an identity of its own. It is for the packages of the state.
func AddRun(ctx context.Context, t *rows.Tx, run job.Run) (job.Run, error) {
	run.StartedAt = stamp(run.StartedAt)
	run.UpdatedAt = run.StartedAt
	for {
		var b [2]byte
		_, _ = rand.Read(b[:]) // never fails: crypto/rand
		run.ID = fmt.Sprintf("%s-%x", run.StartedAt.Format("20060102T150405Z"), b)
		if added, err := t.NewRun(ctx, &run); added || err != nil {
			return run, err
		}
	}
}

// LatestRun is the run that began last, or nil before the first.
func (v *View) LatestRun(ctx context.Context) (run *job.Run, err error) {
	err = v.look(ctx, "read the latest run", func(t *rows.Tx) error {
		run, err = t.LatestRun(ctx)
		return err
	})
	return run, err
}

// FinishRun records how a run ended: its FinishedAt, Complete and counts as they
// stand in run.
func (db *DB) FinishRun(ctx context.Context, run job.Run) error {
	return db.Change(ctx, "record the end of run "+run.ID, func(t *rows.Tx) error {
		if run.FinishedAt.IsZero() {
			return errors.New("the run has no end")
		}
		run.UpdatedAt = run.FinishedAt
		return t.PutRun(ctx, &run)
	})
}

// stamp is t as the state gives it back.
func stamp(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// Unreadable counts the messages whose last answer, in the run with that name, was
// that they can't be read: rejected, incomplete or failed.
func (v *View) Unreadable(ctx context.Context, run string) (count int, err error) {
	err = v.look(ctx, "count what run "+run+" could not read", func(t *rows.Tx) error {
		return t.Row(ctx, `SELECT count(*) FROM failure f JOIN run r ON r.id = f.run
			WHERE r.name = ? AND f.status IN (?, ?, ?)`,
			run, job.StatusRejected, job.StatusIncomplete, job.StatusFailed).Scan(&count)
	})
	return count, err
}

// ReadIn counts the messages that were read in the run with that name.
func ReadIn(ctx context.Context, v *View, run string) (count int, err error) {
	err = v.look(ctx, "count what run "+run+" read", func(t *rows.Tx) error {
		return t.Row(ctx, `SELECT count(DISTINCT e.message) FROM reading e JOIN run r ON r.id = e.run WHERE r.name = ?`, run).Scan(&count)
	})
	return count, err
}

// Serial counts the transactions that changed the state: a plan made at one serial
// is stale at another. Taking the lock is no change. It needs no lock.
func (v *View) Serial(ctx context.Context) (serial int64, err error) {
	err = v.look(ctx, "read the state's serial", func(t *rows.Tx) error {
		return t.Row(ctx, `SELECT serial FROM meta WHERE id = 1`).Scan(&serial)
	})
	return serial, err
}

// LastSuccess is when the latest run ended that asked all that it could: complete, and
// stopped by no credential, permission or endpoint. Zero where none of the latest hundred
// was.
func LastSuccess(ctx context.Context, v *View) (at time.Time, err error) {
	err = v.look(ctx, "look up the latest success", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var ended time.Time
			var text string
			if err := scan(&ended, &text); err != nil || !at.IsZero() {
				return err
			}
			var stops []job.Stop
			if err := json.Unmarshal([]byte(text), &stops); err != nil {
				return err
			}
			if !slices.ContainsFunc(stops, misconfigured) {
				at = ended
			}
			return nil
		}, `SELECT finished_at, stops FROM run WHERE complete AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 100`)
	})
	return at, err
}

func misconfigured(s job.Stop) bool {
	return s.Class == job.ClassToken || s.Class == job.ClassDenied || s.Class == job.ClassEndpoint
}
