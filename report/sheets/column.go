package sheets

import (
	"iter"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A printer makes columns and cells besides.
type printer struct{ *words.Printer }

// column makes a column that is at least as wide as its header.
func (w *printer) column(key string, t report.Type, width float64) report.Column {
	c := report.Column{Key: key, Label: w.Column(key), Type: t}
	const filterButton = 3
	c.Width = max(width, displayWidth(c.Label)+filterButton)
	return c
}

// The usual widths of columns.
const (
	widthNumber = 9
	widthTime   = 17
	widthName   = 20
	widthTitle  = 36
	widthText   = 60
)

func (w *printer) integer(key string) report.Column {
	return w.column(key, report.TypeInteger, widthNumber)
}

func (w *printer) rate(key string) report.Column { return w.column(key, report.TypeRate, widthNumber) }

func (w *printer) time(key string) report.Column { return w.column(key, report.TypeTime, widthTime) }

// rateBar is the read rate, as the sheet's own.
func (w *printer) rateBar() report.Column {
	c := w.column("read_rate", report.TypeRate, 14)
	c.Bar = true
	return c
}

func (w *printer) wrapped(key string, width float64) report.Column {
	c := w.column(key, report.TypeText, width)
	c.Wrap = true
	return c
}

// displayWidth is the width of a text in characters of a fixed font: those of
// CJK take two. The blocks are those of UAX #11 that the labels draw on.
func displayWidth(s string) float64 {
	width := 0
	for _, r := range s {
		width++
		if r >= 0x2E80 && r <= 0xFFDC {
			width++
		}
	}
	return float64(width)
}

// rowsOf yields rows that are made before they are asked for.
func rowsOf(rows [][]report.Cell) func() iter.Seq2[[]report.Cell, error] {
	return func() iter.Seq2[[]report.Cell, error] {
		return func(yield func([]report.Cell, error) bool) {
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// countCells are the audience and its read, unread and unknown. Without a known
// audience all are empty; without a reading, and where they are withheld, read and
// unread are.
func countCells(c job.Counts, hasAudience, hasReading bool) (cells [4]report.Cell) {
	if !hasAudience {
		return cells
	}
	cells[0], cells[3] = report.Integer(c.Audience()), report.Integer(c.Unknown)
	if hasReading && c.Withheld == 0 {
		cells[1], cells[2] = report.Integer(c.Read), report.Integer(c.Unread)
	}
	return cells
}

// text is a cell of cleaned words.
func text(s string) report.Cell { return report.Text(report.CleanText(s)) }

// rateOf is the read rate of counts as a cell: a number, or a band. A target that
// stands beside it is set with Against.
func (w *printer) rateOf(c job.Counts) report.Cell { return w.rateBetween(c.RateRange()) }

func (w *printer) rateBetween(low, high float64, known bool) report.Cell {
	if known && low != high {
		return report.Text(w.Range(low, high))
	}
	return report.Number(low, known)
}

// yes says whether a target is met, with a mark for those who only glance.
func (w *printer) yes(met, known bool) report.Cell {
	switch {
	case !known:
		return report.Cell{}
	case met:
		return report.Text(w.Say("yes"))
	default:
		return report.Text(w.Say("no"))
	}
}
