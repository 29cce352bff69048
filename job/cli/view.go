package cli

import (
	"time"

	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// A view says what a command found: a textView to a person, an eventView to a
// program. It is chosen once, when the command begins.
type view interface {
	session.Reporter
	// Validation is the verdict on a manifest, behind its diagnostics; m is nil when
	// one of them is an error.
	Validation(m *manifest.Manifest) error
	// Plan is the result of planning, saved to a file or not (""); Proposal is the
	// plan that an apply is about to carry out, read from a file or not.
	Plan(p *plan.Plan, savedTo string)
	Proposal(p *plan.Plan, savedTo string)
	// RunEnded says what a run did.
	RunEnded(r *session.RunResult)
	// Concluded says what checks and outputs came to after a run.
	Concluded(e manifest.Evaluation)
	// Purged says what the audit's retention took from the state, and ReportsExpired
	// which reports are older than that.
	Purged(gone state.Purged, before time.Time, zone *time.Location)
	ReportsExpired(old []state.WrittenReport, path func(state.WrittenReport) string, zone *time.Location)
	// Figures are those of the whole audit, Named those of what an address names.
	Figures(in report.Input, e manifest.Evaluation) error
	Named(n *session.Named) error
	// Note is said beside the results, on standard error. Problem is an error that
	// does not end the command.
	Note(text string)
	Problem(err error)
	// Failed is why the command failed, with its exit status; the last thing said.
	Failed(status int, err error)
}

// A textView says things to a person: results on out, the rest on err.
type textView struct {
	out, err printer
	now      func() time.Time
}

func (v *textView) Diagnostics(ds manifest.Diagnostics) { v.err.diagnostics(ds) }

func (v *textView) Validation(m *manifest.Manifest) error {
	if m != nil {
		v.out.Say(v.out.Paint(term.Green, "The manifest is valid:") + " " +
			term.Plural(m.Count, "message") + ", " + term.Plural(len(m.Providers), "provider") + ".")
	}
	return nil
}

func (v *textView) Plan(p *plan.Plan, _ string) { v.out.plan(p) }

func (v *textView) Proposal(p *plan.Plan, _ string) { v.err.plan(p) }

func (v *textView) ReportWritten(_, path string) { v.err.Printf("wrote %s\n", path) }

func (v *textView) Problem(err error) { v.err.Problem(err) }

func (v *textView) Note(text string) { v.err.Say(text) }

func (v *textView) Failed(_ int, err error) { v.err.Problem(err) }

// Concluded shows the checks beside what else there is to know, and the outputs as
// the command's result.
func (v *textView) Concluded(e manifest.Evaluation) {
	v.err.checks(e.Checks)
	v.out.outputs(e.Outputs)
}

func (v *textView) Purged(gone state.Purged, before time.Time, zone *time.Location) {
	if gone.Messages > 0 {
		v.err.Say(purgedWords(gone, before, zone))
	}
}

func (v *textView) ReportsExpired(old []state.WrittenReport, path func(state.WrittenReport) string, zone *time.Location) {
	if len(old) > 0 {
		v.err.Say("These reports are older than retention and may name people; nothing deletes them but you:")
		v.err.reports(old, path, zone)
	}
}
