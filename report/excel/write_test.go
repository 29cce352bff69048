package excel

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"notifyaudit/job/longtest"
	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

func fixtures() map[string]fixture {
	all := make(map[string]fixture)
	for _, lang := range []report.Language{report.English, report.Chinese} {
		for _, messages := range []int{0, 1, 12, 300}[:longtest.N(3, 4)] {
			for _, long := range []bool{false, true} {
				name := fmt.Sprintf("%s/%d/long=%t", lang, messages, long)
				all[name] = fixture{lang: lang, messages: messages, long: long, incomplete: long}
			}
		}
	}
	return all
}

func render(t *testing.T, wb *report.Workbook) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, wb, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T, content []byte) *excelize.File {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	return file
}

// contents are the parts of a package.
func contents(t *testing.T, content []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string, len(archive.File))
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(b)
	}
	return all
}

// shown is how a spreadsheet shows a cell of a column.
func shown(cell report.Cell, column report.Column, zone *time.Location) string {
	if text, ok := cell.Text(); ok {
		return text
	}
	if at, ok := cell.Time(); ok {
		return at.In(zone).Format("2006-01-02 15:04")
	}
	n, ok := cell.Number()
	switch {
	case !ok:
		return ""
	case column.Type == report.TypeRate:
		return fmt.Sprintf("%.1f%%", n*100)
	case column.Type == report.TypeChange: // excelize reads no format for 0
		return fmt.Sprintf("%+.1f%%", n*100)
	case n >= 1000:
		return fmt.Sprintf("%d,%03d", int(n)/1000, int(n)%1000)
	default:
		return fmt.Sprint(n)
	}
}

// table is what a sheet's worksheet must show.
func table(t *testing.T, sheet *report.Sheet, zone *time.Location) [][]string {
	t.Helper()
	all := [][]string{labels(sheet.Columns)}
	for cells, err := range sheet.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(cells))
		for i := range cells {
			row[i] = shown(cells[i], sheet.Columns[i], zone)
		}
		all = append(all, row)
	}
	if sheet.Count == 0 {
		row := make([]string, len(sheet.Columns))
		row[0] = sheet.Empty
		all = append(all, row)
	}
	return all
}

func readTable(t *testing.T, file *excelize.File, name string, columns int) [][]string {
	t.Helper()
	all, err := file.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		for len(all[i]) < columns {
			all[i] = append(all[i], "")
		}
		all[i] = all[i][:columns] // a chart's data and a legend are beside the table
	}
	return all
}

func TestWriteKeepsEveryCell(t *testing.T) {
	t.Parallel()
	for name, f := range fixtures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wb := f.workbook()
			file := open(t, render(t, wb))
			for _, sheet := range wb.Sheets {
				got := readTable(t, file, sheet.Title, len(sheet.Columns))
				if diff := cmp.Diff(table(t, sheet, wb.Location), got); diff != "" {
					t.Errorf("sheet %s (-want +got):\n%s", sheet.Key, diff)
				}
				checkTable(t, file, sheet)
			}
		})
	}
}

// checkTable sees to the sheet's only table and to the range that read-only
// readers go by.
func checkTable(t *testing.T, file *excelize.File, sheet *report.Sheet) {
	t.Helper()
	want := "A1:" + cellName(len(sheet.Columns), 1+max(1, sheet.Count))
	tables, err := file.GetTables(sheet.Title)
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 1 || tables[0].Range != want || tables[0].Name != tableName(sheet.Key) {
		t.Errorf("sheet %s has tables %+v, want one over %s", sheet.Key, tables, want)
	}
	if sheet.Chart != nil || len(scaleColumns(sheet)) > 0 {
		return // it reaches beyond the table: see TestLineChart and TestScale
	}
	if got, err := file.GetSheetDimension(sheet.Title); err != nil || got != want {
		t.Errorf("sheet %s has dimension %s, %v; want %s", sheet.Key, got, err, want)
	}
}

func TestWriteIsWellFormed(t *testing.T) {
	t.Parallel()
	for name, f := range fixtures() {
		if f.messages > 12 {
			continue // more of the same
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for part, content := range contents(t, render(t, f.workbook())) {
				checkXML(t, part, content)
				never := []string{"External", "xuri", "Excelize", "autoMin"}
				if part != "xl/worksheets/sheet1.xml" { // the summary is read, and not sorted or filtered
					never = append(never, "<mergeCell")
				}
				for _, never := range never {
					if strings.Contains(content, never) {
						t.Errorf("part %s has %q", part, never)
					}
				}
			}
		})
	}
}

