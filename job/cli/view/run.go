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
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/job/runner"
)

// RunEnded sums up a run in a few lines.
func (v *Text) RunEnded(r *session.RunResult) {
	sum := r.Summary
	done := "nothing was due."
	if asked := outcomes(&sum); asked != "" {
		done = asked + ". " + term.Plural(sum.Cost.Metered, "call") + "."
	}
	if sum.Replaced > 0 {
		done += " " + term.Plural(sum.Replaced, "audience") + " recorded anew."
	}
	v.err.Println("")
	v.err.Say(v.err.Paint(term.Bold, "Done:") + " " + done)
	for i := range r.Unread {
		m := &r.Unread[i]
		name := m.Address
		if v.err.log != nil {
			name = m.Label
		}
		text := name + " " + unreadWords(m)
		if slices.ContainsFunc(sum.Stops, m.Stopped) {
			text = fmt.Sprintf("%s %s, which stopped the others:", name, m.Outcome)
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

// outcomes are "38 of 43 messages answered, 2 pending, 3 failed". That a message
// was answered is not that anybody read it.
func outcomes(sum *runner.Summary) string {
	answered := sum.Outcomes[runner.OutcomeRead]
	all := answered + sum.NotAsked
	var others strings.Builder
	for _, o := range []runner.Outcome{
		runner.OutcomePending, runner.OutcomeFrozen, runner.OutcomeRejected,
		runner.OutcomeIncomplete, runner.OutcomeFailed, runner.OutcomeDeferred,
	} {
		if n := sum.Outcomes[o]; n > 0 {
			all += n
			others.WriteString(", " + term.Count(n) + " " + string(o))
		}
	}
	if sum.NotAsked > 0 {
		others.WriteString(", " + term.Count(sum.NotAsked) + " not asked")
	}
	switch all {
	case 0:
		return ""
	case answered:
		return term.Plural(all, "message") + " answered"
	}
	return term.Count(answered) + " of " + term.Plural(all, "message") + " answered" + others.String()
}

// unreadWords tells what happened, in the API's words, and what to do.
func unreadWords(m *session.UnreadMessage) string {
	text := fmt.Sprintf("%s: %s.", m.Outcome, strings.TrimSuffix(m.Err.Error(), "."))
	if m.Err.Advice != "" {
		text += " " + term.Sentence(m.Err.Advice)
	}
	return text
}

// explainStop describes a stop and what to do.
func explainStop(stop job.Stop, now time.Time) string {
	text := fmt.Sprintf("%s %s: %s.", finding.ReachWord(stop.Reach, "en"), stop.Name, strings.TrimSuffix(finding.StopReason(stop), "."))
	if stop.NotAsked > 0 {
		text += " " + term.Plural(stop.NotAsked, "message") + " not asked."
	}
	advice := codes.Advise(stop.Failure(), "en")
	if stop.Reach == job.ReachQuota {
		turns := job.QuotaTurns(now)
		text += " The month turns on " + turns.Format("2006-01-02 15:04 MST") + "."
	}
	if advice != "" {
		text += " " + term.Sentence(advice)
	}
	return text
}
