package sheets

import (
	"math"
	"time"

	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// trend is the sheet with a row for each reading of each message, and the line of
// the overall rate.
type trend struct{ *builder }

func (s *trend) make() *report.Sheet {
	w := s.words
	return s.feed(feed.Feed{Begin: s.rows, Observed: true, Sheet: &report.Sheet{
		Columns: []report.Column{
			w.Wrapped("title", cells.WidthTitle), w.Head("address", report.TypeText, 28),
			w.Time("when"), w.Integer("hours"), w.Integer("read"), w.RateBar(),
		},
		Count: s.observed,
		Chart: s.chart(),
	}})
}

func (s *trend) rows() feed.Rows {
	var row []report.Cell
	return func(of *report.Series, yield func([]report.Cell) bool) bool {
		m := &of.Result.Message
		for _, o := range of.Observations {
			at := o.Reading.StartedAt
			row = append(row[:0], cells.Text(m.Title), cells.Text(m.Address), report.Time(at), hoursSince(m.SentAt, at),
				cells.Counts(o.Counts, true, true)[1], s.words.RateOf(o.Counts))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// hoursSince returns the whole hours between sending and reading; empty if the time of
// sending is unknown.
func hoursSince(sent, at time.Time) report.Cell {
	if sent.IsZero() {
		return report.Cell{}
	}
	return report.Integer(int(math.Floor(at.Sub(sent).Hours())))
}

// chart returns the line of the overall rate; nil with fewer than two runs.
func (s *trend) chart() *report.LineChart {
	points := s.trend.Points(s.in.Run)
	if len(points) < 2 {
		return nil
	}
	w := s.words
	first, last := points[0], points[len(points)-1]
	return &report.LineChart{
		Title: w.Say("chart.runs"), AtLabel: w.Say("chart.when"), ValueLabel: w.Say("figure.read_rate"),
		Points: points,
		Alt: w.Say("chart.runs.alt", w.Percent(first.Value), w.When(first.At),
			w.Percent(last.Value), w.When(last.At), w.Count("n.runs", len(points))),
	}
}
