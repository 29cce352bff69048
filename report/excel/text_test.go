package excel

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

// oddTexts are texts that programs stumble over.
func oddTexts() []string {
	return []string{
		"", " ", "benefits", "福利\n通知", "=HYPERLINK(\"http://example.com\")", "\x00\x01\uFFFE\xff",
		"_x0041_", "_x005F_x0041_", "_x005f_", "__x00e9_x000D_", "_x_x0041_",
		"a\r\nb\r", " lead and trail ", "'quoted'", "History", `:\/?*[]`, "😀\u202Eevil", "<f>1</f>", "]]></t>",
	}
}

// TestOddTexts writes each text everywhere at once, and reads it back: as a cell, a
// header, a sheet's name and the document's title.
func TestOddTexts(t *testing.T) {
	t.Parallel()
	for _, s := range oddTexts() {
		written := render(t, &report.Workbook{Title: s, Version: s, Sheets: []*report.Sheet{{
			Key: "notes", Title: s, Count: 1, Empty: s,
			Columns: []report.Column{{Key: "a", Label: s, Wrap: true, Width: 20}, {Key: "b", Label: s}},
			Rows: rows(1, func(int) []report.Cell {
				return []report.Cell{report.Text(s), report.Text("end").To("notes")}
			}),
		}}})
		parts := contents(t, written)
		for part, content := range parts {
			checkXML(t, part, content)
		}
		sheet := readSheet(t, parts, "xl/worksheets/sheet1.xml")
		if got := sheet["A2"]; got != ooxml.Clean(s) {
			t.Errorf("cell A2 holds %q, want %q", got, ooxml.Clean(s))
		}
		want := labels([]report.Column{{Key: "a", Label: s}, {Key: "b", Label: s}})
		if got := []string{sheet["A1"], sheet["B1"]}; !slices.Equal(got, want) {
			t.Errorf("the headers are %q, want %q", got, want)
		}
		if got := tableColumns(t, parts["xl/tables/table1.xml"]); !slices.Equal(got, want) {
			t.Errorf("the table's columns are %q, want %q", got, want)
		}
		file := open(t, written)
		if got, err := file.GetCellValue(file.GetSheetName(0), "B2"); err != nil || got != "end" {
			t.Errorf("beside %q: cell B2 is %q, %v", s, got, err)
		}
	}
}

// TestOddTextsOnTheSummary has them in what excelize writes: the summary and the
// charts' values.
func TestOddTextsOnTheSummary(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"_x0041_", "_x005F_x0041_", "__x00e9_"} {
		parts := contents(t, render(t, &report.Workbook{Summary: &report.Summary{
			Sheet: s, Title: s, Headline: report.Headline{Sentences: []string{s}, Verdict: s}, Figures: []report.Figure{{Label: s, Value: report.Text(s), Note: s}},
			Charts: []report.Chart{{Title: s, ValueLabel: s, Bars: []report.Bar{{Label: s, Value: 0.5}}}},
		}}))
		summary := readSheet(t, parts, "xl/worksheets/sheet1.xml")
		for _, cell := range []string{"A1", "A3", "A4", "A5", "A6"} {
			if summary[cell] != s {
				t.Errorf("cell %s of the summary holds %q, want %q", cell, summary[cell], s)
			}
		}
		data := readSheet(t, parts, "xl/worksheets/sheet2.xml")
		for _, cell := range []string{"A1", "A2", "B1"} {
			if data[cell] != s {
				t.Errorf("cell %s of the chart data holds %q, want %q", cell, data[cell], s)
			}
		}
		cached := regexp.MustCompile(`<strCache><ptCount val="1"/><pt idx="0"><v>([^<]*)</v>`).FindAllStringSubmatch(parts["xl/charts/chart1.xml"], -1)
		if len(cached) != 2 {
			t.Fatalf("there are %d cached texts", len(cached))
		}
		for _, match := range cached {
			if got := unescape(t, match[1]); got != s {
				t.Errorf("the chart has %q, want %q", got, s)
			}
		}
		if regexp.MustCompile(`<sheet name="[^"]*_x[0-9A-Fa-f]{4}_`).MatchString(parts["xl/workbook.xml"]) {
			t.Errorf("a worksheet's name would be read otherwise: %s", parts["xl/workbook.xml"])
		}
	}
}

// readSheet returns the texts of a worksheet by cell, read here and not by excelize,
// whose reading of escapes is its own.
func readSheet(t *testing.T, parts map[string]string, name string) map[string]string {
	t.Helper()
	var shared struct {
		Texts []string `xml:"si>t"`
	}
	if err := xml.Unmarshal([]byte(parts["xl/sharedStrings.xml"]), &shared); err != nil {
		t.Fatal(err)
	}
	var worksheet struct {
		Rows []struct {
			Cells []struct {
				Ref   string `xml:"r,attr"`
				Type  string `xml:"t,attr"`
				Text  string `xml:"is>t"`
				Value string `xml:"v"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := xml.Unmarshal([]byte(parts[name]), &worksheet); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, row := range worksheet.Rows {
		for _, cell := range row.Cells {
			text := cell.Text
			if cell.Type == "s" {
				n, err := strconv.Atoi(cell.Value)
				if err != nil {
					t.Fatal(err)
				}
				text = shared.Texts[n]
			}
			all[cell.Ref] = unescape(t, text)
		}
	}
	return all
}

func tableColumns(t *testing.T, part string) []string {
	t.Helper()
	var table struct {
		Columns []struct {
			Name string `xml:"name,attr"`
		} `xml:"tableColumns>tableColumn"`
	}
	if err := xml.Unmarshal([]byte(part), &table); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range table.Columns {
		names = append(names, unescape(t, c.Name))
	}
	return names
}

// unescape reads a value of the type ST_Xstring.
func unescape(t *testing.T, s string) string {
	t.Helper()
	return regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`).ReplaceAllStringFunc(s, func(escaped string) string {
		unit, err := strconv.ParseUint(escaped[2:6], 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		return string(utf16.Decode([]uint16{uint16(unit)}))
	})
}

func FuzzTabName(f *testing.F) {
	for _, seed := range oddTexts() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := tabNames{}.pick(s, "key", "_2")
		if name == "" || len(utf16.Encode([]rune(name))) > maxTabName || strings.ContainsAny(name, `:\/?*[]`) || name[0] == '\'' || unescape(t, name) != name {
			t.Errorf("%q is no name for a worksheet", name)
		}
	})
}
