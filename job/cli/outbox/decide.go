package outbox

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
)

// An End is how a run ended.
type End struct {
	RunID string
	// At is when it ended.
	At time.Time
	// Final says that the run is not continued: its results are those of the schedule.
	Final bool
	// Silent says that it brought no new data, and Lasting that people are told at once: it
	// was tried often enough, or it stays so until the manifest, a credential or a permission
	// is changed.
	Silent, Lasting bool
	// Idle says that there was nothing to ask.
	Idle bool
	// Problem says that something could not be read or a check failed, CheckFailed that
	// a check of severity error did.
	Problem, CheckFailed bool
}

// Told is what came of an apply.
type Told struct {
	Run *session.RunResult
	// Idle says that there was nothing to ask.
	Idle bool
	// Verdict is the error of the run, and Checks that of a check that failed; nil for
	// none.
	Verdict, Checks error
}

// End is how the run ended, with an exit status at an instant.
func (t *Told) End(status int, at time.Time) End {
	nothing := t.Run.Summary.Outcomes[runner.OutcomeRead] == 0
	lasting := status == exit.Config || t.Run.GaveUp
	return End{
		RunID: t.Run.Run.ID, At: at, Final: t.Run.Complete(), Idle: t.Idle,
		Silent: nothing && (status == exit.Retry || lasting), Lasting: lasting,
		Problem: t.Verdict != nil || t.Checks != nil, CheckFailed: t.Checks != nil,
	}
}

// silentRuns is after how many runs in a row without new data people are told so.
const silentRuns = 3

// decide makes of the end of a run what the target is owed.
func (a *account) decide(end *End) {
	d := &a.record
	switch {
	case end.Silent:
		a.silent(end)
	case end.Final && d.Run != end.RunID:
		wanted := a.wants(end) && !a.repeated(end)
		due := wanted || a.owesResults()
		if due && !wanted {
			a.carry(end.RunID)
		}
		d.Silent, d.Run, d.ChangedAt, d.Owed = 0, end.RunID, end.At, state.OwedNothing
		if due {
			d.Owed = state.OwedResults
		}
	}
}

// silent counts a run without new data. Once in a row of them people are told: at once
// where it is lasting, else when it was so several times.
// Results that are still owed to all are sent all the same. Where only some are owed them,
// the notice, which is for all, comes first. The run may go on and have results.
func (a *account) silent(end *End) {
	d := &a.record
	before := d.Silent
	d.Silent++
	if end.Lasting {
		d.Silent = max(d.Silent, silentRuns)
	}
	if !a.target.Notices() || before >= silentRuns || d.Silent < silentRuns {
		return
	}
	switch {
	case d.Owed == state.OwedNothing:
	case a.partly():
		a.take(resultsPart, d.Run)
	default:
		return
	}
	d.ChangedAt, d.Owed = end.At, state.OwedNotice
}

// owesResults reports whether results are owed, also where a notice is to be sent first.
func (a *account) owesResults() bool {
	return a.record.Owed == state.OwedResults || a.record.Owed == state.OwedNotice && a.took(resultsPart)
}

// taken is what is owed when what was owed was taken.
func (a *account) taken() state.Owed {
	if a.record.Owed == state.OwedNotice && a.owesResults() {
		return state.OwedResults
	}
	return state.OwedNothing
}

func (a *account) wants(end *End) bool {
	switch a.target.On {
	case delivery.CheckFailed:
		return end.CheckFailed
	case delivery.Problem:
		return end.Problem
	default:
		return true
	}
}

// repeated reports whether the run is the second one of a schedule that fired twice: it
// had nothing to ask, and an earlier one was decided about a short while before.
func (a *account) repeated(end *End) bool {
	return end.Idle && a.record.Run != "" && end.At.Sub(a.record.ChangedAt).Abs() < job.MaxPause
}
