// Package shard lets several processes carry out one run side by side: each takes a part
// of it, and of those that find all shards finished one takes the reports.
//
// The run is found by its schedule. A part is held with a lease, and each commit checks
// the epoch of its row, as for the lock of a whole state: a process that was stopped for
// longer than its lease records nothing once another has its part. Processes of another
// schedule, and those that want the whole state, wait until no lease is left.
package shard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// A Claim is the part of a run that a process wants.
type Claim struct {
	// Schedule names the run: a run is begun for a new one.
	Schedule string
	Shard    job.Shard
	// Reports wants the reports in place of a shard.
	Reports bool
	// Holder is what others are told about this process. Timeout is how long another one
	// that has the part, or the state, is waited for.
	Holder  string
	Timeout time.Duration
	Now     time.Time
}

// A Part is what a process found of its part of the run.
type Part struct {
	// Lock is nil when there is nothing left to do.
	Lock *state.Lock
	Run  job.Run
	// Asked says that this part is finished, AllAsked that all shards are, and Told that
	// the results of the run were told.
	Asked, AllAsked, Told bool

	place state.Place
	// calls are those of the shard that were on the run before.
	calls int
}

// A SizeError is about a run that was begun with another number of shards.
type SizeError struct {
	Schedule  string
	Has, Want int
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the run of schedule %s has %d shards, and not %d: another number needs another schedule", e.Schedule, e.Has, e.Want)
}

// number is that of the part in the run: the reports come behind the shards.
func (c *Claim) number() int {
	if c.Reports {
		return c.Shard.Of
	}
	return c.Shard.Index
}

func (c *Claim) role() sqldb.Role {
	return sqldb.Role{Party: fmt.Sprintf("%d shards of %s: ", c.Shard.Of, c.Schedule), Name: strconv.Itoa(c.number())}
}

// Take takes a part of a run, which begins with the first one that is taken. A part that
// is finished is not taken.
func Take(ctx context.Context, db *state.DB, c Claim) (*Part, error) {
	p := &Part{}
	held, err := state.LockAs(ctx, db, c.role(), c.Holder, c.Timeout, func(t *rows.Tx) (*state.Place, error) {
		if err := p.find(ctx, t, &c); err != nil {
			return nil, err
		}
		return &p.place, p.enter(ctx, t, c.number())
	})
	if err != nil {
		return nil, err
	}
	if p.done(&c) {
		return p, held.Release()
	}
	p.Lock = held
	return p, nil
}

// Attempt counts how often the part was taken. A process of another run counts, too, if
// it took the state in between.
func (p *Part) Attempt() int { return int(p.place.Epoch) }

// done reports whether there is nothing left to do of the part.
func (p *Part) done(c *Claim) bool {
	if c.Reports {
		return p.Told || !p.AllAsked
	}
	return p.Asked
}

// find finds the run, or begins it.
func (p *Part) find(ctx context.Context, t *rows.Tx, c *Claim) error {
	run, err := t.ScheduledRun(ctx, c.Schedule)
	switch {
	case err != nil:
		return err
	case run == nil:
		p.Run, err = state.AddRun(ctx, t, job.Run{StartedAt: c.Now, Schedule: c.Schedule, Shards: c.Shard.Of})
		return errors.Join(err, forget(ctx, t, c.Now.Add(-kept)))
	case run.Shards != c.Shard.Of:
		return &SizeError{Schedule: c.Schedule, Has: run.Shards, Want: c.Shard.Of}
	}
	p.Run = *run
	return nil
}

// kept is how long the parts of a run are kept: until nobody starts its schedule again.
const kept = 30 * 24 * time.Hour

// forget removes the parts of runs that began before an instant, but not those since the
// latest one whose results were told.
func forget(ctx context.Context, t *rows.Tx, before time.Time) error {
	_, err := t.Exec(ctx, `DELETE FROM shard WHERE run IN (SELECT id FROM run WHERE started_at < ?) AND run < (
		SELECT max(s.run) FROM shard s JOIN run told ON told.id = s.run WHERE s.number = told.shards AND s.finished_at IS NOT NULL)`, before)
	return err
}

// enter makes the part this process's. Whoever had it, or had a part of another run, is
// fenced.
func (p *Part) enter(ctx context.Context, t *rows.Tx, number int) error {
	id, err := t.Run(ctx, p.Run.ID)
	if err != nil {
		return err
	}
	p.place = state.Place{Run: id, Number: number}
	_, err = t.Exec(ctx, `UPDATE shard SET epoch = epoch + 1 WHERE run <> ? AND finished_at IS NULL`, id)
	if err != nil {
		return err
	}
	err = t.Row(ctx, `INSERT INTO shard (run, number, epoch) VALUES (?, ?, 1)
		ON CONFLICT (run, number) DO UPDATE SET epoch = shard.epoch + 1 RETURNING epoch, calls`, id, p.place.Number).Scan(&p.place.Epoch, &p.calls)
	if err != nil {
		return err
	}
	return p.look(ctx, t)
}