// checkXML reads a part strictly. Worksheets have no formula and no filter of
// their own, and their elements come in the schema's order.
func checkXML(t *testing.T, part, content string) {
	t.Helper()
	order := []string{
		"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells", "conditionalFormatting", "hyperlinks",
		"printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "ignoredErrors", "drawing", "tableParts", "extLst",
	}
	depth, at := 0, 0
	for decoder := xml.NewDecoder(strings.NewReader(content)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("part %s: %v", part, err)
		}
		start, ok := token.(xml.StartElement)
		if _, end := token.(xml.EndElement); end {
			depth--
		}
		if !ok {
			continue
		}
		depth++
		if !strings.HasPrefix(part, "xl/worksheets/sheet") {
			continue
		}
		if name := start.Name.Local; name == "autoFilter" || name == "f" && start.Name.Space != "http://schemas.microsoft.com/office/excel/2006/main" {
			t.Errorf("part %s has an element %s", part, name)
		}
		if depth != 2 {
			continue
		}
		for at < len(order) && order[at] != start.Name.Local {
			at++
		}
		if at == len(order) {
			t.Fatalf("part %s: element %s is out of order", part, start.Name.Local)
		}
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	t.Parallel()
	f := fixture{lang: report.Chinese, messages: 40, long: true}
	first := render(t, f.workbook())
	for range 5 {
		if !bytes.Equal(first, render(t, f.workbook())) {
			t.Fatal("the same workbook came out differently")
		}
	}
}

func TestWriteDescribesTheDocument(t *testing.T) {
	t.Parallel()
	file := open(t, render(t, fixture{lang: report.Chinese, messages: 12}.workbook()))
	got, err := file.GetDocProps()
	if err != nil {
		t.Fatal(err)
	}
	want := &excelize.DocProperties{
		Title: "第四季度福利通知", Creator: "notifyaudit", LastModifiedBy: "notifyaudit", Language: "zh-CN",
		Created: "2026-11-23T09:30:00Z", Modified: "2026-11-23T09:30:00Z", Version: "0.1.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	names := make(map[string]string)
	for _, name := range file.GetDefinedName() {
		names[name.Scope+"!"+name.Name] = name.RefersTo
	}
	wantNames := map[string]string{
		"Workbook!DataAsOf": "'概览'!$B$28", "Workbook!ReadRate": "'概览'!$A$5", "Workbook!Coverage": "'概览'!$B$9",
		"概览!_xlnm.Print_Area":   names["概览!_xlnm.Print_Area"],
		"消息!_xlnm.Print_Titles": "'消息'!$1:$1", "消息!_xlnm.Print_Area": "'消息'!$A$1:$L$13",
		"部门!_xlnm.Print_Titles": "'部门'!$1:$1", "部门!_xlnm.Print_Area": "'部门'!$A$1:$D$13",
		"未读名单!_xlnm.Print_Titles": "'未读名单'!$1:$1", "未读名单!_xlnm.Print_Area": "'未读名单'!$A$1:$D$37",
		"说明!_xlnm.Print_Titles": "'说明'!$1:$1", "说明!_xlnm.Print_Area": "'说明'!$A$1:$B$3",
		"矩阵!_xlnm.Print_Titles": "'矩阵'!$1:$1", "矩阵!_xlnm.Print_Area": "'矩阵'!$A$1:$N$13",
		"趋势!_xlnm.Print_Titles": "'趋势'!$1:$1", "趋势!_xlnm.Print_Area": "'趋势'!$A$1:$O$25",
	}
	if diff := cmp.Diff(wantNames, names); diff != "" {
		t.Errorf("defined names (-want +got):\n%s", diff)
	}
	if got, err := file.GetCellValue("概览", "A5"); err != nil || got != "73.4%" {
		t.Errorf("the read rate's cell shows %q, %v", got, err)
	}
}

func TestWriteMarksUpASheet(t *testing.T) {
	t.Parallel()
	parts := contents(t, render(t, fixture{lang: report.English, messages: 12}.workbook()))
	sheet := parts["xl/worksheets/sheet2.xml"]
	for _, want := range []string{
		`<ignoredErrors><ignoredError sqref="L2:L13" numberStoredAsText="1"/></ignoredErrors>`,
		`<hyperlink ref="A2" location="'Unread'!A1"/>`,
		`<x14:cfvo type="num"><xm:f>0</xm:f></x14:cfvo><x14:cfvo type="num"><xm:f>1</xm:f></x14:cfvo>`,
		`state="frozen"`, `ySplit="1"`, `fitToWidth="1"`, `fitToHeight="0"`, `orientation="landscape"`, `paperSize="9"`,
		`&amp;A · &amp;P/&amp;N</oddFooter>`, `<tabColor rgb="FF`, `fitToPage="true"`,
	} {
		if !strings.Contains(sheet, want) {
			t.Errorf("the messages' worksheet lacks %s", want)
		}
	}
	if got := parts["xl/worksheets/sheet4.xml"]; !strings.Contains(got, `t="inlineStr"><is><t>=u0@example.com</t>`) {
		t.Error("a text that looks like a formula is not a text")
	}
}

// A column to fill in says so where it is chosen; texts in it stay texts.
func TestPrompts(t *testing.T) {
	t.Parallel()
	sheet := numbers(3)
	sheet.Columns[1].Prompt = "Keep <a copy>, or ${run.date}."
	got := contents(t, render(t, &report.Workbook{Sheets: []*report.Sheet{sheet}}))["xl/worksheets/sheet1.xml"]
	for _, want := range []string{
		`<dataValidations count="1"><dataValidation allowBlank="true"`, `sqref="B2:B4"`,
		`prompt="Keep &lt;a copy&gt;, or ${run.date}."`, `promptTitle="ID"`, `showInputMessage="true"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the worksheet lacks %s", want)
		}
	}
}

func TestChartsHoldTheirValues(t *testing.T) {
	t.Parallel()
	parts := contents(t, render(t, fixture{lang: report.Chinese, messages: 3}.workbook()))
	for _, chart := range []string{"xl/charts/chart1.xml", "xl/charts/chart2.xml"} {
		for want, count := range map[string]int{
			`<strCache><ptCount val="1"/><pt idx="0"><v>已读率</v></pt></strCache>`:                                   1,
			`<pt idx="0"><v>甲</v></pt><pt idx="1"><v>乙</v></pt><pt idx="2"><v>丙</v></pt></strCache>`:               2,
			`<formatCode>0.0%</formatCode><ptCount val="3"/><pt idx="0"><v>0</v></pt><pt idx="1"><v>0.37</v></pt>`: 1,
			`<pt idx="2"><v>0.9</v></pt></numCache>`:                                                               1,
			`<lang val="zh-CN">`:                                                                                   1,
			`<numCache><formatCode></formatCode>`:                                                                  0,
		} {
			if got := strings.Count(parts[chart], want); got != count {
				t.Errorf("%s has %s %d times, want %d", chart, want, got, count)
			}
		}
	}
	if got := strings.Count(parts["xl/drawings/drawing1.xml"], `descr="各`); got != 2 {
		t.Errorf("%d charts have a text for those who can't see them", got)
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	sheet := func(change func(*report.Sheet)) *report.Workbook {
		s := fixture{messages: 3}.messageSheet()
		change(s)
		return &report.Workbook{Sheets: []*report.Sheet{s}}
	}
	tests := map[string]struct {
		wb   *report.Workbook
		want string
	}{
		"no sheet":     {&report.Workbook{}, "no sheet"},
		"no columns":   {sheet(func(s *report.Sheet) { s.Columns = nil }), "no columns"},
		"too few rows": {sheet(func(s *report.Sheet) { s.Count = 4 }), "3 rows and not the 4"},
		"too many":     {sheet(func(s *report.Sheet) { s.Count = 2 }), "more rows than the 2"},
		"other width":  {sheet(func(s *report.Sheet) { s.Columns = s.Columns[:5] }), "12 cells and not 5"},
		"twice": {&report.Workbook{Sheets: []*report.Sheet{
			fixture{}.noteSheet(), fixture{}.noteSheet(),
		}}, "twice"},
		"failing rows": {sheet(func(s *report.Sheet) { s.Rows = failingRows(s.Rows) }), "read row 3: disk on fire"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			var scratches scratches
			err := Write(&out, test.wb, scratches.make)
			if scratches.open != 0 {
				t.Errorf("%d scratches are still open", scratches.open)
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want an error with %q", err, test.want)
			}
			if _, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len())); err == nil {
				t.Error("what was written opens as a zip file")
			}
		})
	}
}

