package html

import (
	"notifyaudit/report"
)

// A trend is a line of rates over time, placed in percent of the drawing, so that
// it is as wide as the page and its letters stay as large.
type trend struct {
	Title, Alt  string
	ValueLabel  string
	Points      []point
	Segments    []segment
	First, Last string
}

type point struct{ X, Y, Text string }

type segment struct{ X1, Y1, X2, Y2 string }

// The drawing's edges, as shares of it: room for the axis at the left and for
// the dots at the others.
const (
	trendLeft, trendRight = 0.02, 0.98
	trendTop, trendBottom = 0.06, 0.94
)

// newTrend is nil where there is no line to draw.
func newTrend(wb *report.Workbook, c *report.LineChart) *trend {
	if c == nil || len(c.Points) < 2 {
		return nil
	}
	when := func(p report.Point) string { return wb.Display(report.Time(p.At), report.TypeTime) }
	first, last := c.Points[0], c.Points[len(c.Points)-1]
	t := &trend{Title: c.Title, Alt: c.Alt, ValueLabel: c.ValueLabel, First: when(first), Last: when(last)}
	span := last.At.Sub(first.At)
	for i, p := range c.Points {
		x := 0.5
		if span > 0 {
			x = float64(p.At.Sub(first.At)) / float64(span)
		}
		at := point{
			X:    percent(trendLeft + x*(trendRight-trendLeft)),
			Y:    percent(trendBottom - min(max(p.Value, 0), 1)*(trendBottom-trendTop)),
			Text: when(p) + ": " + wb.Display(report.Number(p.Value, true), report.TypeRate),
		}
		if i > 0 {
			before := t.Points[i-1]
			t.Segments = append(t.Segments, segment{X1: before.X, Y1: before.Y, X2: at.X, Y2: at.Y})
		}
		t.Points = append(t.Points, at)
	}
	return t
}
