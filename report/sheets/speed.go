package sheets

import (
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
)

// speed is the sheet that says how fast each campaign is read.
type speed struct{ *builder }

func (s *speed) make() *report.Sheet {
	w := s.words
	var rows [][]report.Cell
	for i := range s.overall.Campaigns {
		if c := &s.overall.Campaigns[i]; !c.Speed.SentAt.IsZero() {
			rows = append(rows, s.row(c))
		}
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Wrapped("campaign", cells.WidthTitle), w.Time("sent_at"), w.Integer("deliveries"),
			w.Rate("after_4h"), w.Rate("after_24h"), w.Rate("after_72h"), w.Rate("after_7d"), w.Rate("read_rate"),
		},
		Count: len(rows),
		Rows:  cells.Rows(rows),
	}
}

func (s *speed) row(c *metrics.Campaign) []report.Cell {
	row := []report.Cell{report.Text(s.notices.Campaign(c.Name)), report.Time(c.Speed.SentAt), report.Integer(c.Counts.Audience())}
	for age := range metrics.NumAges {
		least, most, known := c.Speed.Share(age)
		cell := report.Number(least, known)
		switch {
		case c.Speed.Open(age): // "0–83 %" would look like a measurement
			cell = report.Text(s.words.Say("speed.open"))
		case least != most:
			cell = report.Text(s.words.Bounds(least, most))
		}
		row = append(row, cell)
	}
	return append(row, s.words.RateOf(c.Counts))
}
