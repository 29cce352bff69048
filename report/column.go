package report

import (
	"iter"

	"notifyaudit/job"
)

// column makes a column that is at least as wide as its header.
func (w *words) column(key string, t Type, width float64) Column {
	c := Column{Key: key, Label: w.say("column." + key), Type: t}
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

func (w *words) integer(key string) Column { return w.column(key, TypeInteger, widthNumber) }
func (w *words) rate(key string) Column    { return w.column(key, TypeRate, widthNumber) }
func (w *words) time(key string) Column    { return w.column(key, TypeTime, widthTime) }

// rateBar is the read rate, as the sheet's own.
func (w *words) rateBar() Column {
	c := w.column("read_rate", TypeRate, 14)
	c.Bar = true
	return c
}

func (w *words) wrapped(key string, width float64) Column {
	c := w.column(key, TypeText, width)
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
func rowsOf(rows [][]Cell) func() iter.Seq2[[]Cell, error] {
	return func() iter.Seq2[[]Cell, error] {
		return func(yield func([]Cell, error) bool) {
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
func countCells(c job.Counts, hasAudience, hasReading bool) []Cell {
	cells := make([]Cell, 4)
	if !hasAudience {
		return cells
	}
	cells[0], cells[3] = Integer(c.Audience()), Integer(c.Unknown)
	if hasReading && c.Withheld == 0 {
		cells[1], cells[2] = Integer(c.Read), Integer(c.Unread)
	}
	return cells
}
