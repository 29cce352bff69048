package table_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"notifyaudit/job/table"
)

// TestWorkbooksOfPeople reads workbooks as people and their programs made them.
func TestWorkbooksOfPeople(t *testing.T) {
	const uncalculated = `, in the column "department", holds a formula without its value: open the workbook in a spreadsheet program and save it`
	tests := map[string][]string{
		"ooxml-escapes.xlsx":                {"2: u1|王\r\n芳|研发\t一部", "3: u2|李_x0041_|财务部"},
		"formula-without-cached-value.xlsx": {"error: row 2: cell C2" + uncalculated, "error: row 3: cell C3" + uncalculated},
		"leading-zero-number-format.xlsx":   {"2: 000123|甲|研发部", "3: 000124|乙|研发部", "4: 000125|丙|研发部"},
		"merged-department-cells.xlsx":      {"2: u1|甲|研发部", "3: u2|乙|研发部", "4: u3|丙|研发部", "5: u4|丁|财务部"},
		"first-sheet-hidden.xlsx":           {"2: u1|甲|研发部"},
		"cover-sheet-first.xlsx":            {"2: 更新：2026-11-01"},
	}
	for name, want := range tests {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		_, rows, err := read(t, "x.xlsx", data)
		if diff := cmp.Diff(want, rows); err != nil || diff != "" {
			t.Errorf("%s: error %v, rows (-want +got):\n%s", name, err, diff)
		}
	}
}

// A bookSheet is a sheet of a workbook in the making.
type bookSheet struct {
	name   string
	hidden bool
	chart  bool
	rows   [][]any
}

// sheets makes a workbook of sheets. A chart is a worksheet under the type of a
// chart sheet: nobody looks into it.
func sheets(tb testing.TB, all ...bookSheet) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	check := func(err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	check(f.SetSheetName("Sheet1", all[0].name))
	for i, s := range all {
		_, err := f.NewSheet(s.name)
		check(err)
		if !s.hidden {
			f.SetActiveSheet(i)
		}
		for i, row := range s.rows {
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			check(err)
			check(f.SetSheetRow(s.name, cell, &row))
		}
	}
	for _, s := range all {
		check(f.SetSheetVisible(s.name, !s.hidden))
	}
	data := bytesOf(tb, f)
	const relations = "xl/_rels/workbook.xml.rels"
	text := part(tb, data, relations)
	for i, s := range all {
		if s.chart {
			target := fmt.Sprintf(`Target="worksheets/sheet%d.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`, i+1)
			if !strings.Contains(text, target+"worksheet") {
				tb.Fatalf("no relation %s in %s", target, text)
			}
			text = strings.Replace(text, target+"worksheet", target+"chartsheet", 1)
		}
	}
	return replaced(tb, data, map[string]io.Reader{relations: strings.NewReader(text)})
}

