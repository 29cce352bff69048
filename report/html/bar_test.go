package html

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/report"
)

func TestBars(t *testing.T) {
	sheet := &report.Sheet{Columns: []report.Column{
		{Key: "read"}, {Key: "unread"}, {Key: "unknown"}, {Key: "read_rate"}, {Key: "target"}, {Key: "gap"},
	}}
	none := report.Cell{}
	number := func(n float64) report.Cell { return report.Number(n, true) }
	for _, tt := range []struct {
		name  string
		cells []report.Cell
		want  *bar
	}{
		{"no audience", []report.Cell{none, none, none, none, number(0.9), none}, nil},
		{"nothing known", []report.Cell{none, none, report.Integer(8), none, number(0.9), none}, &bar{Target: "90.00%"}},
		{"all known", []report.Cell{report.Integer(3), report.Integer(1), report.Integer(0), number(0.75), none, none}, &bar{Read: "75.00%"}},
		{
			"some known",
			[]report.Cell{report.Integer(3), report.Integer(1), report.Integer(12), number(0.75), none, number(-0.15)},
			&bar{Read: "75.00%", Known: "25.00%", Unknown: "75.00%", Target: "90.00%"},
		},
		{"more readers than people", []report.Cell{report.Integer(3), report.Integer(-1), report.Integer(0), number(1.5), none, none}, &bar{Read: "100.00%"}},
		{"hidden", []report.Cell{report.Text("n<5"), report.Text("n<5"), report.Text("n<5"), report.Text("n<5"), none, none}, nil},
	} {
		if diff := cmp.Diff(tt.want, newBars(sheet).of(tt.cells)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestStackAddsUp(t *testing.T) {
	figure := func(key string, n int) report.Figure {
		return report.Figure{Key: key, Label: strings.ToUpper(key), Value: report.Integer(n)}
	}
	wb := &report.Workbook{Summary: &report.Summary{Figures: []report.Figure{
		figure("deliveries", 8), figure("read", 4), figure("unread", 1), figure("unknown", 3),
	}}}
	s := newStack(wb)
	if want := "DELIVERIES: READ 4 (50.0%); UNREAD 1 (12.5%); UNKNOWN 3 (37.5%)"; s.Alt != want {
		t.Errorf("the stack is %q in words, want %q", s.Alt, want)
	}
	if last := s.Parts[2]; last.X != "62.50%" || last.Width != "37.50%" {
		t.Errorf("the last part is at %s and %s wide", last.X, last.Width)
	}
	if newStack(&report.Workbook{Summary: &report.Summary{}}) != nil {
		t.Error("there is a stack of nobody")
	}
}

func TestTrend(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	wb := &report.Workbook{Location: time.UTC}
	chart := &report.LineChart{Title: "Trend", Alt: "from 0 to 100 %", Times: []time.Time{at, at.Add(time.Hour), at.Add(4 * time.Hour)}, Lines: []report.Line{
		{Label: "All", Values: []*float64{new(0.0), new(0.5), new(1.0)}}, {Label: "Late", Values: []*float64{nil, nil, new(0.5)}},
	}}
	got := newTrend(wb, chart)
	want := []point{
		{X: "2.00%", Y: "94.00%", Text: "All, 2026-11-20 09:00: 0.0%"},
		{X: "26.00%", Y: "50.00%", Text: "All, 2026-11-20 10:00: 50.0%"},
		{X: "98.00%", Y: "6.00%", Text: "All, 2026-11-20 13:00: 100.0%"},
	}
	if diff := cmp.Diff(want, got.Lines[0].Points); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if last := (segment{X1: "26.00%", Y1: "50.00%", X2: "98.00%", Y2: "6.00%"}); len(got.Lines[0].Segments) != 2 || got.Lines[0].Segments[1] != last {
		t.Errorf("segments %v, want the last to be %v", got.Lines[0].Segments, last)
	}
	if late := got.Lines[1]; len(late.Points) != 1 || len(late.Segments) != 0 {
		t.Errorf("a line that begins at the end is %+v", late)
	}
	chart.Times = chart.Times[:1]
	if newTrend(wb, chart) != nil {
		t.Error("there is a line of one point")
	}
}
