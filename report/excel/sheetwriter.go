package excel

import (
	"fmt"
	"io"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

// A sheetWriter writes the worksheets of one sheet, with the rows in them.
type sheetWriter struct {
	rows       *rowWriter
	sheet      *report.Sheet
	tabs       []*tab
	worksheets []*ooxml.Worksheet // of the tabs
	// open begins the part of a tab.
	open func(*tab) (io.Writer, error)
	out  io.Writer
	// at is the tab being written, left the number of rows it still takes.
	at, left int
}

// run writes all worksheets. The rows are read once.
func (s *sheetWriter) run() error {
	if err := s.begin(0); err != nil {
		return err
	}
	if s.sheet.Count == 0 {
		if err := s.rows.write(s.emptyRow()); err != nil {
			return err
		}
	}
	count := 0
	for cells, err := range s.sheet.Rows() {
		if err != nil {
			return fmt.Errorf("read row %d: %w", count+1, err)
		}
		if count++; count > s.sheet.Count {
			return fmt.Errorf("there are more rows than the %d it said", s.sheet.Count)
		}
		if err := s.write(cells); err != nil {
			return err
		}
	}
	if count < s.sheet.Count {
		return fmt.Errorf("there are %d rows and not the %d it said", count, s.sheet.Count)
	}
	return s.end()
}

func (s *sheetWriter) write(cells []report.Cell) error {
	if s.left == 0 {
		if err := s.end(); err != nil {
			return err
		}
		if err := s.begin(s.at + 1); err != nil {
			return err
		}
	}
	s.left--
	return s.rows.write(cells)
}

func (s *sheetWriter) begin(at int) error {
	out, err := s.open(s.tabs[at])
	if err != nil {
		return err
	}
	s.at, s.left, s.out = at, s.tabs[at].rows, out
	s.rows.begin(out)
	return s.worksheets[at].Begin(out)
}

func (s *sheetWriter) end() error {
	if err := s.rows.xml.Flush(); err != nil {
		return err
	}
	return s.worksheets[s.at].End(s.out, &s.rows.xml, s.tabs[s.at].idRanges())
}

// emptyRow says in its first cell that there are no rows.
func (s *sheetWriter) emptyRow() []report.Cell {
	cells := make([]report.Cell, len(s.sheet.Columns))
	cells[0] = report.Text(s.sheet.Empty)
	return cells
}

// idRanges are the data cells of the columns of ids: texts that may look like
// numbers.
func (t *tab) idRanges() []string {
	var ranges []string
	for i := range t.sheet.Columns {
		if t.sheet.Columns[i].Type == report.TypeID {
			letters := t.columns[i].Letters
			ranges = append(ranges, fmt.Sprintf("%s2:%s%d", letters, letters, t.lastRow()))
		}
	}
	return ranges
}
