package html

import (
	"slices"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A summary is the head of the page.
type summary struct {
	*words.Printer

	Trust     string // complete, almost_complete or incomplete
	Verdict   string
	Sentences []string
	Facts     []figure
	// Rate comes first, in large.
	Rate    figure
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
	Label, Alt string
	Parts      []part
	// Target is where its mark stands, "" without one; TargetLabel is beside it.
	Target, TargetLabel string
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
	s := &summary{Printer: w, Trust: string(from.Trust), Verdict: from.Verdict, Sentences: from.Sentences, Stack: newStack(wb)}
	for i := range from.Facts {
		s.Facts = append(s.Facts, newFigure(wb, &from.Facts[i]))
	}
	for i := range from.Figures {
		f := newFigure(wb, &from.Figures[i])
		switch f.Key {
		case "read_rate":
			s.Rate = f
		case "target":
			s.Target = f
		case "change":
			s.Change = f
		case "read", "unread", "unknown":
		default:
			s.Figures = append(s.Figures, f)
		}
	}
	for i := range from.Attention {
		s.Lists = append(s.Lists, newAttention(wb, &from.Attention[i], links))
	}
	return s
}

func newFigure(wb *report.Workbook, f *report.Figure) figure {
	return figure{Key: f.Key, Label: f.Label, Value: wb.Display(f.Value, f.Type), Note: f.Note}
}

// newStack is nil when nobody is counted.
func newStack(wb *report.Workbook) *stack {
	from := wb.Stack()
	if from == nil {
		return nil
	}
	s := &stack{Label: from.Label, Alt: from.Alt}
	if from.Target > 0 {
		s.Target, s.TargetLabel = percent(from.Target), from.TargetLabel
	}
	x := 0.0
	for i := range from.Parts {
		p := &from.Parts[i]
		s.Parts = append(s.Parts, part{
			Key: p.Key, Label: p.Label, Note: p.Note, X: percent(x), Width: percent(p.Share),
			Value: report.Grouped(p.Count), Share: wb.Display(report.Number(p.Share, true), report.TypeRate),
		})
		x += p.Share
	}
	return s
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
