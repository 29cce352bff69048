// Package view says what a command found: Text to a person, as lines and tables on
// a terminal, and Events to a program, as one JSON object a line. It decides
// nothing and opens nothing.
package view

import (
	"io"
	"time"

	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// A View says what a command found: Text to a person, Events to a program. It is chosen once, when the command begins.
type View interface {
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
	// Rate says after a run who has read it, in a sentence.
	Rate(in report.Input) error
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

// A Printer says things on one screen.
type Printer struct{ *term.Screen }

// NewPrinter makes one for w; color says whether a terminal gets colours.
func NewPrinter(w io.Writer, color bool) Printer { return Printer{term.NewScreen(w, color)} }
