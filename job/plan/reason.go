package plan

import (
	"cmp"
	"fmt"
	"time"

	"notifyaudit/job"
)

// Reason says in a short English phrase why, with days and times in loc; nil is
// UTC.
func (d Decision) Reason(loc *time.Location) string {
	loc = cmp.Or(loc, time.UTC)
	switch d.Action {
	case ActionRead:
		return d.readReason(loc)
	case ActionRefresh:
		return d.refreshReason(loc)
	case ActionSettled:
		return d.settledReason()
	case ActionFresh:
		return d.freshReason(loc)
	case ActionWaiting:
		return d.waitingReason(loc)
	case ActionRejected:
		return "rejected on " + day(d.At, loc) + ": " + d.Detail
	case ActionFrozen:
		return d.frozenReason(loc)
	case ActionDeferred:
		return d.deferredReason(loc)
	case ActionDropped:
		return "not in the manifest"
	}
	return string(d.Cause)
}

func (d Decision) readReason(loc *time.Location) string {
	switch d.Cause {
	case CauseInterrupted:
		return "interrupted " + d.ago() + ": goes on there"
	case CausePending, CauseIncomplete, CauseFailed, CauseStopped:
		return d.failure()
	case CauseChanged:
		return "answered on " + day(d.At, loc) + ", its " + d.Detail + " changed since"
	case CauseReplaced:
		return "-replace"
	default:
		return "never read"
	}
}

// failure is what the message failed with, and in how many runs in a row.
func (d Decision) failure() string {
	text := map[Cause]string{
		CausePending: "no data yet", CauseIncomplete: "pages not believed", CauseFailed: "failed", CauseStopped: "stopped",
	}[d.Cause]
	if d.Runs > 1 {
		text += fmt.Sprintf(" in %s runs in a row, last", number(d.Runs))
	}
	text += " " + d.ago()
	if d.Cause != CauseIncomplete {
		text += ": " + d.Detail
	}
	return text
}

func (d Decision) refreshReason(loc *time.Location) string {
	switch d.Cause {
	case CauseClock:
		return "last read on " + day(d.At, loc) + ", in the future: a clock was ahead"
	case CauseReplaced:
		return "-replace, last read " + d.ago()
	case CausePending, CauseIncomplete, CauseFailed, CauseStopped:
		return d.failure()
	default:
	}
	return fmt.Sprintf("last read %s, due after %s", d.ago(), Span(d.Due.Sub(d.At)))
}

func (d Decision) freshReason(loc *time.Location) string {
	switch d.Cause {
	case CauseThisRun:
		return "read earlier in this run"
	case CauseOld:
		return "too old to be refreshed, last read on " + day(d.At, loc)
	case CauseNoRefresh:
		return "last read " + d.ago() + ", -refresh=false"
	default:
		return fmt.Sprintf("last read %s, due in %s", d.ago(), Span(d.Due.Sub(d.now)))
	}
}

func (d Decision) settledReason() string {
	switch d.Cause {
	case CauseRecalled:
		return "recalled by the sender"
	case CauseUnreached:
		return "it was not delivered to anybody"
	case CauseReplaced:
		return "everybody has read it; " + replacesAudience
	default:
		return "everybody has read it"
	}
}

// replacesAudience is what -replace does where nothing is asked.
const replacesAudience = "-replace records its audience anew, without a call"

func (d Decision) waitingReason(loc *time.Location) string {
	again := "in the next run"
	if d.Due.After(d.now) {
		again = "in " + Span(d.Due.Sub(d.now))
	}
	switch d.Cause {
	case CauseConfirming:
		return "gone or not generated yet: can be told " + again
	case CauseRobot:
		return "its robot was stopped on " + day(d.At, loc) + ": " + d.Detail + "; tried again " + again
	default:
		return d.failure() + "; asked again " + again
	}
}

func (d Decision) frozenReason(loc *time.Location) string {
	if d.Cause == CauseGone {
		return "gone since " + day(d.At, loc) + ": " + d.Detail
	}
	reason := "its window closed on " + d.At.In(loc).Format("2006-01-02 15:04")
	if d.Cause == CausePurged {
		reason = "its people were purged on " + day(d.At, loc)
	}
	if d.Detail != "" {
		reason += ", " + d.Detail
	}
	return reason
}

func (d Decision) deferredReason(loc *time.Location) string {
	switch d.Cause {
	case CauseRun:
		return "more than requests_per_run pays for"
	case CauseMax:
		return "more than -max-requests pays for"
	case CauseRefused:
		return "the organisation's calls of this month are spent, renewed on " + day(d.Due, loc)
	default:
		return "more than the month pays for, renewed on " + day(d.Due, loc)
	}
}

func (d Decision) ago() string {
	if job.Ahead(d.At, d.now) {
		return "in the future (a clock was ahead)"
	}
	return Span(max(0, d.now.Sub(d.At))) + " ago"
}

func day(t time.Time, loc *time.Location) string { return t.In(loc).Format(time.DateOnly) }
