package table_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"notifyaudit/job/table"
)

// book makes a workbook of rows as excelize writes it.
func book(tb testing.TB, rows [][]any) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			tb.Fatal(err)
		}
	}
	return bytesOf(tb, f)
}

// TestDatesOf1904: a workbook that counts its days from 1904, as Excel did on the Mac,
// shows another day for the same number.
func TestDatesOf1904(t *testing.T) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	from1904 := true
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}); err != nil {
		t.Fatal(err)
	}
	const isoDay = 14
	style, err := f.NewStyle(&excelize.Style{NumFmt: isoDay})
	if err != nil {
		t.Fatal(err)
	}
	for at, value := range map[string]any{"A1": "user_id", "B1": "left", "A2": "u1", "B2": 44900, "A3": "u2", "B3": 44900.75} {
		if err := f.SetCellValue("Sheet1", at, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellStyle("Sheet1", "B2", "B3", style); err != nil {
		t.Fatal(err)
	}
	_, rows, err := read(t, "x.xlsx", bytesOf(t, f))
	want := []string{"2: u1|2026-12-06", "3: u2|2026-12-06 18:00:00"}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
}

func bytesOf(tb testing.TB, f *excelize.File) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// replaced exchanges parts of a workbook.
func replaced(tb testing.TB, data []byte, parts map[string]io.Reader) []byte {
	tb.Helper()
	src, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	dst := zip.NewWriter(&b)
	for _, part := range src.File {
		w, err := dst.Create(part.Name)
		if err != nil {
			tb.Fatal(err)
		}
		r, found := parts[part.Name]
		if !found {
			if r, err = part.Open(); err != nil {
				tb.Fatal(err)
			}
		}
		if _, err := io.Copy(w, r); err != nil {
			tb.Fatal(err)
		}
	}
	if err := dst.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// sheet is a worksheet part with these rows.
func sheet(rows string) io.Reader {
	return strings.NewReader(`<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>` +
		rows + `</x:sheetData></x:worksheet>`)
}

func TestXLSX(t *testing.T) {
	_, rows, err := read(t, "x.xlsx", book(t, [][]any{
		{"user_id", "name", "joined", "n"},
		{"123456789012345678", " 王伟 ", time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), 1.5},
		nil,
		{1001, nil, time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC), true},
		{"", "only a name"},
	}))
	want := []string{
		"2: 123456789012345678|王伟|2026-11-20|1.5",
		"4: 1001||2026-11-20 09:30:00|TRUE",
		"5: |only a name||",
	}
	if diff := cmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
}

func TestNumericCells(t *testing.T) {
	data := book(t, [][]any{{"a", "b", "c", "d"}, {"1234567890123456", 1234567890123456, 46346.395833333336, "x"}})
	r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		text, number, date := row.Cells[0], row.Cells[1], row.Cells[2]
		if text.Numeric || text.Digits() != 16 {
			t.Errorf("got text cell %+v with %d digits", text, text.Digits())
		}
		if !number.Numeric || number.Digits() != 16 {
			t.Errorf("got number cell %+v with %d digits", number, number.Digits())
		}
		if at, ok := date.Date(); !ok || !at.Equal(time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)) {
			t.Errorf("got date %v, %v", at, ok)
		}
		if _, ok := row.Cells[3].Date(); ok {
			t.Error("a text is a date")
		}
	}
}

