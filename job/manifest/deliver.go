package manifest

import (
	"notifyaudit/job/manifest/delivery"
	"notifyaudit/job/manifest/lang"
)

// decodeDeliveries reads the deliver blocks and tries them with an example of a run.
func decodeDeliveries(m *Manifest, bs lang.Blocks, placeholder string) {
	o := delivery.Options{Title: m.Title, Placeholder: placeholder}
	for _, r := range m.reports {
		o.Reports = append(o.Reports, delivery.Report{Format: r.report.Format, Name: r.report.Name})
	}
	scope := m.program.Scope().With("run", exampleRun().Root(m.Location))
	m.targets = delivery.Decode(m.program, bs, scope, o)
}

// Deliveries evaluates the deliver blocks for a run, in the manifest's order.
func (m *Manifest) Deliveries(run RunValues) ([]Delivery, Diagnostics) {
	if m.targets == nil {
		return nil, nil
	}
	program := m.program.Fork()
	targets := m.targets.Targets(program.Scope().With("run", run.Root(m.Location)))
	return targets, program.Diags.Finish()
}

// Key names the report in the reports of a deliver block: "FORMAT", or "FORMAT.NAME" of
// one with a name.
func (r *Report) Key() string { return delivery.Report{Format: r.Format, Name: r.Name}.Key() }
