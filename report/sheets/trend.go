package sheets

import (
	"cmp"
	"math"
	"slices"
	"time"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/notices"
	"notifyaudit/report/sheets/cells"
)

// trend is the sheet with a row for each notice and run in which it was read, and the lines
// of the rates.
type trend struct{ *builder }

// A curve is what the readings of a notice say.
type curve struct {
	notice *notices.Notice
	metrics.Trend
}

// observe adds what the readings of one message say.
func (b *builder) observe(n *notices.Notice, all []report.Observation) {
	if len(all) == 0 {
		return
	}
	b.trend.Add(all)
	for len(b.curves) <= n.Place {
		b.curves = append(b.curves, nil)
	}
	if b.curves[n.Place] == nil {
		b.curves[n.Place] = &curve{notice: n}
	}
	b.curves[n.Place].Add(all)
}

func (s *trend) make() *report.Sheet {
	w := s.words
	var rows [][]report.Cell
	for _, c := range s.curves {
		if c != nil {
			rows = append(rows, s.rows(c)...)
		}
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Wrapped("notice", cells.WidthTitle), w.Time("when"), w.Integer("hours"),
			w.Integer("read"), w.Integer("known_people"), w.RateBar(),
		},
		Count: len(rows), Rows: cells.Rows(rows),
		Chart: s.chart(), Note: s.joined(""),
	}
}

// joined says, after a separator, which campaigns have messages that share a row; "" if
// there are none.
func (b *builder) joined(separator string) string {
	titles := b.notices.Joined()
	if len(titles) == 0 {
		return ""
	}
	w := b.words
	return separator + w.Say("notices.joined", w.List(titles), w.Number(notices.MaxOwn))
}

func (s *trend) rows(c *curve) [][]report.Cell {
	title := report.Text(s.notices.Title(c.notice))
	var rows [][]report.Cell
	for _, step := range c.Steps() {
		rate, known := step.Rate()
		rows = append(rows, []report.Cell{
			title, report.Time(step.At), hoursSince(c.notice.SentAt, step.At),
			report.Integer(step.Read), report.Integer(step.Known), report.Number(rate, known),
		})
	}
	return rows
}

// hoursSince returns the whole hours between sending and reading; empty if the time of
// sending is unknown.
func hoursSince(sent, at time.Time) report.Cell {
	if sent.IsZero() {
		return report.Cell{}
	}
	return report.Integer(int(math.Floor(at.Sub(sent).Hours())))
}

// chart returns the line of the overall rate and those of the largest notices; nil with
// fewer than two runs.
func (s *trend) chart() *report.LineChart {
	line := s.trend.Line(s.in.Run)
	if len(line) < 2 {
		return nil
	}
	w := s.words
	c := &report.LineChart{
		Title: w.Say("chart.runs"), AtLabel: w.Say("chart.when"), ValueLabel: w.Say("figure.read_rate"),
	}
	all := report.Line{Label: w.Say("chart.all")}
	for _, step := range line {
		rate, _ := step.Rate()
		c.Times, all.Values = append(c.Times, step.At), append(all.Values, &rate)
	}
	c.Lines = append([]report.Line{all}, s.lines(line)...)
	first, last := all.Values[0], all.Values[len(line)-1]
	c.Alt = w.Say("chart.runs.alt", w.Percent(*first), w.When(c.Times[0]),
		w.Percent(*last), w.When(c.Times[len(line)-1]), w.Count("n.runs", len(line)))
	return c
}

// lines are those of the notices to the most people, in the order of the sheet. A single
// notice is the overall line.
func (s *trend) lines(along []metrics.Step) []report.Line {
	largest := lowest[*curve]{most: report.MaxLines - 1, order: func(a, b *curve) int {
		return cmp.Compare(b.notice.People, a.notice.People)
	}}
	some := 0
	for _, c := range s.curves {
		if c != nil {
			some++
			largest.add(c)
		}
	}
	if some < 2 {
		return nil
	}
	slices.SortFunc(largest.items, func(a, b *curve) int { return cmp.Compare(a.notice.Place, b.notice.Place) })
	lines := make([]report.Line, 0, len(largest.items))
	for _, c := range largest.items {
		lines = append(lines, report.Line{Label: s.notices.Title(c.notice), Values: c.Along(along)})
	}
	return lines
}
