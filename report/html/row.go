package html

import (
	"iter"
	"strconv"

	"notifyaudit/report"
)

// A row is one of a list; it is only good until the next one.
type row struct {
	// ID is the fragment that links lead to.
	ID string
	// Over says that the row is not listed before all are asked for.
	Over  bool
	Cells []cell
}

// A cell is what stands in one.
type cell struct {
	Text string
	// Value is the number behind the text where that is rounded.
	Value string
	// Link is a fragment of the page, or "".
	Link string
	// Under stands below in smaller letters.
	Under string
	Bar   *bar
}

// Rows yields the rows that are shown.
func (l *list) Rows() iter.Seq[*row] {
	return func(yield func(*row) bool) {
		r := &row{Cells: make([]cell, len(l.Columns))}
		cells := make([]cell, len(l.rows.filled))
		for n := range l.Shown {
			l.rows.row(n, cells)
			l.fill(r, n, cells)
			if !yield(r) {
				return
			}
		}
	}
}

func (l *list) fill(r *row, n int, cells []cell) {
	r.ID, r.Over = l.Key+"-"+strconv.Itoa(n), l.Tools && n >= l.First
	for i := range l.Columns {
		c := &l.Columns[i]
		to := cells[c.at]
		if c.under >= 0 {
			to.Under = cells[c.under].Text
		}
		if to.Under == to.Text { // a message without a title has its address for one
			to.Under = ""
		}
		if c.bar {
			to.Bar = l.rows.drawn[n]
		}
		r.Cells[i] = to
	}
}

// exact is the number of a cell that Display rounds.
func exact(c report.Cell, t report.Type) string {
	n, is := c.Number()
	if !is || t == report.TypeInteger {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
