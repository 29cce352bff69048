// Package plan decides what an apply asks of the API, and forecasts what that
// takes: calls, time, and the month's quota.
//
// It is pure. A plan depends on the manifest's messages, on what the state
// remembers of them and on the instant it is given, and on nothing else. It
// streams: only the messages to ask are held in memory.
package plan

// An Action is what an apply does about a message.
type Action string

// The actions.
const (
	// ActionRead asks a message that was never read.
	ActionRead Action = "read"
	// ActionRefresh asks a message that was read before and is due again.
	ActionRefresh Action = "refresh"
	// ActionSettled is a message that all of its audience has read, or that was
	// recalled: no more calls.
	ActionSettled Action = "settled"
	// ActionFresh is a message that is not due, or was read earlier in the run.
	ActionFresh Action = "fresh"
	// ActionWaiting is a message that failed, or had no data yet, in earlier runs, or
	// whose robot was found stopped: it is asked again later.
	ActionWaiting Action = "waiting"
	// ActionRejected is a last answer that was final.
	ActionRejected Action = "rejected"
	// ActionFrozen is a message that can't be asked any more.
	ActionFrozen Action = "frozen"
	// ActionDeferred is a message to ask that no budget pays for.
	ActionDeferred Action = "deferred"
	// ActionDropped is in the state and not in the manifest.
	ActionDropped Action = "dropped"
)

// Actions are all actions, in the order in which people are shown them.
func Actions() []Action {
	return []Action{
		ActionRead, ActionRefresh, ActionSettled, ActionFresh,
		ActionRejected, ActionFrozen, ActionWaiting, ActionDeferred, ActionDropped,
	}
}

// Asks reports whether the action takes calls.
func (a Action) Asks() bool { return a == ActionRead || a == ActionRefresh }

// Mark is the sign before a line of the plan.
func (a Action) Mark() string {
	switch a {
	case ActionRead:
		return "+"
	case ActionRefresh:
		return "~"
	case ActionSettled, ActionFresh:
		return "="
	case ActionRejected:
		return "!"
	case ActionFrozen:
		return "."
	case ActionWaiting, ActionDeferred:
		return ">"
	case ActionDropped:
		return "-"
	}
	return "?"
}

// phrase is the action behind a number: "120 to read".
func (a Action) phrase() string {
	if a.Asks() {
		return "to " + string(a)
	}
	return string(a)
}

// A Cause is why a message has its action. Messages of a block with the same
// action and cause make one line of a long plan.
type Cause string

// The causes, by action.
const (
	// Read.
	CauseNever       Cause = "never_read"  // nothing is known of it
	CauseInterrupted Cause = "interrupted" // some pages arrived: goes on there
	CauseChanged     Cause = "changed"     // the manifest changed what was refused
	CauseStopped     Cause = "stopped"     // its robot or provider was, when it was asked

	// Read, refresh and waiting.
	CausePending    Cause = "pending"    // was being sent, or not generated
	CauseIncomplete Cause = "incomplete" // pages were not believed
	CauseFailed     Cause = "failed"     // gave up

	// Read and refresh; of what can't be asked any more, its audience alone is
	// recorded anew.
	CauseReplaced Cause = "replaced" // -replace

	// Refresh.
	CauseDue   Cause = "due"
	CauseClock Cause = "clock" // read in the future: a clock was ahead

	// Settled.
	CauseEverybody Cause = "everybody_read"
	CauseUnreached Cause = "nobody_reached" // not delivered to anybody
	CauseRecalled  Cause = "recalled"

	// Fresh.
	CauseNotDue    Cause = "not_due"
	CauseOld       Cause = "stop_after" // past the age at which refreshing ends
	CauseThisRun   Cause = "this_run"   // read earlier in the continued run
	CauseNoRefresh Cause = "no_refresh" // due, but only unread ones are wanted

	// Waiting.
	CauseConfirming Cause = "confirming" // too early to tell whether it is gone
	CauseRobot      Cause = "robot_stopped"

	// Rejected.
	CauseFinal Cause = "final_answer"

	// Frozen.
	CauseWindow Cause = "window_closed"
	CauseGone   Cause = "gone"
	CausePurged Cause = "purged" // its people were; asking would bring them back

	// Deferred.
	CauseMonth   Cause = "month"        // the quota group's month, by the state's count
	CauseRefused Cause = "refused"      // the month, by the vendor's
	CauseRun     Cause = "run"          // the provider's requests_per_run
	CauseMax     Cause = "max_requests" // -max-requests

	// Dropped.
	CauseDropped Cause = "not_in_manifest"
)
