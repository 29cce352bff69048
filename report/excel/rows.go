package excel

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
	"notifyaudit/report/percent"
)

// A rowWriter writes the data rows of a sheet's worksheets.
type rowWriter struct {
	tabs    *tabs
	columns []column
	zone    zone
	font    measure.Font
	xml     ooxml.RowWriter
}

// A column is what the cells of a column have in common.
type column struct {
	ooxml.Column

	typ report.Type
	// finer are for rates and changes with 2, 3 … digits behind the point.
	finer []ooxml.Column
	// room is how many characters fit on a line; 0 when the texts don't wrap.
	room int
}

func makeColumns(sheet *report.Sheet, s *styles) ([]column, error) {
	columns := make([]column, len(sheet.Columns))
	wraps := slices.ContainsFunc(sheet.Columns, func(c report.Column) bool { return c.Wrap })
	for i := range sheet.Columns {
		plain, link := cellStyle(&sheet.Columns[i], false), cellStyle(&sheet.Columns[i], true)
		plain.middle, link.middle = !wraps, !wraps
		if sheet.Count == 0 {
			plain = sentenceStyle()
		}
		var err error
		if columns[i].Column, err = makeColumn(i+1, s, plain, link); err != nil {
			return nil, err
		}
		if columns[i].finer, err = makeFiner(i+1, s, plain, link); err != nil {
			return nil, err
		}
		columns[i].typ = sheet.Columns[i].Type
		if plain.wrap {
			columns[i].room = s.font.Room(measure.ColumnWidth(&sheet.Columns[i]) - measure.IndentWidth)
		}
	}
	return columns, nil
}

func makeColumn(number int, s *styles, plain, link style) (c ooxml.Column, err error) {
	if c.Letters, err = excelize.ColumnNumberToName(number); err != nil {
		return c, fmt.Errorf("name column %d: %w", number, err)
	}
	if c.Style, err = s.id(plain); err != nil {
		return c, err
	}
	c.LinkStyle, err = s.id(link)
	return c, err
}

// makeFiner makes the columns of rates and changes that need more digits.
func makeFiner(number int, s *styles, plain, link style) ([]ooxml.Column, error) {
	if plain.format != formatRate && plain.format != formatChange {
		return nil, nil
	}
	var finer []ooxml.Column
	for digits := 2; digits <= percent.MaxDigits; digits++ {
		more, moreLink := plain, link
		more.format, moreLink.format = finerFormat(plain.format, digits), finerFormat(link.format, digits)
		c, err := makeColumn(number, s, more, moreLink)
		if err != nil {
			return nil, err
		}
		finer = append(finer, c)
	}
	return finer, nil
}

// begin starts a worksheet whose header row is written already.
func (w *rowWriter) begin(out io.Writer) { w.xml.Reset(out, 1) }

// write adds a row.
func (w *rowWriter) write(cells []report.Cell) error {
	if len(cells) != len(w.columns) {
		return fmt.Errorf("row %d has %d cells and not %d", w.xml.Row()+1, len(cells), len(w.columns))
	}
	height := 0.0
	if lines := w.lines(cells); lines > 1 {
		height = min(w.font.RowHeight(lines), excelize.MaxRowHeight)
	}
	w.xml.BeginRow(height)
	for i := range cells {
		c := &w.columns[i].Column
		if finer := w.columns[i].finer; finer != nil {
			if digits := cells[i].Digits(w.columns[i].typ); digits > 1 {
				c = &finer[digits-2]
			}
		}
		if err := w.cell(c, &cells[i]); err != nil {
			return fmt.Errorf("cell %s%d: %w", w.columns[i].Letters, w.xml.Row(), err)
		}
	}
	return w.xml.EndRow()
}

// lines is how many lines the row's highest cell has. Few programs fit rows to
// their text when they open a file.
func (w *rowWriter) lines(cells []report.Cell) int {
	most := 1
	for i := range cells {
		text, ok := cells[i].Text()
		room := w.columns[i].room
		// A character never takes more places than it has bytes.
		if !ok || room == 0 || len(text) <= room && !strings.ContainsAny(text, "\r\n") {
			continue
		}
		most = max(most, len(measure.Fold(ooxml.Clean(text), room)))
	}
	return most
}

func (w *rowWriter) cell(c *ooxml.Column, cell *report.Cell) error {
	linked := false
	if location, found := w.tabs.location(cell.Link); found {
		linked = w.xml.Link(c, location)
	}
	if text, ok := cell.Text(); ok {
		w.xml.Text(c, linked, ooxml.Clean(text))
		return nil
	}
	if n, ok := cell.Number(); ok {
		return w.xml.Number(c, linked, n)
	}
	t, ok := cell.Time()
	if !ok {
		w.xml.Empty(c, linked)
		return nil
	}
	if days, ok := w.zone.serial(t); ok {
		return w.xml.Number(c, linked, days)
	}
	w.xml.Text(c, linked, w.zone.text(t))
	return nil
}

// A zone is the time zone of a workbook's cells: a spreadsheet's time has none
// of its own.
type zone struct{ location *time.Location }

// serial is a time as a spreadsheet's number of days, if it can show it.
func (z zone) serial(t time.Time) (float64, bool) { return ooxml.Serial(t.In(z.location)) }

// text is a time as text, for those without a serial.
func (z zone) text(t time.Time) string { return t.In(z.location).Format("2006-01-02 15:04") }
