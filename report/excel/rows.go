package excel

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
)

// flushSize is how much XML is gathered before it is written.
const flushSize = 32 << 10

// maxLinks is how many links Excel takes in a worksheet ("Hyperlinks in a
// worksheet: 65,530" in its limits). The cells after that are plain text.
const maxLinks = 65530

// A rowWriter writes a tab's data rows as XML.
type rowWriter struct {
	tabs    *tabs
	columns []column
	zone    zone
	face    face
	out     io.Writer
	buf     []byte
	// row is the number of the last row written.
	row    int
	number []byte // the row's, as digits
	links  []link
	// beside are the cells to the right of the rows that are still to come.
	beside [][]byte
}

// A column is what the cells of a column have in common.
type column struct {
	letters []byte
	// plain and linked are the styles, as digits.
	plain, linked []byte
	// room is how many characters fit on a line; 0 when the texts don't wrap.
	room int
}

// A link is on a cell and leads to a place.
type link struct {
	row, column int
	to          report.Link
}

func makeColumns(sheet *report.Sheet, s *styles) ([]column, error) {
	columns := make([]column, len(sheet.Columns))
	wraps := slices.ContainsFunc(sheet.Columns, func(c report.Column) bool { return c.Wrap })
	for i := range sheet.Columns {
		look, link := cellShade(&sheet.Columns[i], false), cellShade(&sheet.Columns[i], true)
		look.middle, link.middle = !wraps, !wraps
		if sheet.Count == 0 {
			look = sentenceShade()
		}
		var err error
		if columns[i], err = makeColumn(i+1, s, look, link); err != nil {
			return nil, err
		}
		if look.wrap {
			columns[i].room = s.face.room(columnWidth(&sheet.Columns[i]) - indentWidth)
		}
	}
	return columns, nil
}

func makeColumn(number int, s *styles, look, link shade) (column, error) {
	letters, err := excelize.ColumnNumberToName(number)
	if err != nil {
		return column{}, fmt.Errorf("name column %d: %w", number, err)
	}
	plain, err := s.id(look)
	if err != nil {
		return column{}, err
	}
	linked, err := s.id(link)
	if err != nil {
		return column{}, err
	}
	return column{
		letters: []byte(letters),
		plain:   strconv.AppendInt(nil, int64(plain), 10),
		linked:  strconv.AppendInt(nil, int64(linked), 10),
	}, nil
}

// begin starts a tab whose header row is written already, with cells to the right
// of its rows.
func (w *rowWriter) begin(out io.Writer, beside [][]byte) {
	w.out, w.row, w.links, w.beside = out, 1, w.links[:0], beside
}

// write adds a row.
func (w *rowWriter) write(cells []report.Cell) error {
	if len(cells) != len(w.columns) {
		return fmt.Errorf("row %d has %d cells and not %d", w.row+1, len(cells), len(w.columns))
	}
	w.row++
	w.number = strconv.AppendInt(w.number[:0], int64(w.row), 10)
	w.buf = append(w.buf, `<row r="`...)
	w.buf = append(w.buf, w.number...)
	if lines := w.lines(cells); lines > 1 {
		w.buf = append(w.buf, `" ht="`...)
		w.buf = strconv.AppendFloat(w.buf, min(w.face.rowHeight(lines), excelize.MaxRowHeight), 'f', 1, 64)
		w.buf = append(w.buf, `" customHeight="1`...)
	}
	w.buf = append(w.buf, `">`...)
	for i := range cells {
		if err := w.cell(i, &cells[i]); err != nil {
			return fmt.Errorf("cell %s%d: %w", w.columns[i].letters, w.row, err)
		}
	}
	w.endRow()
	if len(w.buf) < flushSize {
		return nil
	}
	return w.flush()
}

func (w *rowWriter) endRow() {
	if len(w.beside) > 0 {
		w.buf = append(w.buf, w.beside[0]...)
		w.beside = w.beside[1:]
	}
	w.buf = append(w.buf, `</row>`...)
}

// finish ends a tab with the cells that go on below its rows.
func (w *rowWriter) finish() error {
	for len(w.beside) > 0 {
		w.row++
		w.buf = append(w.buf, `<row r="`...)
		w.buf = strconv.AppendInt(w.buf, int64(w.row), 10)
		w.buf = append(w.buf, `">`...)
		w.endRow()
	}
	return w.flush()
}

