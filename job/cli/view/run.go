package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/finding"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/runner"
)

// RunEnded says in a few lines what the run did.
func (v *Text) RunEnded(r *session.RunResult) {
	sum := r.Summary
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
	for i := range r.Unread {
		m := &r.Unread[i]
		text := unreadWords(m)
		if slices.ContainsFunc(sum.Stops, m.Stopped) {
			text = fmt.Sprintf("%s %s, which stopped the others:", m.Address, m.Outcome)
		}
		v.err.Hang("  "+text, "    ")
	}
	if more := sum.Unreadable() - len(r.Unread); more > 0 {
		v.err.Hang("  and "+term.Plural(more, "more message")+"; the reports name them all", "    ")
	}
	for _, stop := range sum.Stops {
		v.err.Say(v.err.Paint(term.Red, "Stopped:") + " " + explainStop(stop, v.now()))
	}
}

// unreadWords are what happened, in the API's words, and what to do.
func unreadWords(m *session.UnreadMessage) string {
	text := fmt.Sprintf("%s %s: %s.", m.Address, m.Outcome, strings.TrimSuffix(m.Err.Error(), "."))
	if m.Err.Advice != "" {
		text += " " + term.Sentence(m.Err.Advice)
	}
	return text
}

// explainStop is a stop for the terminal.
func explainStop(stop job.Stop, now time.Time) string {
	text := fmt.Sprintf("%s %s: %s.", finding.ReachWord(stop.Reach, "en"), stop.Name, strings.TrimSuffix(finding.StopReason(stop), "."))
	if stop.NotAsked > 0 {
		text += " " + term.Plural(stop.NotAsked, "message") + " not asked."
	}
	advice := dingtalk.Advise(stop.Failure(), "en")
	if stop.Reach == job.ReachQuota {
		turns := job.QuotaTurns(now)
		text += " The month turns on " + turns.Format("2006-01-02 15:04 MST") + "."
	}
	if advice != "" {
		text += " " + term.Sentence(advice)
	}
	return text
}
