package view

import (
	"time"

	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
)

// A Text says things to a person: results on out, the rest on err.
type Text struct {
	out, err Printer
	now      func() time.Time
}

// NewText makes one.
func NewText(out, err Printer, now func() time.Time) *Text {
	return &Text{out: out, err: err, now: now}
}

func (v *Text) Diagnostics(ds manifest.Diagnostics) { v.err.Diagnostics(ds) }

func (v *Text) Validation(m *manifest.Manifest, _ manifest.Diagnostics) {
	if m != nil {
		v.out.Say(v.out.Paint(term.Green, "The manifest is valid:") + " " +
			term.Plural(m.Count, "message") + ", " + term.Plural(len(m.Providers), "provider") + ".")
	}
}

func (v *Text) Plan(p *plan.Plan, _ string) { v.out.plan(p) }

func (v *Text) Proposal(p *plan.Plan, _ string) { v.err.plan(p) }

func (v *Text) ReportWritten(_, path string) { v.err.Printf("wrote %s\n", path) }

func (v *Text) Problem(err error) { v.err.Problem(err) }

func (v *Text) Note(text string) { v.err.Say(text) }

func (v *Text) Failed(status int, err error) { v.err.Failed(status, err) }

// Concluded shows the checks beside what else there is to know, and the outputs as
// the command's result.
func (v *Text) Concluded(e manifest.Evaluation) {
	v.err.checks(e.Checks)
	v.out.outputs(e.Outputs)
}

func (v *Text) Purged(gone personal.Purged, before time.Time, zone *time.Location) {
	if gone.Messages > 0 {
		v.err.Say(PurgedWords(gone, before, zone))
	}
}

func (v *Text) ReportsExpired(old []state.WrittenReport, path func(state.WrittenReport) string, zone *time.Location) {
	if len(old) > 0 {
		v.err.Say("These reports are older than retention and may name people; nothing deletes them but you:")
		v.err.Reports(old, path, zone)
	}
}
