package excel

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"notifyaudit/report"
)

// A frame is a worksheet's part, cut where the rows and the elements that
// excelize has no call for are put in: after head the rows, after middle the
// links, after lower the ignored errors.
type frame struct {
	head, middle, lower, tail []byte
}

// The places where a frame is cut. Their order in a worksheet's part is the
// schema's (CT_Worksheet, ECMA-376 part 1, 18.3.1.99).
const (
	endOfRows    = "</sheetData>"
	printOptions = "<printOptions"
	endOfFooter  = "</headerFooter>"
)

// The bounds that excelize gives a solid data bar, which scale it to the
// column's maximum, and those that keep it between 0 and 100 %.
const (
	scaledBounds = `<x14:cfvo type="autoMin"></x14:cfvo><x14:cfvo type="autoMax"></x14:cfvo>`
	fixedBounds  = `<x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="num"><xm:f>1</xm:f></x14:cfvo>`
)

func cutFrame(content []byte, sheet *report.Sheet) (*frame, error) {
	content, err := replaceAll(content, scaledBounds, fixedBounds, len(barColumns(sheet)))
	if err != nil {
		return nil, err
	}
	var places [3]int
	for i, tag := range []string{endOfRows, printOptions, endOfFooter} {
		if found := bytes.Count(content, []byte(tag)); found != 1 {
			return nil, fmt.Errorf("%q is there %d times and not once", tag, found)
		}
		places[i] = bytes.Index(content, []byte(tag))
	}
	places[2] += len(endOfFooter)
	if !slices.IsSorted(places[:]) {
		return nil, fmt.Errorf("%q, %q and %q are in another order", endOfRows, printOptions, endOfFooter)
	}
	return &frame{
		head:   content[:places[0]],
		middle: content[places[0]:places[1]],
		lower:  content[places[1]:places[2]],
		tail:   content[places[2]:],
	}, nil
}

// A splicer writes the tabs of one sheet: the frames with the rows in them.
type splicer struct {
	rows   *rowWriter
	sheet  *report.Sheet
	tabs   []*tab
	frames []*frame
	// open begins the part of a tab.
	open func(*tab) (io.Writer, error)
	out  io.Writer
	// at is the tab being written, left the number of rows it still takes.
	at, left int
}

// run writes all tabs. The rows are read once.
func (s *splicer) run() error {
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

func (s *splicer) write(cells []report.Cell) error {
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

func (s *splicer) begin(at int) error {
	out, err := s.open(s.tabs[at])
	if err != nil {
		return err
	}
	s.at, s.left, s.out = at, s.tabs[at].rows, out
	s.rows.begin(out, s.tabs[at].beside)
	_, err = out.Write(s.frames[at].head)
	return err
}

func (s *splicer) end() error {
	if err := s.rows.finish(); err != nil {
		return err
	}
	f := s.frames[s.at]
	for _, content := range [][]byte{
		f.middle, s.rows.appendLinks(nil),
		f.lower, appendIgnored(nil, s.tabs[s.at]), f.tail,
	} {
		if _, err := s.out.Write(content); err != nil {
			return err
		}
	}
	return nil
}

// emptyRow says in its first cell that there are no rows.
func (s *splicer) emptyRow() []report.Cell {
	cells := make([]report.Cell, len(s.sheet.Columns))
	cells[0] = report.Text(s.sheet.Empty)
	return cells
}

// appendIgnored appends the element that spares the columns of ids the green
// mark of a number stored as text.
func appendIgnored(dst []byte, t *tab) []byte {
	mark := len(dst)
	dst = append(dst, `<ignoredErrors>`...)
	none := len(dst)
	for i := range t.sheet.Columns {
		if t.sheet.Columns[i].Type == report.TypeID {
			letters := t.columns[i].letters
			dst = fmt.Appendf(dst, `<ignoredError sqref="%s2:%s%d" numberStoredAsText="1"/>`, letters, letters, t.lastRow())
		}
	}
	if len(dst) == none {
		return dst[:mark]
	}
	return append(dst, `</ignoredErrors>`...)
}
