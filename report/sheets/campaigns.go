package sheets

import (
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
)

// campaigns is the sheet with a row for each campaign.
type campaigns struct{ *builder }

func (s *campaigns) make() *report.Sheet {
	w := s.words
	rows := make([][]report.Cell, 0, len(s.overall.Campaigns))
	for i := range s.overall.Campaigns {
		rows = append(rows, s.row(&s.overall.Campaigns[i]))
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Wrapped("campaign", cells.WidthTitle), w.Integer("messages"),
			w.Integer("audience_size"), w.Integer("read"), w.Integer("unread"), w.Integer("unknown"),
			w.RateBar(), w.KnownColumn(), w.Rate("coverage"),
			w.Rate("target"), w.Head("target_met", report.TypeText, cells.WidthNumber),
			w.Head("change", report.TypeChange, cells.WidthNumber), w.Time("oldest"), w.Time("as_of"),
		},
		Count: len(rows),
		Rows:  cells.Rows(rows),
	}
}

func (s *campaigns) row(c *metrics.Campaign) []report.Cell {
	counts := c.Counts
	change, compared := c.Change()
	target, hasTarget := c.Target()
	people := cells.Counts(counts, c.HasAudience, c.HasReading)
	row := append([]report.Cell{
		s.link(report.Text(s.notices.Campaign(c.Name)), report.SheetMessages), report.Integer(c.Messages),
	}, people[:]...)
	return append(row,
		s.words.RateOf(counts).Against(target), report.Text(s.words.Known(counts)), report.Number(counts.Coverage()),
		report.Number(target, hasTarget), s.words.Yes(c.TargetMet()), report.Number(change.Rate, compared),
		report.Time(c.Oldest), report.Time(c.Newest))
}
