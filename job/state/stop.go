package state

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"notifyaudit/job"
)

// Stops are the robots that were refused until their provider stopped asking,
// by provider and robot code.
func (db *DB) Stops(ctx context.Context) (stops []job.RobotStop, err error) {
	err = db.read(ctx, "read the stopped robots", func(t *tx) error {
		return t.each(ctx, func(rows *sql.Rows) error {
			var s job.RobotStop
			err := rows.Scan(&s.Provider, &s.RobotCode, &s.Credential, &s.Class, &s.Code, &s.Message, &s.RequestID, (*instant)(&s.At), &s.Runs)
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
	return db.write(ctx, "record the stop of robot "+s.RobotCode, func(t *tx) error {
		if err := t.clearStop(ctx, s.Provider, s.RobotCode); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO robot_stop (provider, robot_code, credential, class, code, answer, request_id, stopped_at, runs)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			s.Provider, s.RobotCode, s.Credential, s.Class, s.Code, t.erasure.text(s.Message), s.RequestID, instant(s.At), max(1, s.Runs))
		return err
	})
}

// ClearStop forgets the stop of a robot, if there is one.
func (db *DB) ClearStop(ctx context.Context, provider, robotCode string) error {
	return db.write(ctx, "clear the stop of robot "+robotCode, func(t *tx) error {
		return t.clearStop(ctx, provider, robotCode)
	})
}

func (t *tx) clearStop(ctx context.Context, provider, robotCode string) error {
	_, err := t.exec(ctx, `DELETE FROM robot_stop WHERE provider = ? AND robot_code = ?`, provider, robotCode)
	return err
}
