package sheets

import (
	"iter"
	"math"
	"time"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// trend is the sheet with a row for each reading of each message, and the line of
// the overall rate.
type trend struct{ *builder }

func (s *trend) make() *report.Sheet {
	w := s.words
	all := func() iter.Seq2[report.Series, error] { return metrics.SeriesOf(&s.in) }
	return &report.Sheet{
		Columns: []report.Column{
			w.wrapped("title", widthTitle), w.column("address", report.TypeText, 28),
			w.time("when"), w.integer("hours"), w.integer("read"), w.rateBar(),
		},
		Count: s.observed,
		Rows:  rowsFrom(all, s.rowsOf),
		Chart: s.chart(),
	}
}

func (s *trend) rowsOf(of report.Series, yield func([]report.Cell) bool) bool {
	m := &of.Result.Message
	for _, o := range of.Observations {
		at := o.Reading.StartedAt
		row := []report.Cell{
			text(m.Title), text(m.Address), report.Time(at), hoursSince(m.SentAt, at),
			countCells(o.Counts, true, true)[1], s.words.rateOf(o.Counts),
		}
		if !yield(row) {
			return false
		}
	}
	return true
}

// hoursSince are the whole hours between the sending and a reading; empty when
// nobody knows when it was sent.
func hoursSince(sent, at time.Time) report.Cell {
	if sent.IsZero() {
		return report.Cell{}
	}
	return report.Integer(int(math.Floor(at.Sub(sent).Hours())))
}

// chart is the line of the overall rate; nil with less than two runs.
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
