package runner

import (
	"context"

	"notifyaudit/job"
)

// stop notes a stop and the messages that it leaves unasked, and reports whether it
// is new.
func (r *run) stop(ctx context.Context, s job.Stop, notAsked int) bool {
	first := r.counter.stop(s, notAsked)
	if first {
		r.log.InfoContext(ctx, "stopped", "reach", s.Reach, "name", s.Name, "class", s.Class, "code", s.Code,
			"request_id", s.RequestID, "not_asked", notAsked)
	}
	return first
}

// stopRobot ends the asking of the message's robot.
func (m *messageReader) stopRobot(ctx context.Context, e *job.AnswerError) {
	stop := job.NewStop(job.ReachRobot, robotName(m.queue, m.robot.code), e)
	m.run.stop(ctx, stop, m.queue.halt(m.robot, stop))
}

// recordStop has the state remember that the robot was found stopped, in one run
// more than before if it was.
func (m *messageReader) recordStop(ctx context.Context, e *job.AnswerError, found *job.RobotStop) error {
	q, code := m.queue, m.robot.code
	stop := job.RobotStop{
		Provider: q.provider.Name, RobotCode: code, Credential: q.provider.Credential,
		Class: e.Class, Code: e.Code, Message: e.Message, RequestID: e.RequestID, At: m.run.now(), Runs: 1,
	}
	if isFor(found, e) {
		stop.Runs += found.Runs
	}
	return m.run.store.CommitStop(context.WithoutCancel(ctx), stop)
}

func robotName(q *queue, code string) string {
	if code == "" {
		return q.provider.Name + " without a robot code"
	}
	return q.provider.Name + " robot " + code
}
