package html

import (
	"slices"
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A summary is the head of the page.
type summary struct {
	*words.Printer

	Complete bool
	Verdict  string
	Facts    []figure
	// Rate comes first, in large; Counts are the parts of Stack.
	Rate    figure
	RateBar *bar
	Target  figure
	Change  figure
	Stack   *stack
	Figures []figure
	Lists   []attention
}

// A figure is a labelled value in words.
type figure struct{ Key, Label, Value, Note string }

// A stack is everybody the messages were sent to, in three parts.
type stack struct {
	Label string
	Parts []part
}

// A part is the people of one state.
type part struct {
	// Key is "read", "unread" or "unknown".
	Key, Label, Value string
	// Note stands below the value.
	Note string
	// X and Width place the part in the drawing.
	X, Width, Share string
}

// An attention list is a short table of what is lowest.
type attention struct {
	Title, Empty string
	Columns      []column
	Rows         [][]cell
}

func newSummary(w *words.Printer, wb *report.Workbook, links links) *summary {
	from := wb.Summary
	s := &summary{Printer: w, Complete: from.Complete, Verdict: from.Verdict, Stack: newStack(wb)}
	for i := range from.Facts {
		s.Facts = append(s.Facts, newFigure(wb, &from.Facts[i]))
	}
	var rate, target report.Cell
	for i := range from.Figures {
		f := newFigure(wb, &from.Figures[i])
		switch f.Key {
		case "read_rate":
			s.Rate, rate = f, from.Figures[i].Value
		case "target":
			s.Target, target = f, from.Figures[i].Value
		case "change":
			s.Change = f
		case "read", "unread", "unknown":
		default:
			s.Figures = append(s.Figures, f)
		}
	}
	share, hasRate := rate.Number()
	wanted, hasTarget := target.Number()
	s.RateBar = newBar(share, hasRate, wanted, hasTarget, 1)
	for i := range from.Attention {
		s.Lists = append(s.Lists, newAttention(wb, &from.Attention[i], links))
	}
	return s
}

func newFigure(wb *report.Workbook, f *report.Figure) figure {
	return figure{Key: f.Key, Label: f.Label, Value: wb.Display(f.Value, f.Type), Note: f.Note}
}

// newStack is nil when the audience isn't known.
func newStack(wb *report.Workbook) *stack {
	counts := make(map[string]float64)
	labels, notes := make(map[string]string), make(map[string]string)
	all := 0.0
	for i := range wb.Summary.Figures {
		f := &wb.Summary.Figures[i]
		labels[f.Key], notes[f.Key] = f.Label, f.Note
		switch f.Key {
		case "read", "unread", "unknown":
			n, _ := f.Value.Number()
			counts[f.Key] = max(n, 0) // more readers than a mere size
			all += counts[f.Key]
		}
	}
	if all == 0 {
		return nil
	}
	s := &stack{Label: labels["deliveries"]}
	x := 0.0
	for _, key := range []string{"read", "unread", "unknown"} {
		share := counts[key] / all
		s.Parts = append(s.Parts, part{
			Key: key, Label: labels[key], Note: notes[key], X: percent(x), Width: percent(share),
			Value: wb.Display(report.Integer(int(counts[key])), report.TypeInteger),
			Share: wb.Display(report.Number(share, true), report.TypeRate),
		})
		x += share
	}
	return s
}

// Alt is the stack in words.
func (s *stack) Alt() string {
	parts := make([]string, 0, len(s.Parts))
	for _, p := range s.Parts {
		parts = append(parts, p.Label+" "+p.Value+" ("+p.Share+")")
	}
	return s.Label + ": " + strings.Join(parts, "; ")
}

func newAttention(wb *report.Workbook, from *report.AttentionList, links links) attention {
	a := attention{Title: from.Title, Empty: from.Empty}
	for i := range from.Columns {
		filled := func(row []report.Cell) bool { return !row[i].Empty() }
		if !slices.ContainsFunc(from.Rows, filled) {
			continue
		}
		c := newColumn(from.Columns[i], i)
		c.bar = c.Key == "read_rate"
		a.Columns = append(a.Columns, c)
	}
	bars := newBars(&report.Sheet{Columns: from.Columns})
	for _, cells := range from.Rows {
		row := make([]cell, 0, len(a.Columns))
		for _, c := range a.Columns {
			to := cell{Text: wb.Display(cells[c.at], c.Type), Link: links.to(cells[c.at].Link)}
			if c.bar {
				to.Bar = bars.of(cells)
			}
			row = append(row, to)
		}
		a.Rows = append(a.Rows, row)
	}
	return a
}

// Kind is how a cell of the column is set: to the right when it is a number.
func (a *attention) Kind(i int) string { return a.Columns[i].Kind }
