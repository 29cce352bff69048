package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"notifyaudit/job"
)

// BeginRun goes on with the latest run when that was interrupted a short while
// before now (see [job.Run.Continues]): it keeps its identity, its start and its
// counts, which the caller adds to. What stopped it then is no stop any more. Else it begins a new one.
func (db *DB) BeginRun(ctx context.Context, now time.Time) (job.Run, error) {
	var run job.Run
	err := db.write(ctx, "begin a run", func(t *tx) error {
		latest, err := t.latestRun(ctx)
		if err != nil {
			return err
		}
		if latest.Continues(now) {
			run = *latest
			run.FinishedAt, run.UpdatedAt, run.Stops = time.Time{}, stamp(now), nil
			return t.putRun(ctx, &run)
		}
		run = job.Run{StartedAt: stamp(now), UpdatedAt: stamp(now)}
		return t.newRun(ctx, &run)
	})
	return run, err
}

// LatestRun is the run that began last, or nil before the first.
func (db *DB) LatestRun(ctx context.Context) (run *job.Run, err error) {
	err = db.read(ctx, "read the latest run", func(t *tx) error {
		run, err = t.latestRun(ctx)
		return err
	})
	return run, err
}

// FinishRun records how a run ended: its FinishedAt, Complete and counts as they
// stand in run.
func (db *DB) FinishRun(ctx context.Context, run job.Run) error {
	return db.write(ctx, "record the end of run "+run.ID, func(t *tx) error {
		if run.FinishedAt.IsZero() {
			return errors.New("the run has no end")
		}
		run.UpdatedAt = run.FinishedAt
		return t.putRun(ctx, &run)
	})
}

// stamp is t as the state gives it back.
func stamp(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

func (t *tx) latestRun(ctx context.Context) (*job.Run, error) {
	var r job.Run
	var stops string
	err := t.row(ctx, `SELECT name, started_at, updated_at, finished_at, complete, calls, retries, throttled, stops
		FROM run ORDER BY id DESC LIMIT 1`).Scan(
		&r.ID, (*instant)(&r.StartedAt), (*instant)(&r.UpdatedAt), (*instant)(&r.FinishedAt),
		&r.Complete, &r.Calls, &r.Retries, &r.Throttled, &stops)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(stops), &r.Stops); err != nil {
		return nil, fmt.Errorf("the stops of run %s: %w", r.ID, err)
	}
	return &r, nil
}

// stoppedRuns are the runs that something stopped.
func (t *tx) stoppedRuns(ctx context.Context) (runs []job.Run, err error) {
	err = t.each(ctx, func(rows *sql.Rows) error {
		var r job.Run
		var stops string
		err := rows.Scan(&r.ID, (*instant)(&r.StartedAt), (*instant)(&r.UpdatedAt), (*instant)(&r.FinishedAt),
			&r.Complete, &r.Calls, &r.Retries, &r.Throttled, &stops)
		if err == nil {
			err = json.Unmarshal([]byte(stops), &r.Stops)
		}
		runs = append(runs, r)
		return err
	}, `SELECT name, started_at, updated_at, finished_at, complete, calls, retries, throttled, stops
		FROM run WHERE stops NOT IN ('null', '[]') ORDER BY id`)
	return runs, err
}

// newRun gives the run a name that no other has.
func (t *tx) newRun(ctx context.Context, run *job.Run) error {
	for {
		var b [2]byte
		_, _ = rand.Read(b[:]) // never fails: crypto/rand
		run.ID = fmt.Sprintf("%s-%x", run.StartedAt.Format("20060102T150405Z"), b)
		result, err := t.exec(ctx, `INSERT INTO run (name, started_at, updated_at, complete, calls, retries, throttled, stops)
			VALUES (?, ?, ?, ?, 0, 0, 0, 'null') ON CONFLICT DO NOTHING`,
			run.ID, instant(run.StartedAt), instant(run.UpdatedAt), false)
		if err != nil {
			return err
		}
		if inserted, err := result.RowsAffected(); err != nil || inserted == 1 {
			return err
		}
	}
}

func (t *tx) putRun(ctx context.Context, run *job.Run) error {
	stops, err := json.Marshal(t.erasure.stops(run.Stops))
	if err != nil {
		return err
	}
	result, err := t.exec(ctx, `UPDATE run SET updated_at = ?, finished_at = ?, complete = ?,
		calls = ?, retries = ?, throttled = ?, stops = ? WHERE name = ?`,
		instant(run.UpdatedAt), instant(run.FinishedAt), run.Complete, run.Calls, run.Retries, run.Throttled, string(stops), run.ID)
	if err != nil {
		return err
	}
	if found, err := result.RowsAffected(); err != nil || found == 1 {
		return err
	}
	return unknownRun(run.ID)
}

func unknownRun(name string) error {
	return fmt.Errorf("run %q is not in the state: it must begin first", name)
}

// Unreadable counts the messages whose last answer, in the run with that name,
// was that they can't be read: rejected, incomplete or failed.
func (db *DB) Unreadable(ctx context.Context, run string) (count int, err error) {
	err = db.read(ctx, "count what run "+run+" could not read", func(t *tx) error {
		return t.row(ctx, `SELECT count(*) FROM failure f JOIN run r ON r.id = f.run
			WHERE r.name = ? AND f.status IN (?, ?, ?)`,
			run, job.StatusRejected, job.StatusIncomplete, job.StatusFailed).Scan(&count)
	})
	return count, err
}
