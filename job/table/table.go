// Package table reads the rows of csv, xlsx and jsonl files as a stream, each
// with the line it stands in, so that a mistake can be shown where somebody can
// mend it.
//
// A csv is RFC 4180 in UTF-8, with or without a byte order mark, or in GB18030,
// which is what Excel writes on a Chinese Windows. Of an xlsx the first sheet is
// read. The first row that isn't blank names the columns. A jsonl has a flat JSON
// object on each line, in UTF-8, whose names are the columns.
//
// Nothing here holds a whole table. What a hostile file can make it hold is
// bounded: a row, a workbook's shared strings, a number of styles.
//
// A note of November 2026 on xlsx: excelize's row iterator gives a cell's text
// and not its type, and asking it for the type loads the whole sheet. But a user
// id stored as a number has lost its sixteenth digit, and that must be told from
// one stored as text. So the sheet's XML is read here, one token at a time, and
// excelize turns serial numbers into dates.
package table

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// The bounds of a table.
const (
	// MaxSize is the size of a file in bytes.
	MaxSize = 1 << 30
	// MaxRow is the size of one row in bytes, as csv or jsonl text or as a
	// sheet's XML token.
	MaxRow = 1 << 20
	// MaxColumns is Excel's own bound.
	MaxColumns = 16_384
)

// A Cell is one value of a row.
type Cell struct {
	// Text is what the cell holds, without surrounding white space. A number is
	// written out without an exponent; a date as 2006-01-02, with a time of day
	// as 2006-01-02 15:04:05.
	Text string
	// Numeric says that an xlsx stores a number: more than 15 digits of it are
	// not what somebody typed.
	Numeric bool
	// List says that a jsonl has a list here; Text has a semicolon behind each
	// element.
	List     bool
	serial   float64
	date1904 bool
}

// Date is the wall-clock time, in no particular zone, that a numeric cell stands
// for; false for every other cell.
func (c Cell) Date() (time.Time, bool) {
	if !c.Numeric {
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(c.serial, c.date1904)
	if err != nil {
		return time.Time{}, false
	}
	return t.Round(time.Second), true
}

// Digits counts the digits of a whole number; 0 when the text is none.
func (c Cell) Digits() int {
	digits := strings.TrimPrefix(c.Text, "-")
	if strings.Trim(digits, "0123456789") != "" {
		return 0
	}
	return len(digits)
}

// A Row is one data row with as many cells as the header.
type Row struct {
	// Line is the line of a csv or jsonl on which the row begins, or the number
	// of the row in the sheet; from 1.
	Line int
	// Cells are only good until the next row.
	Cells []Cell
}

// String writes the row out for people, as csv; of a long one the beginning.
func (r Row) String() string {
	const enough = 1 << 10
	var b strings.Builder
	for i, c := range r.Cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if b.Len() > enough {
			b.WriteString("…")
			break
		}
		text := c.Text
		if strings.ContainsAny(text, ",\"\r\n") {
			text = strconv.Quote(text)
		}
		b.WriteString(text)
	}
	return b.String()
}

// A RowError is a mistake in one row. Reading goes on after it.
type RowError struct {
	Line int
	// Text is the row, as far as it could be read.
	Text string
	Err  error
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong with the row.
func (e *RowError) Unwrap() error { return e.Err }

// ErrFormat is wrapped by errors about a file whose name doesn't end in a format
// that this package reads.
var ErrFormat = errors.New("not a csv, xlsx or jsonl file")

// A source reads a format: the rows as they come, the header's among them, with
// as many cells as each has.
type source interface {
	rows() iter.Seq2[Row, error]
}

// A Reader reads a table. It is for one goroutine at a time.
type Reader struct {
	source source
	header []string
	// exact tables have the header's number of cells in every row: a csv does, a
	// sheet leaves out what is empty at the end.
	exact bool
}

// Open reads the header of a table of size bytes. The name's extension says
// which format it is. The source must stay open while rows are read.
func Open(src io.ReaderAt, size int64, name string) (*Reader, error) {
	if size > MaxSize {
		return nil, fmt.Errorf("the file is larger than %d MiB", MaxSize>>20)
	}
	var r Reader
	var err error
	switch strings.ToLower(path.Ext(name)) {
	case ".csv":
		r.exact = true
		r.source, err = openCSV(src, size)
	case ".xlsx":
		r.source, err = openXLSX(src, size)
	case ".jsonl":
		r.source, err = openJSONL(src, size)
	default:
		return nil, fmt.Errorf("%w: the name must end in .csv, .xlsx or .jsonl", ErrFormat)
	}
	if err != nil {
		return nil, err
	}
	if r.header, err = r.readHeader(); err != nil {
		return nil, err
	}
	return &r, nil
}

// Header is the names of the columns. A name may be empty, as of a column that
// somebody emptied; those that aren't differ from each other.
func (r *Reader) Header() []string { return r.header }

// Rows reads the data rows from the first, at every call. Blank rows are left
// out. A *RowError stands for one row and is followed by further rows; any other
// error ends the sequence.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		seen := false
		cells := make([]Cell, len(r.header))
		for row, err := range r.source.rows() {
			if err == nil && blank(row.Cells) {
				continue
			}
			if !seen {
				seen = true
				continue
			}
			if err == nil {
				row.Cells, err = r.fit(row, cells)
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// fit gives the row as many cells as the header has.
func (r *Reader) fit(row Row, cells []Cell) ([]Cell, error) {
	clear(cells)
	n := copy(cells, row.Cells)
	if !blank(row.Cells[n:]) || r.exact && len(row.Cells) != len(cells) {
		return nil, &RowError{Line: row.Line, Text: row.String(), Err: fmt.Errorf(
			"the row has %s and the header has %d: a comma or a quotation mark is missing or too many",
			count(len(row.Cells), "cell"), len(cells))}
	}
	return cells, nil
}

func (r *Reader) readHeader() ([]string, error) {
	for row, err := range r.source.rows() {
		if err != nil {
			return nil, err
		}
		if !blank(row.Cells) {
			return headerOf(row, r.exact)
		}
	}
	return nil, errors.New("the table is empty: its first row must name the columns")
}

func headerOf(row Row, exact bool) ([]string, error) {
	var header []string
	for _, c := range row.Cells {
		header = append(header, c.Text)
	}
	for !exact && header[len(header)-1] == "" {
		header = header[:len(header)-1]
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t|") {
		return nil, fmt.Errorf("the header %q is a single column: save the table with commas between the cells", header[0])
	}
	if len(header) > MaxColumns {
		return nil, fmt.Errorf("the header has %d columns, more than %d", len(header), MaxColumns)
	}
	firsts := make(map[string]int, len(header))
	for i, name := range header {
		if first, twice := firsts[name]; name != "" && twice {
			return nil, fmt.Errorf("the header names the column %q twice, in columns %d and %d", name, first+1, i+1)
		}
		firsts[name] = i
	}
	return header, nil
}

func blank(cells []Cell) bool {
	return !slices.ContainsFunc(cells, func(c Cell) bool { return c.Text != "" })
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