// part is one of a workbook's.
func part(tb testing.TB, data []byte, name string) string {
	tb.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	text, err := fs.ReadFile(z, name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func people(name string) [][]any { return [][]any{{"user_id", "name"}, {name, "x"}} }

// TestSheet: which sheet is read, and what is said of the others.
func TestSheet(t *testing.T) {
	data := sheets(t,
		bookSheet{name: "图表", chart: true}, bookSheet{name: "2025", hidden: true, rows: people("old")},
		bookSheet{name: "员工", rows: people("u1")}, bookSheet{name: "说明", rows: [][]any{{"请勿修改"}}}, bookSheet{name: "Leavers", rows: people("left")},
	)
	tests := []struct {
		sheet, row, error string
		warnings          []string
	}{
		{sheet: "", row: "u1", warnings: []string{`"2025" (hidden), "Leavers"`}},
		{sheet: "员工", row: "u1"},
		{sheet: "leavers", row: "left"},
		{sheet: "2025", row: "old"},
		{sheet: "图表", error: "chart"},
		{sheet: "staff", error: `no sheet "staff": its sheets are "2025" (hidden), "员工", "说明", "Leavers"`},
	}
	for _, tt := range tests {
		r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", table.Options{Sheet: tt.sheet})
		if tt.error != "" {
			if err == nil || !strings.Contains(err.Error(), tt.error) {
				t.Errorf("%q: got error %v", tt.sheet, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", tt.sheet, err)
			continue
		}
		for row, err := range r.Rows() {
			if err != nil || row.Cells[0].Text != tt.row {
				t.Errorf("%q: got %s, %v", tt.sheet, row, err)
			}
		}
		if tt.sheet != "" && !strings.EqualFold(r.Origin().Sheet, tt.sheet) || r.Origin().Sheet == "" {
			t.Errorf("%q: origin %v", tt.sheet, r.Origin())
		}
		if len(r.Warnings()) != len(tt.warnings) {
			t.Errorf("%q: warnings %v", tt.sheet, r.Warnings())
		}
		for i, w := range r.Warnings() {
			if !strings.Contains(w.Detail, tt.warnings[i]) {
				t.Errorf("%q: warning %v", tt.sheet, w)
			}
		}
	}
}

func TestSheetOfOtherFiles(t *testing.T) {
	if _, err := table.Open(strings.NewReader("a\n1\n"), 4, "x.csv", table.Options{Sheet: "Staff"}); err == nil || !strings.Contains(err.Error(), "only an xlsx has sheets") {
		t.Errorf("got %v", err)
	}
}

// TestNoVisibleWorksheet: every sheet is a chart or hidden.
func TestNoVisibleWorksheet(t *testing.T) {
	data := sheets(t, bookSheet{name: "图表", chart: true}, bookSheet{name: "2025", hidden: true, rows: people("old")})
	_, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", table.Options{})
	if err == nil || !strings.Contains(err.Error(), `"2025" (hidden)`) {
		t.Errorf("got %v", err)
	}
}

// TestWhereabouts: where the column is that the header doesn't have.
func TestWhereabouts(t *testing.T) {
	title := sheets(t, bookSheet{name: "花名册", rows: [][]any{{"2026年员工花名册"}, {"制表：人事部"}, {"user_id", "name"}, {"u1", "x"}}})
	cover := sheets(t, bookSheet{name: "封面", rows: [][]any{{"说明"}, {"请勿修改"}}}, bookSheet{name: "员工", rows: people("u1")})
	for name, tt := range map[string]struct {
		file string
		data []byte
		says []string
		not  string
	}{
		"a title":                   {"x.xlsx", title, []string{"Row 3 has it: delete the rows above"}, "sheet"},
		"a cover sheet":             {"x.xlsx", cover, []string{`The sheet "封面" was read`, `"封面", "员工"`, `write sheet = "员工"`}, "Row"},
		"a title in a csv":          {"x.csv", []byte("2026年员工花名册;;\nuser_id;name;note\nu1;x;\n"), []string{"Row 2 has it"}, "sheet"},
		"a title without semicolon": {"x.csv", []byte("2026年员工花名册\n\nuser_id;name;note\nu1;x;\n"), []string{"Row 3 has it"}, "sheet"},
		"a title with a comma":      {"x.csv", []byte("员工花名册, 2026-11-27\nuser_id;name\nu1;x\nu2;y\n"), []string{"Row 2 has it"}, "sheet"},
		"nowhere":                   {"x.csv", []byte("工号,name\nu1,x\n"), nil, "Row"},
	} {
		r, err := table.Open(bytes.NewReader(tt.data), int64(len(tt.data)), tt.file, table.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := r.Whereabouts("user_id")
		for _, want := range tt.says {
			if !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q in it", name, got, want)
			}
		}
		if strings.Contains(got, tt.not) || tt.says == nil && got != "" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// TestHeaderErrorNamesTheSheet: an empty first sheet, a header twice.
func TestHeaderErrorNamesTheSheet(t *testing.T) {
	data := sheets(t, bookSheet{name: "Sheet1", rows: nil}, bookSheet{name: "员工", rows: people("u1")})
	if _, _, err := read(t, "x.xlsx", data); err == nil || !strings.Contains(err.Error(), `sheet "Sheet1": the table is empty`) || !strings.Contains(err.Error(), `"员工"`) {
		t.Errorf("got %v", err)
	}
}
