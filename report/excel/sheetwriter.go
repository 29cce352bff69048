package excel

import (
	"fmt"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

// A sheetWriter writes the worksheets of one sheet as its rows come.
type sheetWriter struct {
	rows       *rowWriter
	sheet      *report.Sheet
	tabs       []*tab
	worksheets []worksheet // of the tabs
	out        *ooxml.Writer
	scratch    func() Scratch
	// parts are the tabs' that were begun, the last of them open.
	parts []*ooxml.Part
	// count is the number of rows so far, left of those that the open tab still takes.
	count, left int
}

// add writes a row, and ends the last worksheet behind the last row.
func (s *sheetWriter) add(cells []report.Cell) error {
	if s.count++; s.count > s.sheet.Count {
		return fmt.Errorf("there are more rows than the %d it said", s.sheet.Count)
	}
	if s.left == 0 {
		if s.count > 1 {
			if err := s.end(); err != nil {
				return err
			}
		}
		if err := s.begin(); err != nil {
			return err
		}
	}
	s.left--
	if err := s.rows.write(cells); err != nil {
		return err
	}
	if s.count < s.sheet.Count {
		return nil
	}
	return s.end()
}

// finish checks that all rows came. A sheet without any says so in one.
func (s *sheetWriter) finish() error {
	if s.count < s.sheet.Count {
		return fmt.Errorf("there are %d rows and not the %d it said", s.count, s.sheet.Count)
	}
	if s.sheet.Count > 0 {
		return nil
	}
	if err := s.begin(); err != nil {
		return err
	}
	cells := make([]report.Cell, len(s.sheet.Columns))
	cells[0] = report.Text(s.sheet.Empty)
	if err := s.rows.write(cells); err != nil {
		return err
	}
	return s.end()
}

// begin opens the next worksheet.
func (s *sheetWriter) begin() error {
	at := len(s.parts)
	part, err := s.out.Begin(s.worksheets[at].part, s.scratch())
	if err != nil {
		return err
	}
	s.parts, s.left = append(s.parts, part), s.tabs[at].rows
	s.rows.begin(part)
	return s.worksheets[at].Begin(part)
}

// end closes the open worksheet.
func (s *sheetWriter) end() error {
	if err := s.rows.xml.Flush(); err != nil {
		return err
	}
	at := len(s.parts) - 1
	if err := s.worksheets[at].End(s.parts[at], &s.rows.xml, s.tabs[at].idRanges()); err != nil {
		return err
	}
	return s.out.End(s.parts[at])
}

// discard gives back what the workbook did not take.
func (s *sheetWriter) discard() {
	for _, part := range s.parts {
		part.Discard()
	}
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
