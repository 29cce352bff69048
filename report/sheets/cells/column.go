// Package cells makes the columns and the cells of the sheets in the language of a
// report.
package cells

import (
	"iter"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A Printer makes columns and cells in the report's language.
type Printer struct{ *words.Printer }

// Head makes a column that is at least as wide as its header.
func (w *Printer) Head(key string, t report.Type, width float64) report.Column {
	c := report.Column{Key: key, Label: w.Column(key), Type: t}
	const filterButton = 3
	c.Width = max(width, displayWidth(c.Label)+filterButton)
	return c
}

// The usual widths of columns.
const (
	WidthNumber = 9
	WidthTime   = 17
	WidthName   = 20
	WidthTitle  = 36
	WidthText   = 60
)

// Integer makes a column of whole numbers.
func (w *Printer) Integer(key string) report.Column {
	return w.Head(key, report.TypeInteger, WidthNumber)
}

// Rate makes a column of rates.
func (w *Printer) Rate(key string) report.Column { return w.Head(key, report.TypeRate, WidthNumber) }

// Time makes a column of instants.
func (w *Printer) Time(key string) report.Column { return w.Head(key, report.TypeTime, WidthTime) }

// RateBar makes the column of the read rate with its data bar.
func (w *Printer) RateBar() report.Column {
	c := w.Head("read_rate", report.TypeRate, 14)
	c.Bar = true
	return c
}

// KnownColumn makes the column that says what a rate is based on, wide enough for one line.
func (w *Printer) KnownColumn() report.Column {
	const width = 31
	return w.Wrapped("known", width)
}

// Wrapped makes a column of texts that go on in further lines.
func (w *Printer) Wrapped(key string, width float64) report.Column {
	c := w.Head(key, report.TypeText, width)
	c.Wrap = true
	return c
}

// displayWidth returns the width of a label in characters of a fixed-width font; a CJK
// character takes two (UAX #11).
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

// Rows yields finished rows.
func Rows(rows [][]report.Cell) func() iter.Seq2[[]report.Cell, error] {
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

// Counts returns the cells of the audience, read, unread and unknown. All are empty
// without a known audience; read and unread are empty without a reading and where they are
// withheld.
func Counts(c job.Counts, hasAudience, hasReading bool) (cells [4]report.Cell) {
	if !hasAudience {
		return cells
	}
	cells[0], cells[3] = report.Integer(c.Audience()), report.Integer(c.Unknown)
	if hasReading && c.Withheld == 0 {
		cells[1], cells[2] = report.Integer(c.Read), report.Integer(c.Unread)
	}
	return cells
}

// Text returns a cell with a cleaned text.
func Text(s string) report.Cell { return report.Text(report.CleanText(s)) }

// RateOf returns the cell of a read rate: a number, or a band. A row with a target sets it
// with Against.
func (w *Printer) RateOf(c job.Counts) report.Cell { return w.RateBetween(c.RateRange()) }

// RateBetween returns the cell of a rate between two bounds.
func (w *Printer) RateBetween(low, high float64, known bool) report.Cell {
	if known && low != high {
		return report.Text(w.Range(low, high))
	}
	return report.Number(low, known)
}

// Yes returns the cell that says whether a target is met, with a mark to spot it.
func (w *Printer) Yes(met, known bool) report.Cell {
	switch {
	case !known:
		return report.Cell{}
	case met:
		return report.Text(w.Say("yes"))
	default:
		return report.Text(w.Say("no"))
	}
}
