package plan

import (
	"cmp"
	"time"

	"notifyaudit/job"
)

// Rules are what a decision depends on besides the message and its record.
type Rules struct {
	Now     time.Time
	Refresh job.Refresh
	// Run is the run that is being continued, or whose outcome is told; nil when
	// a new one begins.
	Run *job.Run
	// Stop is the stop in force for the message's robot, or nil; see Stops.
	Stop *job.RobotStop
	// Replace asks whatever the state says, as long as the window is open.
	Replace bool
	// NoRefresh asks only what was never read.
	NoRefresh bool
}

// A Decision is what is done about one message, and why.
type Decision struct {
	Action Action
	Cause  Cause
	// At is when what caused it happened: the last reading, the failure, the
	// window's end, the purge. Due is when the message is asked again, or was to be. Both
	// are zero where there is no such instant.
	At, Due time.Time
	// Detail is the API's code, the robot, or what changed; it may be empty.
	Detail string
	// now is the instant of the decision, for "2 h ago".
	now time.Time
}

// Decide says what to do about a message with the record r; nil is a message
// that was never asked. It looks at no budget: nothing it returns is deferred.
func Decide(m *job.Message, r *job.Record, rules Rules) Decision {
	if r == nil {
		r = &job.Record{}
	}
	d := decide(m, r, &rules)
	d.now = rules.Now
	return d
}

func decide(m *job.Message, r *job.Record, rules *Rules) Decision {
	if rules.Replace {
		return replace(m, r, rules)
	}
	if d, over := settled(r); over {
		return d
	}
	if d, over := purged(m, r, rules); over {
		return d
	}
	if d, over := ended(m, r, rules); over {
		return d
	}
	if d, wait := waits(m, r, rules); wait {
		return d
	}
	d := next(m, r, rules)
	// A message that was read proves that its robot once was good: asking it again
	// is how a stop is lifted.
	if s := rules.Stop; s != nil && r.Last == nil && d.Action.Asks() {
		return Decision{Action: ActionRejected, Cause: CauseRobot, At: s.At, Detail: cmp.Or(s.Code, string(s.Class))}
	}
	return d
}

// replace asks again, but can't open a window that has closed.
func replace(m *job.Message, r *job.Record, rules *Rules) Decision {
	if d, closed := windowClosed(m, rules.Now); closed {
		d.Detail = "-replace can't reopen it"
		return d
	}
	d := Decision{Action: ActionRead, Cause: CauseReplaced}
	if r.Last != nil {
		d.Action, d.At = ActionRefresh, r.Last.FinishedAt
	}
	return d
}

// settled finds the messages that no call can tell anything new about.
//
// The record has counts and no names, so with people not delivered to it can't
// tell whether the missing readers are just those: such a message is settled
// only when they, too, are among its readers. Nobody is not everybody: an empty
// audience never settles.
func settled(r *job.Record) (Decision, bool) {
	if r.Last == nil {
		return Decision{}, false
	}
	if r.Last.SendStatus == job.SendRecalled {
		return Decision{Action: ActionSettled, Cause: CauseRecalled, At: r.Last.FinishedAt}, true
	}
	whole := r.Audience.Form == job.AudienceListed && r.Audience.Size > 0 && r.Last.Read >= r.Audience.Size
	return Decision{Action: ActionSettled, Cause: CauseEverybody, At: r.Last.FinishedAt}, whole
}

// purged finds the messages whose people were purged: to ask again would bring
// back what was to be forgotten. What was purged in the middle of its first
// reading was never read, and is read like any other.
func purged(m *job.Message, r *job.Record, rules *Rules) (Decision, bool) {
	if r.PurgedAt.IsZero() || r.Last == nil {
		return Decision{}, false
	}
	d := Decision{Action: ActionFrozen, Cause: CausePurged, At: r.PurgedAt}
	if _, closed := windowClosed(m, rules.Now); !closed {
		d.Detail = "only -replace asks again"
	}
	return d, true
}

// ended finds the messages that the API or the window has closed.
func ended(m *job.Message, r *job.Record, rules *Rules) (Decision, bool) {
	f := r.Failure
	if f != nil && f.Status == job.StatusRejected && changed(m, f) == "" {
		return Decision{Action: ActionRejected, Cause: CauseFinal, At: f.At, Detail: said(f)}, true
	}
	if d, closed := windowClosed(m, rules.Now); closed {
		return d, true
	}
	if f != nil && f.Status == job.StatusFrozen && f.SentAt.Equal(m.SentAt) {
		return Decision{Action: ActionFrozen, Cause: CauseGone, At: f.At, Detail: said(f)}, true
	}
	return Decision{}, false
}

func windowClosed(m *job.Message, now time.Time) (Decision, bool) {
	closes := m.ClosesAt()
	if closes.IsZero() || now.Before(closes) {
		return Decision{}, false
	}
	return Decision{Action: ActionFrozen, Cause: CauseWindow, At: closes}, true
}

