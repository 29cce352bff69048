package audit

import (
	"slices"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// A judge says where messages stand after the latest run.
type judge struct {
	run     *job.Run
	refresh job.Refresh
	stops   plan.Stops
}

// status derives the message's status, and the failure to show with it. A failure never
// hides the reading before it; but it is later, so it determines the status.
//
// Unread counts the people of the audience in force who have not read it; nil if that
// isn't known.
func (j *judge) status(m *job.Message, r *job.Record, unread *int) (job.Status, *job.Failure) {
	switch d := j.decide(m, r, unread); {
	case d.Cause == plan.CauseRecalled:
		return job.StatusRecalled, r.Failure
	case d.Cause == plan.CausePurged && !j.askedInVain(r):
		return job.StatusFrozen, r.Failure
	case r.Failure == nil && r.Last != nil && j.run != nil && r.Last.RunID == j.run.ID:
		return job.StatusCurrent, nil
	case d.Action == plan.ActionSettled:
		return job.StatusSettled, r.Failure
	case r.Failure != nil:
		return j.failed(m, r.Failure), r.Failure
	case j.closed(m):
		return job.StatusFrozen, nil
	case d.Cause == plan.CauseRobot && r.Asked():
		return job.StatusFailed, stopped(m, j.stops.Of(m), job.StatusFailed)
	case d.Cause == plan.CauseRobot:
		return job.StatusNotAsked, stopped(m, j.stops.Of(m), job.StatusNotAsked)
	case d.Action.Asks() && !r.Asked() && !j.spent():
		return job.StatusNotAsked, nil
	case d.Action.Asks():
		return job.StatusDeferred, nil
	}
	return job.StatusFresh, nil
}

// spent reports whether the latest run deferred messages because its calls were spent.
func (j *judge) spent() bool {
	return j.run != nil && slices.ContainsFunc(j.run.Stops, func(s job.Stop) bool { return s.Class == job.ClassQuota })
}

// askedInVain reports whether the latest run asked a purged message again, by -replace,
// without getting a reading: the reports say so, as for any other message.
func (j *judge) askedInVain(r *job.Record) bool {
	f := r.Failure
	return f != nil && j.run != nil && f.RunID == j.run.ID && f.At.After(r.PurgedAt)
}

// decide repeats the decision with which the latest run began.
func (j *judge) decide(m *job.Message, r *job.Record, unread *int) plan.Decision {
	rules := plan.Rules{Refresh: j.refresh, Run: j.run, Stop: j.stops.Of(m), Unread: unread}
	if j.run != nil {
		rules.Now = j.run.StartedAt
	}
	return plan.Decide(m, r, rules)
}

// failed returns the failure's status; but frozen for a message that would be asked again
// if its window had not closed.
func (j *judge) failed(m *job.Message, f *job.Failure) job.Status {
	if f.Status != job.StatusRejected && j.closed(m) {
		return job.StatusFrozen
	}
	return f.Status
}

// closed reports whether the message's window had closed when the latest run
// last did anything: a window that closed while the run went on is closed for
// all that the run still left unasked.
func (j *judge) closed(m *job.Message) bool {
	closes := m.ClosesAt()
	return j.run != nil && !closes.IsZero() && !j.run.LastSeen().Before(closes)
}

// stopped returns why a message of a stopped robot was not asked: the answer that the
// robot's other messages got.
func stopped(m *job.Message, s *job.RobotStop, status job.Status) *job.Failure {
	return &job.Failure{
		Status: status, Class: s.Class,
		Code: s.Code, Message: s.Message, RequestID: s.RequestID,
		At:        s.At,
		RobotCode: m.RobotCode, OpenConversationID: m.OpenConversationID, SentAt: m.SentAt,
	}
}
