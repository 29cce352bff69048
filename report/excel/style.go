package excel

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
)

// The palette. Blue and vermilion are told apart with every kind of colour
// blindness; each text colour has a contrast of at least 4.5:1 to what it is
// written on.
const (
	ink       = "262626" // text
	quietInk  = "595959" // notes, chart data
	navy      = "1F3864" // headers and headings, under white
	linkInk   = "0B5394"
	barFill   = "9DC3E6" // data bars, under ink
	rateFill  = "1F5A96" // bars of charts
	alarmFill = "A63C00" // the verdict when not complete, under white
	calmFill  = "1F5A96" // the verdict when complete, under white
	mindFill  = "7F5F00" // the verdict when almost complete, under white
	bandFill  = "E9EFF7" // headers of the summary's lists, under ink
	white     = "FFFFFF"
	rule      = "D9D9D9" // lines between rows
)

// The fills of the scale of rates, under ink.
const (
	scaleLow    = "E8954A"
	scaleMiddle = "FFF6DD"
	scaleHigh   = "A9CCEB"
)

// The number formats.
const (
	formatInteger = "#,##0"
	formatRate    = "0.0%"
	formatChange  = "+0.0%;-0.0%;0.0%"
	formatTime    = "yyyy-mm-dd hh:mm"
	formatText    = "@"
)

// numberFormat is how the numbers of a column are shown.
func numberFormat(t report.Type) string {
	switch t {
	case report.TypeID:
		return formatText
	case report.TypeInteger:
		return formatInteger
	case report.TypeRate:
		return formatRate
	case report.TypeChange:
		return formatChange
	case report.TypeTime:
		return formatTime
	default:
		return ""
	}
}

// formatOf is how one cell of that type is shown.
func formatOf(t report.Type, c report.Cell) string {
	if digits := c.Digits(t); digits > 1 {
		return finerFormat(numberFormat(t), digits)
	}
	return numberFormat(t)
}

// finerFormat is the number format of a rate or a change with so many digits behind
// the point: its own has one.
func finerFormat(format string, digits int) string {
	return strings.ReplaceAll(format, "0.0%", "0."+strings.Repeat("0", digits)+"%")
}

// A style is how a cell looks, beyond the font's family.
type style struct {
	size      float64 // points; 0: the font's
	bold      bool
	underline bool
	color     string // "": ink
	fill      string // "": none
	rule      string // colour of a line below; "": none
	format    string // "": General
	wrap      bool
	right     bool
	left      bool
	middle    bool // vertically; otherwise at the top
	bottom    bool
	indent    int
}

// styles makes the file's styles, each once.
type styles struct {
	file *excelize.File
	font measure.Font
	ids  map[style]int
}

func (s *styles) id(look style) (int, error) {
	if id, known := s.ids[look]; known {
		return id, nil
	}
	id, err := s.file.NewStyle(s.define(look))
	if err != nil {
		return 0, fmt.Errorf("make a style: %w", err)
	}
	s.ids[look] = id
	return id, nil
}

func (s *styles) define(look style) *excelize.Style {
	if look.size == 0 {
		look.size = s.font.Size
	}
	if look.color == "" {
		look.color = ink
	}
	defined := &excelize.Style{
		Font: &excelize.Font{Family: s.font.Family, Size: look.size, Bold: look.bold, Color: look.color},
		Alignment: &excelize.Alignment{
			Horizontal: "left", Vertical: "top", WrapText: look.wrap, Indent: look.indent,
		},
	}
	if look.underline {
		defined.Font.Underline = "single"
	}
	if look.right {
		defined.Alignment.Horizontal = "right"
	}
	switch {
	case look.middle:
		defined.Alignment.Vertical = "center"
	case look.bottom:
		defined.Alignment.Vertical = "bottom"
	}
	if look.fill != "" {
		defined.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{look.fill}}
	}
	if look.rule != "" {
		defined.Border = []excelize.Border{{Type: "bottom", Color: look.rule, Style: 1}}
	}
	switch look.format {
	case "":
	case formatInteger:
		defined.NumFmt = 3 // built in, as @ is: programs know them by number
	case formatText:
		defined.NumFmt = 49
	default:
		defined.CustomNumFmt = &look.format
	}
	return defined
}

// cellStyle is how the cells of a column look.
func cellStyle(column *report.Column, linked bool) style {
	look := style{
		format: numberFormat(column.Type), wrap: column.Wrap, rule: rule,
		right: isNumeric(column.Type),
	}
	if !look.right { // LibreOffice indents numbers on the right in some rows only
		look.indent = 1
	}
	if linked {
		look.color, look.underline = linkInk, true
	}
	return look
}

// sentenceStyle is how the sentence in a sheet without rows looks: it runs over
// the empty cells to its right.
func sentenceStyle() style {
	return style{color: quietInk, rule: rule, indent: 1, middle: true}
}

// headerStyle is how the header cell of a column looks. A text on the right
// leaves room for the filter's button.
func headerStyle(column *report.Column) style {
	look := style{bold: true, color: white, fill: navy, wrap: true, middle: true, indent: 1}
	if isNumeric(column.Type) {
		look.right, look.indent = true, 2
	}
	return look
}

func isNumeric(t report.Type) bool {
	return t == report.TypeInteger || t == report.TypeRate || t == report.TypeChange
}
