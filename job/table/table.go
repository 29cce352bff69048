// Package table reads the rows of csv, xlsx and jsonl files as a stream, each
// with the line it stands in, so that a mistake can be shown where somebody can
// mend it.
//
// A csv is UTF-8, UTF-16 or GB18030, which Excel writes on a Chinese Windows, with
// or without a byte order mark. Its header, or a first line such as sep=;, tells
// whether commas, semicolons, tabs or bars separate the cells. Lines end with LF,
// CR LF or CR. Empty cells at the end of a row may be left out.
//
// Of an xlsx the first visible worksheet is read, or the one that is named. What
// the sheet shows is what is read: a number format may pad a number (000123),
// merged cells hold for all their rows, and a formula has the value that a
// spreadsheet program calculated when it saved the workbook.
//
// A jsonl has a flat JSON object on each line, whose names are the columns.
//
// In all of them the first row that isn't blank names the columns. A file that is
// something else than its name says is refused by what it is.
//
// Nothing here holds a whole table. What a hostile file can make it hold is
// bounded: a row, and a workbook's shared strings, styles and merged cells.
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
	"iter"
	"strconv"
	"strings"
)

// The bounds of a table.
const (
	// MaxSize is the size of a file in bytes.
	MaxSize = 1 << 30
	// MaxRow is the size of one row in bytes, as csv or jsonl text, as a sheet's
	// XML token and as the texts of its cells.
	MaxRow = 1 << 20
	// MaxColumns is Excel's own bound.
	MaxColumns = 16_384
)

// A Row is one data row with as many cells as the header.
type Row struct {
	// Line is the line of a csv or jsonl on which the row begins, or the number
	// of the row in the sheet; from 1.
	Line int
	// Cells are only good until the next row.
	Cells []Cell
	// Warnings are what is odd about the row; nil for most.
	Warnings []Warning
	// hidden says that a sheet doesn't show the row, faulty that a cell has a
	// fault.
	hidden, faulty bool
}

// A Warning is something odd that doesn't stop the reading.
type Warning struct {
	// Summary is the same for every warning of its kind.
	Summary string
	// Detail is one or two sentences.
	Detail string
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

func blank(cells []Cell) bool {
	for i := range cells {
		if !cells[i].empty() {
			return false
		}
	}
	return true
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