// TestSheetsOfOtherPrograms reads what excelize doesn't write.
func TestSheetsOfOtherPrograms(t *testing.T) {
	tests := []struct {
		name, rows string
		want       []string
	}{
		{
			"inline and formula texts",
			`<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c r="B1" t="str"><x:f>X()</x:f><x:v>b</x:v></x:c></x:row>` +
				`<x:row r="3"><x:c r="A3" t="inlineStr"><x:is><x:r><x:t>1</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh><x:r><x:t>2</x:t></x:r></x:is></x:c><x:c r="B3"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>`,
			[]string{"3: 12|2"},
		},
		{
			"no references",
			`<x:row><x:c t="str"><x:v>a</x:v></x:c><x:c t="str"><x:v>b</x:v></x:c></x:row><x:row><x:c><x:v>1E2</x:v></x:c><x:c><x:v>1.0</x:v></x:c></x:row>`,
			[]string{"2: 100|1"},
		},
		{
			"dates as texts",
			`<x:row><x:c t="str"><x:v>a</x:v></x:c><x:c t="str"><x:v>b</x:v></x:c></x:row><x:row><x:c t="d"><x:v>2026-11-20T00:00:00.000Z</x:v></x:c><x:c t="d"><x:v>2026-11-20T09:30:00</x:v></x:c></x:row>`,
			[]string{"2: 2026-11-20|2026-11-20 09:30:00"},
		},
		{
			"gaps, and cells beyond the header",
			`<x:row r="2"><x:c r="B2" t="str"><x:v>b</x:v></x:c></x:row><x:row r="5"><x:c r="B5" t="str"><x:v>1</x:v></x:c></x:row><x:row r="6"><x:c r="C6" t="str"><x:v>1</x:v></x:c></x:row>`,
			[]string{"5: |1", "error: row 6: the row has 3 cells and the header has 2: name the column, or clear the cell beyond it"},
		},
		{
			"error cells",
			`<x:row r="1"><x:c r="A1" t="str"><x:v>a</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="e"><x:v>#N/A</x:v></x:c></x:row><x:row r="3"><x:c r="A3" t="str"><x:v>1</x:v></x:c></x:row>`,
			[]string{`error: row 2: cell A2, in the column "a", holds the error #N/A`, "3: 1"},
		},
		{
			"a string that isn't there",
			`<x:row r="1"><x:c r="A1" t="str"><x:v>a</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="s"><x:v>99</x:v></x:c></x:row>`,
			[]string{"error: the sheet is damaged at row 2: a cell points outside of the shared strings"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := replaced(t, book(t, [][]any{{"x"}}), map[string]io.Reader{"xl/worksheets/sheet1.xml": sheet(tt.rows)})
			_, rows, err := read(t, "x.xlsx", data)
			if diff := cmp.Diff(tt.want, rows); err != nil || diff != "" {
				t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestFirstSheetIsTheFirstOfTheBook(t *testing.T) {
	f := excelize.NewFile()
	if _, err := f.NewSheet("Other"); err != nil {
		t.Fatal(err)
	}
	for cell, text := range map[string]string{"A1": "a", "A2": "of the second"} {
		if err := f.SetCellStr("Other", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MoveSheet("Other", "Sheet1"); err != nil {
		t.Fatal(err)
	}
	_, rows, err := read(t, "x.xlsx", bytesOf(t, f))
	if diff := cmp.Diff([]string{"2: of the second"}, rows); err != nil || diff != "" {
		t.Errorf("error %v, rows (-want +got):\n%s", err, diff)
	}
}

// zeros yields n bytes of one letter, as a bomb does.
func zeros(head string, n int64, tail string) io.Reader {
	return io.MultiReader(strings.NewReader(head), io.LimitReader(letter{}, n), strings.NewReader(tail))
}

type letter struct{}

func (letter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestBombs(t *testing.T) {
	const head = `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>`
	plain := book(t, [][]any{{"a"}, {"text"}})
	tests := map[string]map[string]io.Reader{
		"a long cell":        {"xl/worksheets/sheet1.xml": zeros(head, 8<<20, "</v></c></row></sheetData></worksheet>")},
		"a long tag":         {"xl/worksheets/sheet1.xml": zeros("<worksheet ", 8<<20, `="x"/>`)},
		"many cells":         {"xl/worksheets/sheet1.xml": sheet(`<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2">` + strings.Repeat("<c><v>1</v></c>", 100_000) + "</row>")},
		"a far column":       {"xl/worksheets/sheet1.xml": sheet(`<row r="1"><c r="ZZZZ1" t="str"><v>a</v></c></row>`)},
		"a large workbook":   {"xl/workbook.xml": zeros("<workbook>", 17<<20, "</workbook>")},
		"a long string":      {"xl/sharedStrings.xml": zeros("<sst><si><t>", 8<<20, "</t></si></sst>")},
		"a string in pieces": {"xl/sharedStrings.xml": strings.NewReader("<sst><si>" + strings.Repeat("<t>"+strings.Repeat("a", 1000)+"</t>", 2000) + "</si></sst>")},
		"a sheet cut off":    {"xl/worksheets/sheet1.xml": strings.NewReader(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>a</v></c></row>`)},
	}
	for name, parts := range tests {
		t.Run(name, func(t *testing.T) {
			data := replaced(t, plain, parts)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, rows, err := read(t, "x.xlsx", data)
			runtime.ReadMemStats(&after)
			if err == nil && !strings.Contains(strings.Join(rows, "\n"), "error: ") {
				t.Errorf("it was read: %d rows", len(rows))
			}
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 64<<20 {
				t.Errorf("%d MiB were allocated", allocated>>20)
			}
		})
	}
}

// TestDeclaredSizes checks that a part which says that it is huge isn't unpacked.
func TestDeclaredSizes(t *testing.T) {
	src := book(t, [][]any{{"a"}, {"text"}})
	z, err := zip.NewReader(bytes.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			dst := zip.NewWriter(&b)
			for _, part := range z.File {
				header := part.FileHeader
				if header.Name == name {
					header.UncompressedSize64 = 2 << 30
				}
				w, err := dst.CreateRaw(&header)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := part.OpenRaw()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(w, raw); err != nil {
					t.Fatal(err)
				}
			}
			if err := dst.Close(); err != nil {
				t.Fatal(err)
			}
			_, _, err := read(t, "x.xlsx", b.Bytes())
			if err == nil || !strings.Contains(err.Error(), "larger than") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func BenchmarkRows(b *testing.B) {
	rows := [][]any{{"process_query_key", "title", "audience"}}
	for i := range 20_000 {
		rows = append(rows, []any{fmt.Sprintf("key-%d", i), "Your payslip", fmt.Sprintf("u%d", i)})
	}
	data := book(b, rows)
	for b.Loop() {
		if _, got, err := read(b, "x.xlsx", data); err != nil || len(got) != 20_000 {
			b.Fatalf("got %d rows, error %v", len(got), err)
		}
	}
}

// edited is a workbook whose first sheet excelize edits.
func edited(tb testing.TB, edit func(f *excelize.File) error) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	if err := edit(f); err != nil {
		tb.Fatal(err)
	}
	return bytesOf(tb, f)
}

// TestFormulas: a formula has the value that a spreadsheet calculated, or none.
func TestFormulas(t *testing.T) {
	const header = `<x:row r="1"><x:c r="A1" t="str"><x:v>id</x:v></x:c><x:c r="B1" t="str"><x:v>n</x:v></x:c></x:row><x:row r="2"><x:c r="A2" t="str"><x:v>u1</x:v></x:c>`
	const without, never = `error: row 2: cell B2, in the column "n", holds a formula without its value`, `error: row 2: cell B2, in the column "n", holds a formula that was never calculated`
	for cell, want := range map[string][2]string{ // calculated on load: no, yes
		`<x:c r="B2"><x:f>1+1</x:f></x:c>`:                                  {without, without},
		`<x:c r="B2"><x:f>1+1</x:f><x:v/></x:c>`:                            {without, without},
		`<x:c r="B2"><x:f>1+1</x:f><x:v></x:v></x:c>`:                       {without, without},
		`<x:c r="B2" t="str"><x:f>1+1</x:f></x:c>`:                          {without, without},
		`<x:c r="B2" t="shared"><x:f t="shared" si="0"/></x:c>`:             {without, without},
		`<x:c r="B2"><x:f>1+1</x:f><x:v>0</x:v></x:c>`:                      {"2: u1|0", never},
		`<x:c r="B2"><x:f>1+1</x:f><x:v>2</x:v></x:c>`:                      {"2: u1|2", "2: u1|2"},
		`<x:c r="B2" t="str"><x:f>""</x:f><x:v></x:v></x:c>`:                {"2: u1|", never},
		`<x:c r="B2" t="str"><x:f>"x_x0041_"</x:f><x:v>_x0041_</x:v></x:c>`: {"2: u1|A", "2: u1|A"},
		`<x:c r="B2"><x:v>0</x:v></x:c>`:                                    {"2: u1|0", "2: u1|0"},
		`<x:c r="B2" t="b"><x:f>TRUE()</x:f><x:v>1</x:v></x:c>`:             {"2: u1|TRUE", "2: u1|TRUE"},
		`<x:c r="B2" t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c>`:          {`error: row 2: cell B2, in the column "n", holds the error #DIV/0!`, `error: row 2: cell B2, in the column "n", holds the error #DIV/0!`},
	} {
		for i, calc := range []string{"", `<calcPr calcId="191029" fullCalcOnLoad="1"/>`} {
			data := replaced(t, book(t, [][]any{{"x"}}), map[string]io.Reader{
				"xl/worksheets/sheet1.xml": sheet(header + cell + `</x:row>`),
				"xl/workbook.xml":          strings.NewReader(`<workbook xmlns:r="r"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>` + calc + `</workbook>`),
			})
			_, rows, err := read(t, "x.xlsx", data)
			if err != nil || len(rows) < 1 || !strings.HasPrefix(rows[0], want[i]) {
				t.Errorf("%s %s: got %q, %v; want %q", cell, calc, rows, err, want[i])
			}
			stale := strings.Contains(cell, "<x:f") && calc != "" && !strings.HasPrefix(rows[0], "error")
			if warned := len(rows) == 2 && strings.Contains(rows[1], "may be out of date"); warned != stale {
				t.Errorf("%s %s: warnings %q", cell, calc, rows[1:])
			}
		}
	}
}

// TestUnusedColumns: what is wrong in a column that nobody uses is a warning.
func TestUnusedColumns(t *testing.T) {
	data := replaced(t, book(t, [][]any{{"x"}}), map[string]io.Reader{"xl/worksheets/sheet1.xml": sheet(
		`<x:row r="1"><x:c r="A1" t="str"><x:v>user_id</x:v></x:c><x:c r="B1" t="str"><x:v>note</x:v></x:c></x:row>` +
			`<x:row r="2"><x:c r="A2" t="str"><x:v>u1</x:v></x:c><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c></x:row>` +
			`<x:row r="3" hidden="1"><x:c r="A3" t="str"><x:v>u2</x:v></x:c><x:c r="B3"><x:f>1</x:f></x:c></x:row>` +
			`<x:row r="4"><x:c r="B4" t="e"><x:v>#REF!</x:v></x:c></x:row>`)})
	r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r.Use([]int{0})
	var got []string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.String())
		for _, w := range row.Warnings {
			got = append(got, w.Summary+": "+w.Detail)
		}
	}
	want := []string{
		"u1,", `Cell without a value: The cell B2, in the column "note", holds the error #N/A. Nothing uses the column, and the cell is taken as empty.`,
		"u2,", `Cell without a value: The cell B3, in the column "note", holds a formula without its value: open the workbook in a spreadsheet program and save it. Nothing uses the column, and the cell is taken as empty.`,
		"Hidden row: Row 3 is hidden in the sheet and is read like the others. Delete it if it doesn't belong to the table.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// TestMergedCells hold for all their rows.
func TestMergedCells(t *testing.T) {
	rows := [][]any{
		{"user_id", "department", "team", "n"},
		{"u1", "研发部", "一组", 1},
		{"u2"},
		{"u3", nil, "二组"},
		nil,
		{"u4"},
		{"u5", "财务部"},
		{"u6"},
	}
	for name, tt := range map[string]struct {
		merges [][2]string
		want   []string
	}{
		"one column":  {[][2]string{{"B2", "B6"}, {"B7", "B8"}}, []string{"2: u1|研发部|一组|1", "3: u2|研发部||", "4: u3|研发部|二组|", "6: u4|研发部||", "7: u5|财务部||", "8: u6|财务部||"}},
		"two columns": {[][2]string{{"B2", "B6"}, {"C2", "C3"}, {"D2", "D4"}}, []string{"2: u1|研发部|一组|1", "3: u2|研发部|一组|1", "4: u3|研发部|二组|1", "6: u4|研发部||", "7: u5|财务部||", "8: u6|||"}},
		"along a row": {[][2]string{{"B7", "D7"}}, []string{"2: u1|研发部|一组|1", "3: u2|||", "4: u3||二组|", "6: u4|||", "7: u5|财务部||", "8: u6|||"}},
		"a block":     {[][2]string{{"B7", "C8"}}, []string{"2: u1|研发部|一组|1", "3: u2|||", "4: u3||二组|", "6: u4|||", "7: u5|财务部||", "8: u6|财务部||"}},
	} {
		data := edited(t, func(f *excelize.File) error {
			for i, row := range rows {
				if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
					return err
				}
			}
			for _, m := range tt.merges {
				if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
					return err
				}
			}
			return nil
		})
		_, got, err := read(t, "x.xlsx", data)
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: error %v, rows (-want +got):\n%s", name, err, diff)
		}
	}
}

// TestMergedHeader: names of columns over two rows can't be read as one row.
func TestMergedHeader(t *testing.T) {
	data := edited(t, func(f *excelize.File) error {
		for i, row := range [][]any{{"user_id", "contact"}, {nil, "email", "phone"}, {"u1", "a", "b"}} {
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
				return err
			}
		}
		return errors.Join(f.MergeCell("Sheet1", "A1", "A2"), f.MergeCell("Sheet1", "B1", "C1"))
	})
	if _, _, err := read(t, "x.xlsx", data); err == nil || !strings.Contains(err.Error(), "cell A1 of the header is merged") {
		t.Errorf("got %v", err)
	}
}

// TestHostileWorkbooks: memory stays bounded, whatever a workbook repeats.
func TestHostileWorkbooks(t *testing.T) {
	plain := book(t, [][]any{{"a"}, {"text"}})
	const row = `<row r="1"><c r="A1" t="str"><v>a</v></c></row>`
	text := strings.Repeat("x", 1<<19)
	var styles, merged, overlapping strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&overlapping, `<mergeCell ref="A%d:A1048576"/>`, i+2)
	}
	for i := range 100_000 {
		fmt.Fprintf(&styles, `<numFmt numFmtId="%d" formatCode="%s"/>`, i, strings.Repeat("0-", 100))
		fmt.Fprintf(&merged, `<mergeCell ref="A%d:A%d"/>`, i+1, 1<<20)
	}
	for name, parts := range map[string]map[string]io.Reader{
		"formats":     {"xl/styles.xml": strings.NewReader("<styleSheet><numFmts>" + styles.String() + "</numFmts><cellXfs>" + strings.Repeat("<xf/>", 1<<17) + "</cellXfs></styleSheet>")},
		"merges":      {"xl/worksheets/sheet1.xml": strings.NewReader("<worksheet><sheetData>" + row + "</sheetData><mergeCells>" + strings.Repeat(merged.String(), 4) + "</mergeCells></worksheet>")},
		"overlapping": {"xl/worksheets/sheet1.xml": strings.NewReader("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row>" + strings.Repeat("<row><c t=\"str\"><v>b</v></c></row>", 100_000) + "</sheetData><mergeCells>" + overlapping.String() + "</mergeCells></worksheet>")},
		"a wide row":  {"xl/worksheets/sheet1.xml": strings.NewReader("<worksheet><sheetData>" + row + "<row>" + strings.Repeat(`<c t="s"><v>0</v></c>`, 10_000) + "</row></sheetData></worksheet>"), "xl/sharedStrings.xml": strings.NewReader("<sst><si><t>" + text + "</t></si></sst>")},
		"many sheets": {"xl/workbook.xml": strings.NewReader("<workbook><sheets>" + strings.Repeat(`<sheet name="`+strings.Repeat("x", 31)+`" id="rId1"/>`, 100_000) + "</sheets></workbook>")},
	} {
		t.Run(name, func(t *testing.T) {
			data := replaced(t, plain, parts)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", table.Options{})
			if err == nil {
				for range r.Rows() { //nolint:errcheck // only what is held counts
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			runtime.KeepAlive(r)
			if held := int64(after.HeapAlloc) - int64(before.HeapAlloc); held > 48<<20 {
				t.Errorf("%d MiB are held", held>>20)
			}
		})
	}
}
