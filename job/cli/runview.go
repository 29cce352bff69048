package cli

import (
	"fmt"
	"slices"
	"strings"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/runner"
)

// RunEnded says in a few lines what the run did.
func (v *textView) RunEnded(r *runResult) {
	sum := r.summary
	parts := []string{}
	for _, o := range []runner.Outcome{
		runner.OutcomeRead, runner.OutcomePending, runner.OutcomeFrozen, runner.OutcomeRejected,
		runner.OutcomeIncomplete, runner.OutcomeFailed, runner.OutcomeDeferred,
	} {
		if n := sum.Outcomes[o]; n > 0 {
			parts = append(parts, term.Count(n)+" "+string(o))
		}
	}
	if sum.NotAsked > 0 {
		parts = append(parts, term.Count(sum.NotAsked)+" not asked")
	}
	done := "nothing was due."
	if len(parts) > 0 {
		done = strings.Join(parts, ", ") + ". " + term.Plural(sum.Cost.Metered, "call") + "."
	}
	v.err.Println("")
	v.err.Say(v.err.Paint(term.Bold, "Done:") + " " + done)
	for _, m := range r.unread {
		text := m.String()
		if slices.ContainsFunc(sum.Stops, m.stopped) {
			text = fmt.Sprintf("%s %s, which stopped the others:", m.address, m.outcome)
		}
		v.err.Hang("  "+text, "    ")
	}
	if more := sum.Unreadable() - len(r.unread); more > 0 {
		v.err.Hang("  and "+term.Plural(more, "more message")+"; the reports name them all", "    ")
	}
	for _, stop := range sum.Stops {
		v.err.Say(v.err.Paint(term.Red, "Stopped:") + " " + explainStop(stop, v.now()))
	}
}
