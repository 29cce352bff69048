package sheets

import (
	"notifyaudit/report"
	"notifyaudit/report/metrics"
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
			w.wrapped("campaign", widthTitle), w.integer("messages"),
			w.integer("audience_size"), w.integer("read"), w.integer("unread"), w.integer("unknown"),
			w.rateBar(), w.column("known", report.TypeText, 26), w.rate("coverage"),
			w.rate("target"), w.column("target_met", report.TypeText, widthNumber),
			w.column("change", report.TypeChange, widthNumber), w.time("oldest"), w.time("as_of"),
		},
		Count: len(rows),
		Rows:  rowsOf(rows),
	}
}

func (s *campaigns) row(c *metrics.Campaign) []report.Cell {
	counts := c.Counts
	change, compared := c.Change()
	target, hasTarget := c.Target()
	people := countCells(counts, c.HasAudience, c.HasReading)
	row := append([]report.Cell{
		s.link(text(c.Name), report.SheetMessages, c.FirstRow), report.Integer(c.Messages),
	}, people[:]...)
	return append(row,
		s.words.rateOf(counts).Against(target), report.Text(s.words.Known(counts)), report.Number(counts.Coverage()),
		report.Number(target, hasTarget), s.words.yes(c.TargetMet()), report.Number(change.Rate, compared),
		report.Time(c.Oldest), report.Time(c.Newest))
}
