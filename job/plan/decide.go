package plan

import (
	"cmp"
	"time"

	"notifyaudit/job"
)

// Rules has the inputs of a decision besides the message and its record.
type Rules struct {
	Now     time.Time
	Refresh job.Refresh
	// Run is the run that is being continued, or whose outcome is told; nil when
	// a new one begins.
	Run *job.Run
	// Stop is the stop in force for the message's robot, or nil; see Stops.
	Stop *job.RobotStop
	// Unread counts the people of the audience in force, less those not delivered
	// to, who are not among the readers; nil where that isn't known. The record has
	// counts and no names: with people not delivered to it can't tell whether the
	// missing readers are just those.
	Unread *int
	// Replace asks whatever the state says, unless no answer could be new, and records
	// the audience anew.
	Replace bool
	// NoRefresh asks only what was never read.
	NoRefresh bool
}

// A Decision is the action for one message, and its cause.
type Decision struct {
	Action Action
	Cause  Cause
	// At is when what caused it happened: the last reading, the failure, the
	// window's end, the purge. Due is when the message is asked again, or was to be. Both
	// are zero where there is no such instant.
	At, Due time.Time
	// Detail is the API's code, or what changed; it may be empty.
	Detail string
	// Runs is in how many runs in a row the message failed; 0 where it did not.
	Runs int
	// now is the instant of the decision, for "2 h ago".
	now time.Time
}

// Decide returns the decision for a message with the record r, nil for one that was never
// asked. It knows no budget: it never returns ActionDeferred.
func Decide(m *job.Message, r *job.Record, rules Rules) Decision {
	if r == nil {
		r = &job.Record{}
	}
	d := decide(m, r, &rules)
	d.now = rules.Now
	return d
}

// Records reports whether the message's audience alone is recorded anew.
func (d Decision) Records() bool { return d.Cause == CauseReplaced && !d.Action.Asks() }

