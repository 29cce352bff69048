package view

import (
	"fmt"
	"time"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
)

// Text writes for a person: results to out, everything else to err.
type Text struct {
	out, err Printer
	now      func() time.Time
}

// NewText returns a Text. The clock now tells what is past.
func NewText(out, err Printer, now func() time.Time) *Text {
	return &Text{out: out, err: err, now: now}
}

// Diagnostics shows the mistakes in a manifest.
func (v *Text) Diagnostics(ds manifest.Diagnostics) { v.err.Diagnostics(ds) }

// Validation confirms that the manifest is valid.
func (v *Text) Validation(m *manifest.Manifest, _ manifest.Diagnostics) {
	if m != nil {
		v.out.Say(v.out.Paint(term.Green, "The manifest is valid:") + " " +
			term.Plural(m.Count, "message") + ", " + term.Plural(len(m.Providers), "provider") + ".")
	}
}

// Plan shows a plan as the command's result.
func (v *Text) Plan(p *plan.Plan, _ string) { v.out.plan(p) }

// Proposal shows the plan that is about to be carried out.
func (v *Text) Proposal(p *plan.Plan, _ string) { v.err.plan(p) }

// ReportWritten names the file or folder of a report.
func (v *Text) ReportWritten(_, path string) { v.err.Printf("wrote %s\n", path) }

// Delivered says what became of a delivery.
func (v *Text) Delivered(target string, err error) {
	if err != nil {
		v.err.Problem(fmt.Errorf("%s was not delivered: %w", target, err))
		return
	}
	v.err.Printf("delivered %s\n", target)
}

// Problem shows an error that does not end the command.
func (v *Text) Problem(err error) { v.err.Problem(err) }

// Note shows a remark.
func (v *Text) Note(text string) { v.err.Say(text) }

// Failed shows the error that ended the command.
func (v *Text) Failed(status int, err error) { v.err.Failed(status, err) }

// Concluded writes the checks to err, and the outputs to out.
func (v *Text) Concluded(e manifest.Evaluation) {
	v.err.checks(e.Checks)
	v.out.outputs(e.Outputs)
}

// Purged says how much a purge removed; nothing when that is nothing.
func (v *Text) Purged(gone personal.Purged, before time.Time, zone *time.Location) {
	if gone.Messages > 0 {
		v.err.Say(PurgedWords(gone, before, zone))
	}
}

// ReportsExpired lists the reports that are older than the retention.
func (v *Text) ReportsExpired(old []state.WrittenReport, path func(state.WrittenReport) string, zone *time.Location) {
	if len(old) > 0 {
		v.err.Say("These reports are older than retention and may name people; nothing deletes them but you:")
		v.err.Reports(old, path, zone)
	}
}