// look finds out which parts are finished.
func (p *Part) look(ctx context.Context, t *rows.Tx) error {
	finished, err := sqldb.Column[int](ctx, &t.Tx, `SELECT number FROM shard WHERE run = ? AND finished_at IS NOT NULL`, p.place.Run)
	asked := 0
	for _, number := range finished {
		if number < p.Run.Shards {
			asked++
		}
		p.Asked = p.Asked || number == p.place.Number
		p.Told = p.Told || number == p.Run.Shards
	}
	p.AllAsked = asked == p.Run.Shards
	return err
}

// A Use is what a shard did since it was taken.
type Use struct {
	At    time.Time
	Cost  job.Cost
	Stops []job.Stop
}

// Finish records what a shard did up to now. With complete its part is finished,
// and when all shards are, so is the run.
func (p *Part) Finish(ctx context.Context, db *state.DB, u Use, complete bool) error {
	return db.Change(ctx, fmt.Sprintf("record what shard %d did", p.place.Number), func(t *rows.Tx) error {
		if err := p.pay(ctx, t, u); err != nil || !complete {
			return err
		}
		if err := p.stop(ctx, t, u.Stops); err != nil {
			return err
		}
		if err := p.finish(ctx, t, u.At); err != nil {
			return err
		}
		if err := p.look(ctx, t); err != nil || !p.AllAsked {
			return err
		}
		_, err := t.Exec(ctx, `UPDATE run SET complete = ?, finished_at = ? WHERE id = ?`, true, u.At, p.place.Run)
		return err
	})
}

// pay puts on the run what its messages' commits have not.
func (p *Part) pay(ctx context.Context, t *rows.Tx, u Use) error {
	var calls int
	if err := t.Row(ctx, `SELECT calls FROM shard WHERE run = ? AND number = ?`, p.place.Run, p.place.Number).Scan(&calls); err != nil {
		return err
	}
	more := u.Cost.Metered - (calls - p.calls)
	_, err := t.Exec(ctx, `UPDATE run SET calls = calls + ?, retries = retries + ?, throttled = throttled + ?, updated_at = ? WHERE id = ?`,
		more, u.Cost.Retries, u.Cost.Throttled, u.At, p.place.Run)
	return err
}

// stop adds stops to those that other shards met.
func (p *Part) stop(ctx context.Context, t *rows.Tx, stops []job.Stop) error {
	var text string
	var all []job.Stop
	err := t.Row(ctx, `SELECT stops FROM run WHERE id = ?`, p.place.Run).Scan(&text)
	if err == nil {
		err = json.Unmarshal([]byte(text), &all)
	}
	if err != nil {
		return fmt.Errorf("read the stops of run %s: %w", p.Run.ID, err)
	}
	written, err := json.Marshal(append(all, t.Erasure.Stops(stops)...))
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE run SET stops = ? WHERE id = ?`, string(written), p.place.Run)
	return err
}

func (p *Part) finish(ctx context.Context, t *rows.Tx, at time.Time) error {
	_, err := t.Exec(ctx, `UPDATE shard SET finished_at = ? WHERE run = ? AND number = ?`, at, p.place.Run, p.place.Number)
	return err
}

// Conclude records that the results of the run were told: nobody tells them again.
func (p *Part) Conclude(ctx context.Context, db *state.DB, at time.Time) error {
	return db.Change(ctx, "conclude run "+p.Run.ID, func(t *rows.Tx) error { return p.finish(ctx, t, at) })
}

// Untold counts the runs of several processes in a row, before the latest run, whose results
// were not told: some shard was never finished, or nobody finished the reports.
func Untold(ctx context.Context, v *state.View) (count int, err error) {
	err = v.Look(ctx, "count the runs without results", func(t *rows.Tx) error {
		return t.Row(ctx, `SELECT count(*) FROM run
			WHERE id < (SELECT max(id) FROM run) AND id > (
				SELECT coalesce(max(told.id), 0) FROM run told WHERE told.schedule = '' OR EXISTS (
					SELECT 1 FROM shard s WHERE s.run = told.id AND s.number = told.shards AND s.finished_at IS NOT NULL))`).Scan(&count)
	})
	return count, err
}
