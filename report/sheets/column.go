package sheets

import (
	"iter"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A printer makes columns and cells in the report's language.
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

// rateBar makes the column of the read rate with its data bar.
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

// rowsOf yields finished rows.
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

// countCells returns the cells of the audience, read, unread and unknown. All are empty
// without a known audience; read and unread are empty without a reading and where they are
// withheld.
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

// text returns a cell with a cleaned text.
func text(s string) report.Cell { return report.Text(report.CleanText(s)) }

// rateOf returns the cell of a read rate: a number, or a band. A row with a target sets it
// with Against.
func (w *printer) rateOf(c job.Counts) report.Cell { return w.rateBetween(c.RateRange()) }

func (w *printer) rateBetween(low, high float64, known bool) report.Cell {
	if known && low != high {
		return report.Text(w.Range(low, high))
	}
	return report.Number(low, known)
}

// yes returns the cell that says whether a target is met, with a mark to spot it.
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
