// Package view says what a command found: Text to a person, as lines and tables on
// a terminal, and Events to a program, as one JSON object a line. It decides
// nothing and opens nothing.
package view

import (
	"io"
	"iter"
	"log/slog"
	"time"

	"notifyaudit/job/cli/runlog"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/report"
)

// A View says what a command found: Text to a person, Events to a program. It is
// chosen once, when the command begins.
type View interface {
	session.Reporter
	// Validation is the verdict on a manifest, behind its diagnostics; m is nil when
	// one of them is an error.
	Validation(m *manifest.Manifest, ds manifest.Diagnostics)
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
	Purged(gone personal.Purged, before time.Time, zone *time.Location)
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

// A Printer says things on one screen, or in a log.
type Printer struct {
	*term.Screen
	// log gets a record for each line, and one for what is more than a line; nil for
	// a screen.
	log *slog.Logger
}

// NewPrinter makes one for w; color says whether a terminal gets colours.
func NewPrinter(w io.Writer, color bool) Printer { return Printer{Screen: term.NewScreen(w, color)} }

// NewLogPrinter makes one that writes records to a log. Messages have no addresses
// in it, which may hold a user id, but labels.
func NewLogPrinter(log *slog.Logger) Printer {
	return Printer{Screen: term.NewLines(runlog.Lines(log)), log: log}
}

// Problem shows an error.
func (s Printer) Problem(err error) {
	if s.log != nil {
		s.log.Error(term.Clean(err.Error())) //nolint:sloglint // the error is the message
		return
	}
	s.Screen.Problem(err)
}

// Failed shows the error that ended the command.
func (s Printer) Failed(status int, err error) {
	if s.log != nil {
		s.log.Error(term.Clean(err.Error()), "exit_status", status) //nolint:sloglint // the error is the message
		return
	}
	s.Screen.Problem(err)
}

// Changes lists what a change is about, the first shownChanges lines; a log gets
// none, since they name messages.
func (s Printer) Changes(lines iter.Seq[string]) {
	if s.log != nil {
		return
	}
	n := 0
	for line := range lines {
		if n++; n <= shownChanges {
			s.Hang("  "+line, "    ")
		}
	}
	if n > shownChanges {
		s.Printf("  and %s\n", term.Plural(n-shownChanges, "more message"))
	}
}

// shownChanges is how many messages are named before a question.
const shownChanges = 20
