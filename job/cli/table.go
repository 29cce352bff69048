package cli

import (
	"slices"
	"strings"
)

// A column of a table.
type column struct {
	title string
	// left aligns it to the left: texts, not numbers.
	left bool
	// rank is how soon it is left out where there is no room, the highest first;
	// 0 never.
	rank int
	// least is how narrow the column may get, its cells clipped; 0: not at all.
	least int
	cells []string
}

func (c *column) width() int {
	w := columns(c.title)
	for _, cell := range c.cells {
		w = max(w, columns(cell))
	}
	return w
}

// gap is the columns between two columns of a table.
const gap = 2

// table shows rows of cells below a header, the first column to the left and the
// others to the right.
func (s *screen) table(rows [][]string) {
	cols := make([]column, len(rows[0]))
	for i := range cols {
		cols[i] = column{title: rows[0][i], left: i == 0}
		for _, row := range rows[1:] {
			cols[i].cells = append(cols[i].cells, row[i])
		}
	}
	cols[0].least = 12
	s.grid(cols)
}

// grid shows columns below their titles, on the room there is: it leaves columns
// out by their rank, then narrows those that may get narrower.
func (s *screen) grid(cols []column) {
	for i := range cols {
		for row, cell := range cols[i].cells {
			cols[i].cells[row] = oneLine(cell)
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
	for sum > s.room() {
		slack := 0
		for i := range cols {
			if cols[i].least > 0 {
				slack += max(0, all[i]-cols[i].least)
			}
		}
		worst := -1
		for i := range cols {
			if cols[i].rank > 0 && (worst < 0 || cols[i].rank > cols[worst].rank) {
				worst = i
			}
		}
		if sum-slack <= s.room() || worst < 0 {
			break
		}
		cols = slices.Delete(slices.Clone(cols), worst, worst+1)
		sum, all = widths()
	}
	for i := range cols {
		if cols[i].least > 0 && sum > s.room() {
			narrowed := max(cols[i].least, all[i]-(sum-s.room()))
			sum -= all[i] - narrowed
			all[i] = narrowed
		}
	}
	s.lines(cols, all)
}

// lines shows the title line and the rows.
func (s *screen) lines(cols []column, widths []int) {
	rows := 0
	titles := make([]string, len(cols))
	for i := range cols {
		rows = max(rows, len(cols[i].cells))
		titles[i] = align(cols[i].title, widths[i], cols[i].left)
	}
	s.println(s.paint(dim, strings.TrimRight(strings.Join(titles, strings.Repeat(" ", gap)), " ")))
	line := make([]string, len(cols))
	for row := range rows {
		for i := range cols {
			cell := cols[i].cells[row]
			if columns(cell) > widths[i] {
				cell = clipMiddle(cell, widths[i])
			}
			line[i] = align(cell, widths[i], cols[i].left)
		}
		s.println(strings.TrimRight(strings.Join(line, strings.Repeat(" ", gap)), " "))
	}
}

func align(cell string, width int, left bool) string {
	if left {
		return pad(cell, width)
	}
	return padLeft(cell, width)
}

// labelled shows a text behind a label, its further lines below its first.
func (s *screen) labelled(label, text string) {
	const width = 10
	if text == "" {
		return
	}
	indent := strings.Repeat(" ", width+2)
	text = oneLine(text)
	head := s.paint(dim, pad(label, width)) + "  "
	s.println(head + strings.TrimLeft(wrap(indent+text, indent, s.width), " "))
}
