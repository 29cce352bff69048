package plan

import (
	"cmp"
	"fmt"
	"time"
)

// Reason says in a short English phrase why, with days and times in loc; nil is
// UTC.
func (d Decision) Reason(loc *time.Location) string {
	loc = cmp.Or(loc, time.UTC)
	switch d.Action {
	case ActionRead:
		return d.readReason(loc)
	case ActionRefresh:
		return d.refreshReason()
	case ActionSettled:
		if d.Cause == CauseRecalled {
			return "recalled by the sender"
		}
		return "everybody has read it"
	case ActionFresh:
		return d.freshReason(loc)
	case ActionRejected:
		if d.Cause == CauseRobot {
			return "its robot was rejected on " + day(d.At, loc) + ": " + d.Detail
		}
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
	case CausePending:
		return "no data yet " + d.ago() + ": " + d.Detail
	case CauseIncomplete:
		return "pages not believed " + d.ago()
	case CauseFailed:
		return "failed " + d.ago() + ": " + d.Detail
	case CauseChanged:
		return "answered on " + day(d.At, loc) + ", its " + d.Detail + " changed since"
	case CauseReplaced:
		return "-replace"
	default:
		return "never read"
	}
}

func (d Decision) refreshReason() string {
	if d.Cause == CauseReplaced {
		return "-replace, last read " + d.ago()
	}
	return fmt.Sprintf("last read %s, due after %s", d.ago(), span(d.Due.Sub(d.At)))
}

func (d Decision) freshReason(loc *time.Location) string {
	switch d.Cause {
	case CauseThisRun:
		if d.Detail != "" {
			return "answered earlier in this run: " + d.Detail
		}
		return "read earlier in this run"
	case CauseConfirming:
		return "gone or not generated yet: can be told in " + span(d.Due.Sub(d.now))
	case CauseOld:
		return "too old to be refreshed, last read on " + day(d.At, loc)
	case CauseNoRefresh:
		return "last read " + d.ago() + ", -refresh=false"
	default:
		return fmt.Sprintf("last read %s, due in %s", d.ago(), span(d.Due.Sub(d.now)))
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
	default:
		return "more than the month pays for, renewed on " + day(d.Due, loc)
	}
}

func (d Decision) ago() string { return span(max(0, d.now.Sub(d.At))) + " ago" }

func day(t time.Time, loc *time.Location) string { return t.In(loc).Format(time.DateOnly) }
