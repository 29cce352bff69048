package ooxml

import (
	"errors"
	"io"
	"math"
	"strconv"
)

// flushSize is how much XML is gathered before it is written.
const flushSize = 32 << 10

// MaxLinks is how many links Excel takes in a worksheet ("Hyperlinks in a
// worksheet: 65,530" in its limits).
const MaxLinks = 65530

// ErrNotFinite reports a number that no cell can hold.
var ErrNotFinite = errors.New("not a number, or infinite")

// A RowWriter writes the rows of a worksheet as XML, one after the other: BeginRow,
// its cells from left to right, EndRow; Flush at the end.
type RowWriter struct {
	out    io.Writer
	buf    []byte
	row    int
	number []byte // of the row, as digits
	links  []byte // the elements
	linked int    // their count
}

// A Column is the place and the styles of a worksheet's column.
type Column struct {
	// Letters name the column: "AB".
	Letters string
	// Style and LinkStyle are the numbers of the styles of its cells.
	Style, LinkStyle int
}

// Reset begins a worksheet whose rows begin after the given one.
func (w *RowWriter) Reset(out io.Writer, after int) {
	w.out, w.row, w.buf, w.links, w.linked = out, after, w.buf[:0], w.links[:0], 0
}

// Row is the number of the last row begun.
func (w *RowWriter) Row() int { return w.row }

// BeginRow begins the next row. Its height is in points; 0 is the usual one.
func (w *RowWriter) BeginRow(height float64) {
	w.row++
	w.number = strconv.AppendInt(w.number[:0], int64(w.row), 10)
	w.buf = append(w.buf, `<row r="`...)
	w.buf = append(w.buf, w.number...)
	if height > 0 {
		w.buf = append(w.buf, `" ht="`...)
		w.buf = strconv.AppendFloat(w.buf, height, 'f', 1, 64)
		w.buf = append(w.buf, `" customHeight="1`...)
	}
	w.buf = append(w.buf, `">`...)
}

// EndRow ends the row.
func (w *RowWriter) EndRow() error {
	w.buf = append(w.buf, `</row>`...)
	if len(w.buf) < flushSize {
		return nil
	}
	return w.Flush()
}

// Flush writes what was gathered.
func (w *RowWriter) Flush() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

// Link makes the next cell of the column a link to a place: 'Sheet'!A2. It reports
// false, and the cell is none, where the worksheet has MaxLinks already.
func (w *RowWriter) Link(c *Column, location string) bool {
	if w.linked == MaxLinks {
		return false
	}
	w.linked++
	w.links = append(w.links, `<hyperlink ref="`...)
	w.links = append(w.links, c.Letters...)
	w.links = append(w.links, w.number...)
	w.links = append(w.links, `" location="`...)
	w.links = AppendText(w.links, location)
	w.links = append(w.links, `"/>`...)
	return true
}

// Empty writes a cell without a value.
func (w *RowWriter) Empty(c *Column, linked bool) {
	w.open(c, linked)
	w.buf = append(w.buf, `"/>`...)
}

// Text writes a cell of a cleaned text.
func (w *RowWriter) Text(c *Column, linked bool, s string) {
	w.open(c, linked)
	w.buf = append(w.buf, `" t="inlineStr"><is><t`...)
	if s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ') {
		w.buf = append(w.buf, ` xml:space="preserve"`...)
	}
	w.buf = append(w.buf, '>')
	w.buf = AppendText(w.buf, s)
	w.buf = append(w.buf, `</t></is></c>`...)
}

// Number writes a cell of a number.
func (w *RowWriter) Number(c *Column, linked bool, value float64) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return ErrNotFinite
	}
	w.open(c, linked)
	w.buf = append(w.buf, `"><v>`...)
	w.buf = appendNumber(w.buf, value)
	w.buf = append(w.buf, `</v></c>`...)
	return nil
}

func (w *RowWriter) open(c *Column, linked bool) {
	w.buf = append(w.buf, `<c r="`...)
	w.buf = append(w.buf, c.Letters...)
	w.buf = append(w.buf, w.number...)
	w.buf = append(w.buf, `" s="`...)
	style := c.Style
	if linked {
		style = c.LinkStyle
	}
	w.buf = strconv.AppendInt(w.buf, int64(style), 10)
}

// appendNumber prints whole numbers, the most frequent ones, the fast way.
func appendNumber(dst []byte, value float64) []byte {
	const exact = 1 << 53
	if whole := int64(value); value > -exact && value < exact && float64(whole) == value {
		return strconv.AppendInt(dst, whole, 10)
	}
	return strconv.AppendFloat(dst, value, 'g', -1, 64)
}

// appendLinks appends the element of the links, or nothing.
func (w *RowWriter) appendLinks(dst []byte) []byte {
	if w.linked == 0 {
		return dst
	}
	dst = append(dst, `<hyperlinks>`...)
	dst = append(dst, w.links...)
	return append(dst, `</hyperlinks>`...)
}
