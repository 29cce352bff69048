package term

import (
	"slices"
	"strings"
)

// A Column is one column of a table.
type Column struct {
	Title string
	// Left aligns the cells to the left, for text; numbers go to the right.
	Left bool
	// Rank is the order in which columns are left out if there is no room: the highest
	// first; 0 is never left out.
	Rank int
	// Least is the width to which cells may be clipped; 0 is never clipped.
	Least int
	Cells []string
}

func (c *Column) width() int {
	w := Columns(c.Title)
	for _, cell := range c.Cells {
		w = max(w, Columns(cell))
	}
	return w
}

// gap is the space between two columns.
const gap = 2

// Table shows rows of cells; the first row is the header. The first column is aligned
// to the left, the others to the right.
func (s *Screen) Table(rows [][]string) {
	cols := make([]Column, len(rows[0]))
	for i := range cols {
		cols[i] = Column{Title: rows[0][i], Left: i == 0}
		for _, row := range rows[1:] {
			cols[i].Cells = append(cols[i].Cells, row[i])
		}
	}
	cols[0].Least = 12
	s.Grid(cols)
}

// Grid shows columns below their titles within Room: it leaves out columns by their
// rank, then clips those that may be clipped.
func (s *Screen) Grid(cols []Column) {
	for i := range cols {
		for row, cell := range cols[i].Cells {
			cols[i].Cells[row] = oneLine(cell)
		}
	}
	widths := func() (sum int, all []int) {
		for i := range cols {
			all = append(all, cols[i].width())
			sum += all[i] + gap
		}
		return sum - gap, all
	}
	sum, all := widths()
	for sum > s.Room() {
		slack := 0
		for i := range cols {
			if cols[i].Least > 0 {
				slack += max(0, all[i]-cols[i].Least)
			}
		}
		worst := -1
		for i := range cols {
			if cols[i].Rank > 0 && (worst < 0 || cols[i].Rank > cols[worst].Rank) {
				worst = i
			}
		}
		if sum-slack <= s.Room() || worst < 0 {
			break
		}
		cols = slices.Delete(slices.Clone(cols), worst, worst+1)
		sum, all = widths()
	}
	for i := range cols {
		if cols[i].Least > 0 && sum > s.Room() {
			narrowed := max(cols[i].Least, all[i]-(sum-s.Room()))
			sum -= all[i] - narrowed
			all[i] = narrowed
		}
	}
	s.lines(cols, all)
}

// lines writes the titles and the rows.
func (s *Screen) lines(cols []Column, widths []int) {
	rows := 0
	titles := make([]string, len(cols))
	for i := range cols {
		rows = max(rows, len(cols[i].Cells))
		titles[i] = align(cols[i].Title, widths[i], cols[i].Left)
	}
	s.Println(s.Paint(Dim, strings.TrimRight(strings.Join(titles, strings.Repeat(" ", gap)), " ")))
	line := make([]string, len(cols))
	for row := range rows {
		for i := range cols {
			cell := cols[i].Cells[row]
			if Columns(cell) > widths[i] {
				cell = ClipMiddle(cell, widths[i])
			}
			line[i] = align(cell, widths[i], cols[i].Left)
		}
		s.Println(strings.TrimRight(strings.Join(line, strings.Repeat(" ", gap)), " "))
	}
}

func align(cell string, width int, left bool) string {
	if left {
		return Pad(cell, width)
	}
	return PadLeft(cell, width)
}

// Labelled shows a text after a label, with a hanging indent; nothing for "".
func (s *Screen) Labelled(label, text string) {
	const width = 10
	if text == "" {
		return
	}
	indent := strings.Repeat(" ", width+2)
	text = oneLine(text)
	head := s.Paint(Dim, Pad(label, width)) + "  "
	s.Println(head + strings.TrimLeft(Wrap(indent+text, indent, s.Width), " "))
}
