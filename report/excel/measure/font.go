// Package measure tells how much room texts take in a workbook: the widths of columns,
// the heights of rows, and where lines break.
package measure

import "notifyaudit/report"

// A Font is that of a workbook.
type Font struct {
	Family string
	// Size is in points.
	Size float64
}

// FontOf returns a font that has the language's characters and is there where
// the language is read; other characters are found by the program's fallback.
func FontOf(lang report.Language) Font {
	if lang == report.Chinese {
		return Font{Family: "Microsoft YaHei", Size: 10}
	}
	return Font{Family: "Calibri", Size: 11}
}

// RowHeight is the height in points of a row with so many lines.
func (f Font) RowHeight(lines int) float64 { return float64(lines)*f.Size*lineHeight + 3 }

// Room is how many of the font's characters fit in a width, which is in
// characters of the workbook's default font.
func (f Font) Room(width float64) int {
	return max(1, int(width*defaultSize/f.Size))
}

const (
	defaultSize = 11   // points
	lineHeight  = 1.33 // of the font's size
	// IndentWidth is that of a cell's text, in characters.
	IndentWidth = 2
)
