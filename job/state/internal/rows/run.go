package rows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/sqldb"
)

const runColumns = `name, started_at, updated_at, finished_at, complete, calls, retries, throttled, stops, schedule, shards`

func scanRun(scan sqldb.Scan) (r job.Run, err error) {
	var stops string
	err = scan(&r.ID, &r.StartedAt, &r.UpdatedAt, &r.FinishedAt, &r.Complete, &r.Calls, &r.Retries, &r.Throttled, &stops, &r.Schedule, &r.Shards)
	if err == nil {
		err = json.Unmarshal([]byte(stops), &r.Stops)
	}
	if err != nil && r.ID != "" {
		err = fmt.Errorf("the stops of run %s: %w", r.ID, err)
	}
	return r, err
}

// LatestRun is the run that began last; nil before the first.
func (t *Tx) LatestRun(ctx context.Context) (*job.Run, error) {
	r, err := scanRun(t.Row(ctx, `SELECT `+runColumns+` FROM run ORDER BY id DESC LIMIT 1`).Scan)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil, nil
	}
	return &r, err
}

// ScheduledRun is the run of a schedule; nil before it began.
func (t *Tx) ScheduledRun(ctx context.Context, schedule string) (*job.Run, error) {
	r, err := scanRun(t.Row(ctx, `SELECT `+runColumns+` FROM run WHERE schedule = ?`, schedule).Scan)
	if errors.Is(err, sqldb.ErrNoRows) {
		return nil, nil
	}
	return &r, err
}

// StoppedRuns are the runs that something stopped.
func (t *Tx) StoppedRuns(ctx context.Context) (runs []job.Run, err error) {
	err = t.Each(ctx, func(scan sqldb.Scan) error {
		r, err := scanRun(scan)
		runs = append(runs, r)
		return err
	}, `SELECT `+runColumns+` FROM run WHERE stops NOT IN ('null', '[]') ORDER BY id`)
	return runs, err
}

// NewRun adds a run; false when another one has its name.
func (t *Tx) NewRun(ctx context.Context, run *job.Run) (added bool, err error) {
	n, err := t.Exec(ctx, `INSERT INTO run (name, started_at, updated_at, complete, calls, retries, throttled, stops, schedule, shards)
		VALUES (?, ?, ?, ?, 0, 0, 0, 'null', ?, ?) ON CONFLICT DO NOTHING`,
		run.ID, run.StartedAt, run.UpdatedAt, false, run.Schedule, run.Shards)
	return n == 1, err
}

// PutRun stores how a run stands.
func (t *Tx) PutRun(ctx context.Context, run *job.Run) error {
	stops, err := json.Marshal(t.Erasure.Stops(run.Stops))
	if err != nil {
		return err
	}
	n, err := t.Exec(ctx, `UPDATE run SET updated_at = ?, finished_at = ?, complete = ?,
			calls = ?, retries = ?, throttled = ?, stops = ? WHERE name = ?`,
		run.UpdatedAt, run.FinishedAt, run.Complete, run.Calls, run.Retries, run.Throttled, string(stops), run.ID)
	if err == nil && n == 0 {
		err = UnknownRun(run.ID)
	}
	return err
}

// NoStops reports whether no robot is stopped.
func (t *Tx) NoStops(ctx context.Context) (bool, error) {
	if t.known.noStops {
		return true, nil
	}
	var found bool
	err := t.Row(ctx, `SELECT EXISTS (SELECT 1 FROM robot_stop)`).Scan(&found)
	t.known.noStops = err == nil && !found
	return t.known.noStops, err
}
