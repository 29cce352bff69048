package state

import (
	"cmp"
	"context"
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/rows"
	"notifyaudit/job/state/internal/sqldb"
)

// Stops are the robots that were refused until their provider stopped asking,
// by provider and robot code.
func (v *View) Stops(ctx context.Context) (stops []job.RobotStop, err error) {
	err = v.look(ctx, "read the stopped robots", func(t *rows.Tx) error {
		return t.Each(ctx, func(scan sqldb.Scan) error {
			var s job.RobotStop
			err := scan(&s.Provider, &s.RobotCode, &s.Credential, &s.Class, &s.Code, &s.Message, &s.RequestID, &s.At, &s.Runs)
			stops = append(stops, s)
			return err
		}, `SELECT provider, robot_code, credential, class, code, answer, request_id, stopped_at, runs FROM robot_stop`)
	})
	slices.SortFunc(stops, func(a, b job.RobotStop) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.RobotCode, b.RobotCode))
	})
	return stops, err
}

// CommitStop records that a robot was stopped, in the place of an earlier stop.
func (db *DB) CommitStop(ctx context.Context, s job.RobotStop) error {
	return db.Change(ctx, "record the stop of robot "+s.RobotCode, func(t *rows.Tx) error {
		if err := clearStop(ctx, t, s.Provider, s.RobotCode); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO robot_stop (provider, robot_code, credential, class, code, answer, request_id, stopped_at, runs)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			s.Provider, s.RobotCode, s.Credential, s.Class, s.Code, t.Erasure.Text(s.Message), s.RequestID, s.At, max(1, s.Runs))
		return err
	})
}

// ClearStop forgets the stop of a robot, if there is one.
func (db *DB) ClearStop(ctx context.Context, provider, robotCode string) error {
	return db.Change(ctx, "clear the stop of robot "+robotCode, func(t *rows.Tx) error {
		return clearStop(ctx, t, provider, robotCode)
	})
}

func clearStop(ctx context.Context, t *rows.Tx, provider, robotCode string) error {
	if none, err := t.NoStops(ctx); none || err != nil {
		return err
	}
	_, err := t.Exec(ctx, `DELETE FROM robot_stop WHERE provider = ? AND robot_code = ?`, provider, robotCode)
	return err
}