var errFire = errors.New("disk on fire")

// scratches counts those that are open.
type scratches struct{ open int }

func (s *scratches) make() Scratch {
	s.open++
	return &countedScratch{of: s}
}

type countedScratch struct {
	ooxml.Memory

	of *scratches
}

func (c *countedScratch) Close() error {
	c.of.open--
	return c.Memory.Close()
}

// failingScratch takes nothing, or can't be read.
type failingScratch struct {
	ooxml.Memory

	writes bool
}

func (f *failingScratch) Write(b []byte) (int, error) {
	if f.writes {
		return f.Memory.Write(b)
	}
	return 0, errFire
}

func (*failingScratch) ReadAt([]byte, int64) (int, error) { return 0, errFire }

func TestWriteReportsAFailingScratch(t *testing.T) {
	t.Parallel()
	for name, scratch := range map[string]func() Scratch{
		"write": func() Scratch { return &failingScratch{} },
		"read":  func() Scratch { return &failingScratch{writes: true} },
	} {
		if err := Write(io.Discard, fixture{messages: 20}.workbook(), scratch); !errors.Is(err, errFire) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// failingWriter takes so many bytes.
type failingWriter struct{ room int }

func (w *failingWriter) Write(b []byte) (int, error) {
	if w.room -= len(b); w.room < 0 {
		return 0, errFire
	}
	return len(b), nil
}

func TestWriteReportsAFailingWriter(t *testing.T) {
	t.Parallel()
	wb := fixture{messages: 20}.workbook()
	size := len(render(t, wb))
	for room := 0; room < size; room += size / 10 {
		var scratches scratches
		if err := Write(&failingWriter{room: room}, wb, scratches.make); !errors.Is(err, errFire) || scratches.open != 0 {
			t.Fatalf("with room for %d of %d bytes: %v", room, size, err)
		}
	}
}
