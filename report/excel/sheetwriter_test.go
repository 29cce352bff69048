package excel

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
)

// failingRows fails where the last row should be.
func failingRows(rows func() iter.Seq2[[]report.Cell, error]) func() iter.Seq2[[]report.Cell, error] {
	return func() iter.Seq2[[]report.Cell, error] {
		return func(yield func([]report.Cell, error) bool) {
			var before []report.Cell
			for cells, err := range rows() {
				if before != nil && !yield(before, err) {
					return
				}
				before = cells
			}
			yield(nil, errFire)
		}
	}
}

// numbers is a sheet whose rows hold their number and a link to a row.
func numbers(count int) *report.Sheet {
	return &report.Sheet{
		Key: "detail", Title: "Detail",
		Columns: []report.Column{{Key: "n", Label: "N", Type: report.TypeInteger}, {Key: "id", Label: "ID", Type: report.TypeID}},
		Rows: rows(count, func(i int) []report.Cell {
			return []report.Cell{report.Integer(i).To("detail"), report.Text(strconv.Itoa(i))}
		}),
		Count: count, Empty: "none",
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		count int
		want  map[string]string // worksheet to its last row
	}{
		{0, map[string]string{"Detail": "none"}},
		{10, map[string]string{"Detail": "9"}},
		{11, map[string]string{"Detail": "9", "Detail_2": "10"}},
		{30, map[string]string{"Detail": "9", "Detail_2": "19", "Detail_3": "29"}},
	}
	for _, test := range tests {
		t.Run(strconv.Itoa(test.count), func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			wb := &report.Workbook{Sheets: []*report.Sheet{numbers(test.count)}}
			if err := write(&out, wb, nil, 10); err != nil {
				t.Fatal(err)
			}
			file := open(t, out.Bytes())
			got, total := make(map[string]string), 0
			for _, name := range file.GetSheetList() {
				read := readTable(t, file, name, 2)
				got[name] = read[len(read)-1][0]
				total += len(read) - 1
				tables, err := file.GetTables(name)
				if err != nil || len(tables) != 1 || tables[0].Range != fmt.Sprintf("A1:B%d", len(read)) {
					t.Errorf("worksheet %s has tables %+v, %v", name, tables, err)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("last rows (-want +got):\n%s", diff)
			}
			if total != max(1, test.count) {
				t.Errorf("%d rows, want %d", total, test.count)
			}
		})
	}
}

func TestLinksAcrossParts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := write(&out, &report.Workbook{Sheets: []*report.Sheet{numbers(25)}}, nil, 10); err != nil {
		t.Fatal(err)
	}
	parts := contents(t, out.Bytes())
	for part, want := range map[string]string{
		"xl/worksheets/sheet1.xml": `<hyperlink ref="A2" location="'Detail'!A1"/>`,
		"xl/worksheets/sheet3.xml": `<hyperlink ref="A6" location="'Detail'!A1"/>`,
	} {
		if !strings.Contains(parts[part], want) {
			t.Errorf("part %s lacks %s", part, want)
		}
	}
}

func TestLinksToMissingSheetsAreText(t *testing.T) {
	t.Parallel()
	sheet := numbers(1)
	sheet.Rows = rows(1, func(int) []report.Cell {
		return []report.Cell{report.Integer(1).To(report.SheetUnread), report.Text("x")}
	})
	parts := contents(t, render(t, &report.Workbook{Sheets: []*report.Sheet{sheet}}))
	if got := parts["xl/worksheets/sheet1.xml"]; strings.Contains(got, "hyperlink") {
		t.Errorf("there is a link to a sheet that is not there: %s", got)
	}
}

// TestGuards changes what excelize makes as another version of it might: each
// change must be noticed before a byte is written.
func TestGuards(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		part string
		from string
		to   string
	}{
		"rows end elsewhere":    {"xl/worksheets/sheet2.xml", "</sheetData>", "<sheetData/>"},
		"no print options":      {"xl/worksheets/sheet2.xml", "<printOptions", "<options"},
		"no footer":             {"xl/worksheets/sheet2.xml", "</headerFooter>", "</footer>"},
		"two ends of rows":      {"xl/worksheets/sheet2.xml", "<printOptions", "</sheetData><printOptions"},
		"another order":         {"xl/worksheets/sheet2.xml", "<sheetData>", "<printOptions/><sheetData>"},
		"other bounds of bars":  {"xl/worksheets/sheet2.xml", "autoMin", "min"},
		"another way to a part": {"xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", "sheets/sheet2.xml"},
		"other relations":       {"xl/_rels/workbook.xml.rels", `"rId1"`, `"id1"`},
		"charts with values":    {"xl/charts/chart1.xml", "<numCache><formatCode></formatCode>", "<numCache>"},
		"other references":      {"xl/charts/chart1.xml", "<strRef>", "<multiLvlStrRef>"},
		"other language":        {"xl/charts/chart2.xml", `lang val="en-US"`, `lang val="en-GB"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := newBook(fixture{lang: report.English, messages: 3}.workbook(), maxRows)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.build(); err != nil {
				t.Fatal(err)
			}
			p, err := ooxml.Collect(b.file)
			if err != nil {
				t.Fatal(err)
			}
			changed := bytes.ReplaceAll(p[test.part], []byte(test.from), []byte(test.to))
			if bytes.Equal(changed, p[test.part]) {
				t.Fatalf("part %s has no %s", test.part, test.from)
			}
			p[test.part] = changed
			var out bytes.Buffer
			if err := b.renderParts(&out, p, nil); err == nil || out.Len() > 0 {
				t.Errorf("got %v after %d bytes, want an error before the first", err, out.Len())
			}
		})
	}
}

func TestNotANumber(t *testing.T) {
	t.Parallel()
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		sheet := numbers(1)
		sheet.Rows = rows(1, func(int) []report.Cell { return []report.Cell{report.Number(value, true), {}} })
		err := Write(&bytes.Buffer{}, &report.Workbook{Sheets: []*report.Sheet{sheet}}, nil)
		if err == nil || !strings.Contains(err.Error(), "cell A2") {
			t.Errorf("%v: %v", value, err)
		}
	}
}
