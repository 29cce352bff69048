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
	"notifyaudit/job/plan/shards"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/report"
)

// A View says what a command found: Text to a person, Events to a program. It is
// chosen once, when the command begins.
type View interface {
	session.Reporter
	// Validation is the verdict on a manifest whose diagnostics were shown; m is nil
	// when one of them is an error.
	Validation(m *manifest.Manifest, ds manifest.Diagnostics)
	// Plan shows a plan as a result; savedTo is its file, "" without one. Proposal
	// shows the plan that apply is about to carry out.
	Plan(p *plan.Plan, savedTo string)
	Proposal(p *plan.Plan, savedTo string)
	// Shards shows how the calls of a plan are divided among processes, and the provider
	// that takes the longest; nil for none.
	Shards(all []shards.Forecast, pacer *plan.ProviderForecast)
	// RunEnded shows what a run did and why it stopped, if it did.
	RunEnded(r *session.RunResult)
	// Rate shows the read rate after a run.
	Rate(in report.Input) error
	// Concluded shows the results of checks and outputs after a run.
	Concluded(e manifest.Evaluation)
	// Purged shows what the retention removed from the state; ReportsExpired lists the
	// reports that are older than it.
	Purged(gone personal.Purged, before time.Time, zone *time.Location)
	ReportsExpired(old []state.WrittenReport, path func(state.WrittenReport) string, zone *time.Location)
	// Delivered shows what became of a delivery; err is nil when it was taken.
	Delivered(target string, err error)
	// Figures shows the figures of the whole audit, Named those of what an address
	// names.
	Figures(in report.Input, e manifest.Evaluation) error
	Named(n *session.Named) error
	// Note shows a remark, and Problem an error that does not end the command; both on
	// standard error.
	Note(text string)
	Problem(err error)
	// Failed shows the error that ended the command. Nothing follows it.
	Failed(status int, err error)
}

// A Printer writes to one screen, or to a log.
type Printer struct {
	*term.Screen
	// log takes a record for each line, and one for what spans several lines. It is
	// nil for a screen.
	log *slog.Logger
}

// NewPrinter returns a Printer for w. A terminal gets colours if color is true.
func NewPrinter(w io.Writer, color bool) Printer { return Printer{Screen: term.NewScreen(w, color)} }

// NewLogPrinter returns a Printer that writes records to a log. A record names a
// message by its label, since an address may contain a user id.
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

// Changes lists the messages that a change is about, at most shownChanges of them.
// A log gets none: the lines contain addresses.
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

// shownChanges bounds the messages that are listed before a question.
const shownChanges = 20
