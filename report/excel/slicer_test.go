package excel

import (
	"strings"
	"testing"

	"notifyaudit/report"
	"notifyaudit/report/excel/measure"
)

// TestSlicers: a sheet has a slicer for each column that wants one, which filters its table,
// and keeps its first columns in sight.
func TestSlicers(t *testing.T) {
	t.Parallel()
	sheet := &report.Sheet{
		Key: report.SheetUnread, Title: "未读名单", Empty: "-", Landscape: true, Frozen: 1, Slicers: []string{"manager", "notices"},
		Columns: []report.Column{{Key: "name", Label: "姓名"}, {Key: "manager", Label: "直属主管"}, {Key: "notices", Label: "未读通知"}},
		Rows: rows(2, func(int) []report.Cell {
			return []report.Cell{report.Text("a"), report.Text("m"), report.Text("n")}
		}),
		Count: 2,
	}
	parts := contents(t, render(t, &report.Workbook{Language: report.Chinese, Sheets: []*report.Sheet{sheet}}))
	slicers := parts["xl/slicers/slicer1.xml"]
	for _, caption := range []string{"直属主管", "未读通知"} {
		if !strings.Contains(slicers, `caption="`+caption+`"`) {
			t.Errorf("there is no slicer %s: %s", caption, slicers)
		}
	}
	if cache := parts["xl/slicerCaches/slicerCache1.xml"]; !strings.Contains(cache, `<x:ext `) || !strings.Contains(cache, `</x:ext></extLst>`) {
		t.Errorf("the extension is not in the namespace of spreadsheets: %s", cache)
	}
	if !strings.Contains(parts["xl/worksheets/sheet1.xml"], `xSplit="1"`) {
		t.Error("the names don't stay in sight")
	}
	sheet.Count, sheet.Rows = 0, rows(0, nil)
	for part := range contents(t, render(t, &report.Workbook{Sheets: []*report.Sheet{sheet}})) {
		if strings.Contains(part, "slicer") {
			t.Errorf("a sheet without rows has the part %s", part)
		}
	}
}

// TestPaperCanBeRead: letters of less than 7 points are on no page, and of a long list the
// first rows are; the page says so.
func TestPaperCanBeRead(t *testing.T) {
	t.Parallel()
	for _, lang := range []report.Language{report.English, report.Chinese} {
		f := measure.FontOf(lang)
		sheet := &report.Sheet{Landscape: true}
		for range 40 {
			sheet.Columns = append(sheet.Columns, report.Column{Width: 20})
		}
		n, width := printedColumns(sheet, f), 0.0
		for i := range n {
			width += measure.ColumnWidth(&sheet.Columns[i])*characterPoints + columnPoints
		}
		const paper = (11.69 - 2*sideMargin) * 72
		if size := f.Size * paper / width; n < 5 || size < leastSize {
			t.Errorf("%s: %d columns are printed in %.1f points", lang, n, size)
		}
	}
	sheet := numbers(25)
	sheet.PrintRows, sheet.Note = 10, strings.Repeat("a note ", 40)
	parts := contents(t, render(t, &report.Workbook{Sheets: []*report.Sheet{sheet}}))
	if part := parts["xl/workbook.xml"]; !strings.Contains(part, "$A$1:$B$11") {
		t.Errorf("the printed rows are not the first ten: %s", part)
	}
	part := parts["xl/worksheets/sheet1.xml"]
	if !strings.Contains(part, "On paper: 2 of 2 columns, 10 of 25 rows. The workbook has all.&#xA;a note") {
		t.Error("the page doesn't say what it leaves out before a long note on a line of its own")
	}
	if !strings.Contains(part, `top="0.65"`) {
		t.Error("a second line above the page runs into the rows")
	}
}
