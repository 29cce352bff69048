package measure

import (
	"strings"

	"github.com/mattn/go-runewidth"

	"notifyaudit/report"
)

// The widths of columns in characters.
const (
	DefaultWidth = 14
	maxWidth     = 255
	timeWidth    = 17
	NarrowWidth  = 2 // of a column that keeps things apart
	// idWidth has room for a user id of 18 digits, as DingTalk makes them.
	idWidth = 21
	// boldWidth is how much wider a bold header is than its characters, in the font that
	// programs take where the workbook's is missing.
	boldWidth = 1.18
	// headerFrame is what a header cell has besides its text: the filter's button,
	// and the indent and the padding on the other side.
	headerFrame = 4
	// maxHeader is the widest header that stands on one line for its own sake, and
	// the longest word that isn't broken.
	maxHeader = 18
	maxWord   = 24
	// A longer header has about headerLines lines, or, where the column would
	// become wider than shortHeader by that, maxHeaderLines.
	headerLines    = 3
	shortHeader    = 14
	maxHeaderLines = 6
)

// ColumnWidth is the width that the report wants, or what the header needs.
func ColumnWidth(column *report.Column) float64 {
	width := column.Width
	if width <= 0 {
		width = DefaultWidth
	}
	if column.Type == report.TypeID {
		width = max(width, idWidth)
	}
	return min(max(width, headerWidth(column.Label)), maxWidth)
}

// headerWidth is the least width in which a header is not broken within a word,
// nor into more lines than can be read.
func headerWidth(label string) float64 {
	label = strings.TrimSpace(label)
	need := runewidth.StringWidth(label)
	if need > maxHeader {
		need = max(min(widestWord(label), maxWord), min(need/headerLines+1, shortHeader), need/maxHeaderLines+1)
	}
	return float64(need)*boldWidth + headerFrame
}

// HeaderRoom is how many characters of a header fit on a line of a column.
func HeaderRoom(width float64) float64 {
	const rounding = 1e-6
	return (width-headerFrame)/boldWidth + rounding
}

// widestWord is the width of the longest piece that Fold keeps on a line.
func widestWord(s string) int {
	widest := 0
	for word := range strings.FieldsSeq(s) {
		width, before := 0, ' '
		for _, r := range word {
			if mayBreak(before, r) {
				width = 0
			}
			width += runewidth.RuneWidth(r)
			widest, before = max(widest, width), r
		}
	}
	return widest
}