func decide(m *job.Message, r *job.Record, rules *Rules) Decision {
	if rules.Replace {
		return replace(m, r, rules)
	}
	if d, over := settled(m, r, rules); over {
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
	if rules.Stop != nil && d.Action.Asks() {
		return tried(m, d, rules)
	}
	return d
}

// replace asks again. If the message can't be asked, or no answer could be new, only the
// audience is recorded; but not after a purge, since that would bring names back.
func replace(m *job.Message, r *job.Record, rules *Rules) Decision {
	read := r.Last != nil && r.PurgedAt.IsZero()
	if d, closed := windowClosed(m, rules.Now); closed {
		d.Detail = "-replace can't reopen it"
		if read {
			d.Cause, d.Detail = CauseReplaced, replacesAudience
		}
		return d
	}
	if d, over := settled(m, r, rules); over && read && d.Cause == CauseEverybody {
		d.Cause = CauseReplaced
		return d
	}
	d := Decision{Action: ActionRead, Cause: CauseReplaced}
	if r.Last != nil {
		d.Action, d.At = ActionRefresh, r.Last.FinishedAt
	}
	return d
}

// settled finds the messages that no call can tell anything new about. An empty
// audience never settles.
func settled(m *job.Message, r *job.Record, rules *Rules) (Decision, bool) {
	if r.Last == nil {
		return Decision{Action: ActionSettled, Cause: CauseUnreached}, unreached(m.Audience, m)
	}
	if r.Last.SendStatus == job.SendRecalled {
		return Decision{Action: ActionSettled, Cause: CauseRecalled, At: r.Last.FinishedAt}, true
	}
	d := Decision{Action: ActionSettled, Cause: CauseEverybody, At: r.Last.FinishedAt}
	if r.Last.Read == 0 {
		d.Cause = CauseUnreached
	}
	if r.Audience.Form == job.AudienceSized {
		return d, r.Last.Readers == 0 && unreached(r.Audience, m)
	}
	return d, r.Audience.Form == job.AudienceListed && r.Audience.Size > 0 &&
		(r.Last.Read >= r.Audience.Size || rules.Unread != nil && *rules.Unread == 0)
}

// unreached reports whether nobody of the audience was reached.
func unreached(a job.Audience, m *job.Message) bool {
	return len(m.NotDelivered) > 0 && a.Size > 0 && a.Without(m.NotDelivered).Size == 0
}

// purged finds the messages whose people were purged: asking again would bring their
// names back. A message that was purged during its first reading was never read, and is
// read like any other.
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

// changed names the property of the message that has changed since f was answered; ""
// if none that matters to a final answer has.
func changed(m *job.Message, f *job.Failure) string {
	switch {
	case m.RobotCode != f.RobotCode:
		return "robot code"
	case m.OpenConversationID != f.OpenConversationID:
		return "conversation id"
	}
	return ""
}

// said returns the API's code for the failure, or else its class.
func said(f *job.Failure) string {
	return cmp.Or(f.Code, string(f.Class))
}

// waits finds the messages that were asked so recently that the answer would be the
// same.
func waits(m *job.Message, r *job.Record, rules *Rules) (Decision, bool) {
	if r.Last != nil && r.Failure == nil {
		this := rules.Run != nil && r.Last.RunID == rules.Run.ID
		return Decision{Action: ActionFresh, Cause: CauseThisRun, At: r.Last.FinishedAt}, this
	}
	f := r.Failure
	if f == nil || changed(m, f) != "" || !f.SentAt.Equal(m.SentAt) {
		return Decision{}, false
	}
	d := failed(f)
	d.Action, d.Due = ActionWaiting, job.RetryAt(f.At, f.Runs, m.ClosesAt())
	if suspectedGone(m, r) {
		d.Cause, d.Due = CauseConfirming, r.ExpiredSince.Add(job.GoneConfirmation)
	}
	return d, rules.Now.Before(d.Due) && !job.Ahead(f.At, rules.Now)
}

// failed is the part of a decision that a failure says.
func failed(f *job.Failure) Decision {
	d := Decision{At: f.At, Detail: said(f), Runs: f.Runs}
	switch {
	case f.Status == job.StatusPending:
		d.Cause = CausePending
	case f.Status == job.StatusIncomplete:
		d.Cause = CauseIncomplete
	case f.Runs == 0:
		d.Cause = CauseStopped
	default:
		d.Cause = CauseFailed
	}
	return d
}

// tried defers messages of a robot that earlier runs found stopped: the next run tries it
// again, and each further failure makes the pause longer.
func tried(m *job.Message, d Decision, rules *Rules) Decision {
	s := rules.Stop
	due := job.RetryAt(s.At, s.Runs-1, m.ClosesAt())
	stopped := rules.Run != nil && !s.At.Before(rules.Run.StartedAt)
	if !stopped && (!rules.Now.Before(due) || job.Ahead(s.At, rules.Now)) {
		return d
	}
	return Decision{Action: ActionWaiting, Cause: CauseRobot, At: s.At, Due: due, Detail: cmp.Or(s.Code, string(s.Class))}
}

// suspectedGone reports whether the last answer says that the message is gone, without an
// earlier one that said so. Only a second such answer, at least job.GoneConfirmation after
// the first, confirms it. An answer that came while the message could still be in delivery
// proves nothing, and the message may be asked again at any time.
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
	case rules.Now.Before(d.Due) && !job.Ahead(d.At, rules.Now):
		d.Cause = CauseNotDue
	case rules.NoRefresh:
		d.Cause = CauseNoRefresh
	case r.Failure != nil:
		last := d
		d = failed(r.Failure)
		d.Action, d.Due = ActionRefresh, last.Due
	case job.Ahead(d.At, rules.Now):
		d.Action, d.Cause = ActionRefresh, CauseClock
	default:
		d.Action, d.Cause = ActionRefresh, CauseDue
	}
	return d
}

// first decides on a message that was never read: it is asked, and the cause tells how
// earlier attempts ended.
func first(m *job.Message, r *job.Record, now time.Time) Decision {
	d := Decision{Action: ActionRead, Cause: CauseNever}
	if f := r.Failure; f != nil {
		d = failed(f)
		d.Action = ActionRead
		switch f.Status {
		case job.StatusRejected:
			d.Cause, d.Detail = CauseChanged, changed(m, f)
		case job.StatusFrozen:
			d.Cause, d.Detail = CauseChanged, "time of sending"
		default:
		}
		return d
	}
	if r.Cursor.Resumable(now) {
		d.Cause, d.At = CauseInterrupted, r.Cursor.UpdatedAt
	}
	return d
}

// origin is the instant from which a message's age counts: its sending, or the
// first answer about it when that isn't known.
func origin(m *job.Message, r *job.Record) time.Time {
	if m.SentAt.IsZero() {
		return r.FirstAskedAt
	}
	return m.SentAt
}

// due returns when a message that was read is asked again: the older it is, the later.
func due(m *job.Message, r *job.Record, refresh job.Refresh) time.Time {
	last := r.Last.FinishedAt
	return last.Add(refresh.Wait(last.Sub(origin(m, r))))
}