// changed names what of the message is not as it was when f was answered; "" is
// nothing that matters to a final answer.
func changed(m *job.Message, f *job.Failure) string {
	switch {
	case m.RobotCode != f.RobotCode:
		return "robot code"
	case m.OpenConversationID != f.OpenConversationID:
		return "conversation id"
	}
	return ""
}

// said is what the API called the trouble, or what it amounts to.
func said(f *job.Failure) string {
	return cmp.Or(f.Code, string(f.Class))
}

// waits finds the messages that were asked a moment ago and would be asked in
// vain.
func waits(m *job.Message, r *job.Record, rules *Rules) (Decision, bool) {
	f := r.Failure
	if f != nil {
		if answered(f, rules.Run) {
			return Decision{Action: ActionFresh, Cause: CauseThisRun, At: f.At, Detail: said(f)}, true
		}
		due := r.ExpiredSince.Add(job.GoneConfirmation)
		if suspectedGone(m, r) && rules.Now.Before(due) {
			return Decision{Action: ActionFresh, Cause: CauseConfirming, At: f.At, Due: due, Detail: said(f)}, true
		}
		return Decision{}, false
	}
	if r.Last != nil && rules.Run != nil && r.Last.RunID == rules.Run.ID {
		return Decision{Action: ActionFresh, Cause: CauseThisRun, At: r.Last.FinishedAt}, true
	}
	return Decision{}, false
}

// answered reports whether the run has had the message's answer already: it is
// asked again by the next run, not by going on with this one. What the run gave
// up is what going on is for.
func answered(f *job.Failure, run *job.Run) bool {
	return run != nil && f.RunID == run.ID &&
		(f.Status == job.StatusPending || f.Status == job.StatusIncomplete)
}

// suspectedGone reports whether the last answer would have proved the message
// gone had there been an earlier one like it. From then on only a second answer,
// job.GoneConfirmation after the first, decides anything. An answer that came
// while the message could still be under way proves nothing, and the message is
// asked again as soon as anybody likes.
func suspectedGone(m *job.Message, r *job.Record) bool {
	f := r.Failure
	if f.Status != job.StatusPending || f.Class != job.ClassExpired ||
		r.ExpiredSince.IsZero() || !f.SentAt.Equal(m.SentAt) {
		return false
	}
	before := *r
	before.ExpiredSince = f.At.Add(-job.GoneConfirmation)
	return job.JudgeExpired(m, &before, f.At) == job.StatusFrozen
}

// next decides on a message that may be asked: now, or when it is due.
func next(m *job.Message, r *job.Record, rules *Rules) Decision {
	if r.Last == nil {
		return first(m, r, rules.Now)
	}
	d := Decision{Action: ActionFresh, At: r.Last.FinishedAt, Due: due(m, r, rules.Refresh)}
	stop := rules.Refresh.StopAfter
	switch {
	case stop > 0 && rules.Now.Sub(origin(m, r)) > stop:
		d.Cause, d.Due = CauseOld, time.Time{}
	case rules.Now.Before(d.Due):
		d.Cause = CauseNotDue
	case rules.NoRefresh:
		d.Cause = CauseNoRefresh
	default:
		d.Action, d.Cause = ActionRefresh, CauseDue
	}
	return d
}

// first decides on a message that was never read: it is asked, and the cause
// tells what became of earlier attempts.
func first(m *job.Message, r *job.Record, now time.Time) Decision {
	d := Decision{Action: ActionRead, Cause: CauseNever}
	if f := r.Failure; f != nil {
		d.At, d.Detail = f.At, said(f)
		switch f.Status {
		case job.StatusPending:
			d.Cause = CausePending
		case job.StatusIncomplete:
			d.Cause = CauseIncomplete
		case job.StatusRejected:
			d.Cause, d.Detail = CauseChanged, changed(m, f)
		case job.StatusFrozen:
			d.Cause, d.Detail = CauseChanged, "time of sending"
		default:
			d.Cause = CauseFailed
		}
		return d
	}
	if r.Cursor.Resumable(now) {
		d.Cause, d.At = CauseInterrupted, r.Cursor.UpdatedAt
	}
	return d
}

// origin is the instant from which a message's age counts: its sending, or the
// first answer about it when nobody said.
func origin(m *job.Message, r *job.Record) time.Time {
	if m.SentAt.IsZero() {
		return r.FirstAskedAt
	}
	return m.SentAt
}

// due is when a message that was read is asked again: often when young, seldom
// when old.
func due(m *job.Message, r *job.Record, refresh job.Refresh) time.Time {
	last := r.Last.FinishedAt
	return last.Add(refresh.Wait(last.Sub(origin(m, r))))
}
