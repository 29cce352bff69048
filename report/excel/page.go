package excel

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
	"notifyaudit/report/excel/ooxml"
	"notifyaudit/report/words"
)

const paperA4 = 9 // ST_PaperSize's number of it

// The margins in inches.
const (
	sideMargin   = 0.4
	topMargin    = 0.5
	bottomMargin = 0.65
	footerMargin = 0.3
	// headerLine is how high a line above the page is.
	headerLine = 0.15
)

// setUpPages has a data sheet printed one page wide with its header on each.
func (b *book) setUpPages(t *tab) error {
	orientation := "portrait"
	if t.sheet.Landscape {
		orientation = "landscape"
	}
	if err := b.setUpPage(t.name, orientation, 0); err != nil {
		return err
	}
	above := b.above(t)
	if err := b.file.SetHeaderFooter(t.name, margins(b.styles.font.Family, above)); err != nil {
		return err
	}
	if strings.Contains(above, "\n") {
		if err := b.file.SetPageMargins(t.name, &excelize.PageLayoutMarginsOptions{Top: new(topMargin + headerLine)}); err != nil {
			return err
		}
	}
	if err := b.colorTab(t.name, tabColor(t.sheet.Key)); err != nil {
		return err
	}
	err := b.file.SetSheetProps(t.name, &excelize.SheetPropsOptions{
		DefaultRowHeight: new(b.styles.font.RowHeight(1)), CustomHeight: new(true),
	})
	if err != nil {
		return err
	}
	if err := b.nameRange(t.name, "_xlnm.Print_Titles", "$1:$1"); err != nil {
		return err
	}
	return b.setPrintArea(t.name, max(printedColumns(t.sheet, b.styles.font), t.drawn), t.lastPrinted())
}

const (
	// leastSize is the smallest that letters get on paper, in points.
	leastSize = 7
	// characterPoints is how wide a character of a column's width is on paper, and
	// columnPoints what a column has besides.
	characterPoints = 5.25
	columnPoints    = 3.75
)

// printedColumns is how many columns from the left can be read on a page of A4.
func printedColumns(sheet *report.Sheet, f measure.Font) int {
	const inch, short, long = 72, 8.27, 11.69
	paper := short
	if sheet.Landscape {
		paper = long
	}
	left := (paper - 2*sideMargin) * inch * f.Size / leastSize
	for i := range sheet.Columns {
		if left -= measure.ColumnWidth(&sheet.Columns[i])*characterPoints + columnPoints; left < 0 && i > 0 {
			return i
		}
	}
	return len(sheet.Columns)
}

// maxAbove leaves room for the font in the 255 characters of a header (ECMA-376 part 1,
// 18.3.1.46, and Excel's own limit).
const maxAbove = 200

// above is what stands above each page: the report's banner, what the colours mean and what
// is left out on one line, the sheet's note on the next. A line that is too long for the
// paper is cut there.
func (b *book) above(t *tab) string {
	var said []string
	if b.wb.Banner != "" {
		said = append(said, b.wb.Banner)
	}
	if len(scaleColumns(t.sheet)) > 0 {
		said = append(said, legendText(b.wb.Language))
	}
	columns, rows := printedColumns(t.sheet, b.styles.font), t.printedRows()
	if columns < len(t.sheet.Columns) || rows < t.rows {
		w := words.New(b.wb.Language, nil)
		said = append(said, w.Say("print.part", w.Number(columns), w.Number(len(t.sheet.Columns)), w.Number(rows), w.Number(t.rows)))
	}
	lines := []string{strings.Join(said, " · ")}
	if t.sheet.Note != "" {
		lines = append(lines, strings.ReplaceAll(ooxml.Clean(t.sheet.Note), "&", "&&"))
	}
	return shorten(strings.TrimPrefix(strings.Join(lines, "\n"), "\n"), maxAbove)
}

// setUpPage prints a worksheet one A4 page wide and so many pages high, 0 for
// as many as it takes, with the sheet's name and the page in the footer.
func (b *book) setUpPage(tab, orientation string, high int) error {
	err := b.file.SetPageLayout(tab, &excelize.PageLayoutOptions{
		Size: new(paperA4), Orientation: &orientation, FitToWidth: new(1), FitToHeight: &high,
	})
	if err != nil {
		return err
	}
	err = b.file.SetPageMargins(tab, &excelize.PageLayoutMarginsOptions{
		Left: new(sideMargin), Right: new(sideMargin), Top: new(topMargin), Bottom: new(bottomMargin),
		Header: new(footerMargin), Footer: new(footerMargin), Horizontally: new(true),
	})
	if err != nil {
		return err
	}
	return b.file.SetHeaderFooter(tab, margins(b.styles.font.Family, b.wb.Banner))
}

// margins are what stands above and below each page: a text, and the sheet's name
// with the page.
func margins(family, above string) *excelize.HeaderFooterOptions {
	// &A is the sheet's name; the size must not run into what follows.
	font := `&C&"` + family + `,Regular"&9`
	options := &excelize.HeaderFooterOptions{OddFooter: font + `&A · &P/&N`}
	if above != "" {
		options.OddHeader = font + " " + above
	}
	return options
}

func (b *book) colorTab(tab, color string) error {
	return b.file.SetSheetProps(tab, &excelize.SheetPropsOptions{
		FitToPage: new(true), TabColorRGB: new("FF" + color),
	})
}

// tabColor tells apart figures, what to work through, and what to trust.
func tabColor(key report.SheetKey) string {
	switch key {
	case report.SheetUnread:
		return alarmFill
	case report.SheetProblems, report.SheetNotes:
		return quietInk
	default:
		return rateFill
	}
}

func (b *book) setPrintArea(tab string, columns, rows int) error {
	last, err := excelize.CoordinatesToCellName(columns, rows, true)
	if err != nil {
		return err
	}
	return b.nameRange(tab, "_xlnm.Print_Area", "$A$1:"+last)
}

// nameRange gives cells of a worksheet a name that holds there alone.
func (b *book) nameRange(tab, name, cells string) error {
	return b.file.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: reference(tab, cells), Scope: tab})
}
