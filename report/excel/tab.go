package excel

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
	"notifyaudit/report/words"
)

// A tab is one worksheet of the file: the summary, a sheet, or one part of a
// sheet with more rows than a worksheet has.
type tab struct {
	name string
	// sheet is nil for the summary.
	sheet *report.Sheet
	// table is the ASCII name of the tab's table.
	table string
	// rows is the number of data rows here, 0 in a sheet without any.
	rows int
	// columns are the sheet's, with the styles of their cells.
	columns []column
	// drawn is the last column under a chart to the right of the rows; 0 without one.
	drawn int
}

// lastRow is the number of the table's last row: a sheet without rows says so in
// one.
func (t *tab) lastRow() int { return 1 + max(t.rows, 1) }

// printedRows is how many data rows are on paper.
func (t *tab) printedRows() int {
	if t.sheet.PrintRows == 0 {
		return t.rows
	}
	return min(t.rows, t.sheet.PrintRows)
}

// lastPrinted is the number of the last row on paper: a chart may reach below the
// rows.
func (t *tab) lastPrinted() int {
	last := 1 + max(t.printedRows(), 1)
	if t.drawn == 0 {
		return last
	}
	const usualRow = 15 // points
	return max(last, 2+lineChartHeight*3/4/usualRow)
}

// tabs are all worksheets of a file in their order, and where links lead.
type tabs struct {
	all []*tab
	// of are the tabs of a sheet: one, or several parts of perTab rows.
	of     map[report.SheetKey][]*tab
	perTab int
	// chartData is the name of the hidden worksheet of the charts' values; "" where
	// there is no chart.
	chartData string
}

func layOut(wb *report.Workbook, perTab int) (*tabs, error) {
	t := &tabs{of: make(map[report.SheetKey][]*tab), perTab: perTab}
	names := tabNames{}
	if wb.Summary != nil {
		t.add(report.SheetSummary, &tab{name: names.pick(wb.Summary.Sheet, string(report.SheetSummary), "")})
	}
	for _, sheet := range wb.Sheets {
		if err := check(sheet); err != nil {
			return nil, fmt.Errorf("sheet %s: %w", sheet.Key, err)
		}
		if len(t.of[sheet.Key]) > 0 {
			return nil, fmt.Errorf("sheet %s is there twice", sheet.Key)
		}
		for part := 1; part == 1 || (part-1)*perTab < sheet.Count; part++ {
			suffix := ""
			if part > 1 {
				suffix = fmt.Sprintf("_%d", part)
			}
			t.add(sheet.Key, &tab{
				name:  names.pick(sheet.Title, string(sheet.Key), suffix),
				sheet: sheet,
				table: tableName(sheet.Key) + suffix,
				rows:  min(perTab, sheet.Count-(part-1)*perTab),
			})
		}
	}
	if len(t.all) == 0 {
		return nil, errors.New("there is no sheet to write")
	}
	if hasChart(wb) {
		t.chartData = names.pick(words.New(wb.Language, nil).Say("sheet.chart_data"), "chart_data", "")
	}
	return t, nil
}

func hasChart(wb *report.Workbook) bool {
	if wb.Summary != nil {
		drawn := func(c report.Chart) bool { return len(c.Bars) > 0 }
		if wb.Stack() != nil || slices.ContainsFunc(wb.Summary.Charts, drawn) {
			return true
		}
	}
	return slices.ContainsFunc(wb.Sheets, func(s *report.Sheet) bool { return s.Chart != nil && len(s.Chart.Times) > 0 })
}

// maxColumns is the width of a worksheet; see ooxml.MaxText for the source.
const maxColumns = 16384

func check(sheet *report.Sheet) error {
	switch {
	case len(sheet.Columns) == 0:
		return errors.New("it has no columns")
	case len(sheet.Columns) > maxColumns:
		return fmt.Errorf("it has %d columns, and a worksheet at most %d", len(sheet.Columns), maxColumns)
	case sheet.Count < 0:
		return fmt.Errorf("it has %d rows", sheet.Count)
	}
	return nil
}

func (t *tabs) add(key report.SheetKey, tab *tab) {
	t.all = append(t.all, tab)
	t.of[key] = append(t.of[key], tab)
}

// location is the place in the file that a link leads to; false when its sheet
// is not in this workbook.
func (t *tabs) location(link *report.Link) (string, bool) {
	if link == nil {
		return "", false
	}
	parts := t.of[link.Sheet]
	if len(parts) == 0 {
		return "", false
	}
	return reference(parts[0].name, "A1"), true
}

// reference is a cell or range of a tab, always quoted.
func reference(name, cells string) string {
	return "'" + strings.ReplaceAll(name, "'", "''") + "'!" + cells
}

// tableName makes Unread_by_team of unread_by_team.
func tableName(key report.SheetKey) string {
	if key == "" {
		return ""
	}
	return strings.ToUpper(string(key[:1])) + string(key[1:])
}

// maxTabName is the longest name of a worksheet in UTF-16 code units.
const maxTabName = 31

// tabNames are the names given so far, in lower case: two that differ only in
// case are one to Excel.
type tabNames map[string]bool

// pick makes a name that Excel takes of a title, and one not yet given.
func (n tabNames) pick(title, key, suffix string) string {
	base := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r < ' ' {
			return '-'
		}
		return r
	}, ooxml.Clean(title))
	base = strings.Trim(base, "' ")
	// Excel would read _xHHHH_ as a character, and a cut and a suffix can complete one.
	base = strings.ReplaceAll(base, "_x", "-x")
	if base == "" {
		base = key
	}
	if strings.EqualFold(base, "history") { // reserved for change tracking
		base += "_"
	}
	name := shorten(base, maxTabName-len(suffix)) + suffix
	for i := 2; n[strings.ToLower(name)]; i++ {
		again := fmt.Sprintf("%s~%d", suffix, i)
		name = shorten(base, maxTabName-len(again)) + again
	}
	n[strings.ToLower(name)] = true
	return name
}

// shorten cuts s to so many UTF-16 code units.
func shorten(s string, units int) string {
	for i, r := range s {
		if units -= len(utf16.AppendRune(nil, r)); units < 0 {
			return strings.TrimRight(s[:i], "' ")
		}
	}
	return s
}