// lines is how many lines the row's highest cell has. Programs that fit rows to
// their text when they open a file are few.
func (w *rowWriter) lines(cells []report.Cell) int {
	most := 1
	for i := range cells {
		text, ok := cells[i].Text()
		room := w.columns[i].room
		// A character never takes more places than it has bytes.
		if !ok || room == 0 || len(text) <= room && !strings.ContainsAny(text, "\r\n") {
			continue
		}
		most = max(most, len(fold(clean(text), room)))
	}
	return most
}

func (w *rowWriter) flush() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

func (w *rowWriter) cell(i int, cell *report.Cell) error {
	style := w.columns[i].plain
	if w.follow(i, cell) {
		style = w.columns[i].linked
	}
	w.buf = append(w.buf, `<c r="`...)
	w.buf = append(w.buf, w.columns[i].letters...)
	w.buf = append(w.buf, w.number...)
	w.buf = append(w.buf, `" s="`...)
	w.buf = append(w.buf, style...)
	if text, ok := cell.Text(); ok {
		w.text(text)
		return nil
	}
	value, ok := cell.Number()
	if t, isTime := cell.Time(); isTime {
		if value, ok = w.zone.serial(t); !ok {
			w.text(w.zone.words(t))
			return nil
		}
	}
	if !ok {
		w.buf = append(w.buf, `"/>`...)
		return nil
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("%v is not a number that a cell can hold", value)
	}
	w.buf = append(w.buf, `"><v>`...)
	w.buf = appendNumber(w.buf, value)
	w.buf = append(w.buf, `</v></c>`...)
	return nil
}

// appendNumber prints whole numbers, the most frequent ones, the fast way.
func appendNumber(dst []byte, value float64) []byte {
	const exact = 1 << 53
	if whole := int64(value); value > -exact && value < exact && float64(whole) == value {
		return strconv.AppendInt(dst, whole, 10)
	}
	return strconv.AppendFloat(dst, value, 'g', -1, 64)
}

func (w *rowWriter) text(s string) {
	w.buf = append(w.buf, `" t="inlineStr"><is><t`...)
	s = clean(s)
	if s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ') {
		w.buf = append(w.buf, ` xml:space="preserve"`...)
	}
	w.buf = append(w.buf, '>')
	w.buf = appendText(w.buf, s)
	w.buf = append(w.buf, `</t></is></c>`...)
}

// follow notes the cell's link and reports whether it has one that leads
// somewhere.
func (w *rowWriter) follow(i int, cell *report.Cell) bool {
	if cell.Link == nil || len(w.links) == maxLinks || len(w.tabs.of[cell.Link.Sheet]) == 0 {
		return false
	}
	w.links = append(w.links, link{row: w.row, column: i, to: *cell.Link})
	return true
}

// appendLinks appends the element of the links noted, or nothing.
func (w *rowWriter) appendLinks(dst []byte) []byte {
	if len(w.links) == 0 {
		return dst
	}
	dst = append(dst, `<hyperlinks>`...)
	for i := range w.links {
		l := &w.links[i]
		location, _ := w.tabs.location(&l.to)
		dst = append(dst, `<hyperlink ref="`...)
		dst = append(dst, w.columns[l.column].letters...)
		dst = strconv.AppendInt(dst, int64(l.row), 10)
		dst = append(dst, `" location="`...)
		dst = appendText(dst, location)
		dst = append(dst, `"/>`...)
	}
	return append(dst, `</hyperlinks>`...)
}

// A zone is the time zone of a workbook's cells: a spreadsheet's time has none
// of its own.
type zone struct{ location *time.Location }

// epoch is 1970 in days of the 1900 date system, in which day 60 is a 29th of
// February that never was.
const (
	epoch     = 25569
	dayLength = 24 * 60 * 60
	firstDay  = 61      // 1900-03-01
	lastDay   = 2958466 // the day after 9999-12-31
)

// serial is a time as the number of days that a spreadsheet shows as a date, to
// the second; false when it is out of the range in which they can be trusted.
func (z zone) serial(t time.Time) (float64, bool) {
	_, offset := t.In(z.location).Zone()
	days := epoch + float64(t.Unix()+int64(offset))/dayLength
	return days, days >= firstDay && days < lastDay
}

// words is a time as text, for those that serial refuses.
func (z zone) words(t time.Time) string {
	return t.In(z.location).Format("2006-01-02 15:04")
}
