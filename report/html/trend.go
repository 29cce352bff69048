package html

import (
	"time"

	"notifyaudit/report"
)

// A trend is lines of rates over time, placed in percent of the drawing, so that it is as
// wide as the page and its letters stay as large.
type trend struct {
	Title, Alt  string
	ValueLabel  string
	Lines       []trendLine
	First, Last string
}

// A trendLine is one line; Number, from 0, is that of its look.
type trendLine struct {
	Label    string
	Number   int
	Points   []point
	Segments []segment
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
	if c == nil || len(c.Times) < 2 {
		return nil
	}
	when := func(at time.Time) string { return wb.Display(report.Time(at), report.TypeTime) }
	t := &trend{
		Title: c.Title, Alt: c.Alt, ValueLabel: c.ValueLabel,
		First: when(c.Times[0]), Last: when(c.Times[len(c.Times)-1]),
	}
	for i := range c.Lines {
		line := trendLine{Label: c.Lines[i].Label, Number: i}
		for j, value := range c.Lines[i].Values {
			if value == nil {
				continue
			}
			at := point{
				X:    percent(trendLeft + along(c.Times, j)*(trendRight-trendLeft)),
				Y:    percent(trendBottom - min(max(*value, 0), 1)*(trendBottom-trendTop)),
				Text: line.Label + ", " + when(c.Times[j]) + ": " + wb.Display(report.Number(*value, true), report.TypeRate),
			}
			if n := len(line.Points); n > 0 {
				before := line.Points[n-1]
				line.Segments = append(line.Segments, segment{X1: before.X, Y1: before.Y, X2: at.X, Y2: at.Y})
			}
			line.Points = append(line.Points, at)
		}
		t.Lines = append(t.Lines, line)
	}
	return t
}

// along is where a time is between the first and the last, from 0 to 1.
func along(times []time.Time, i int) float64 {
	span := times[len(times)-1].Sub(times[0])
	if span <= 0 {
		return 0.5
	}
	return float64(times[i].Sub(times[0])) / float64(span)
}
