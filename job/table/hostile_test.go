package table_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"notifyaudit/job/table"
)

// FuzzSheet reads any sheet and any shared strings within a workbook that is
// otherwise whole: the XML that a fuzzer of zip files never gets to.
func FuzzSheet(f *testing.F) {
	const head = `<worksheet><sheetData>`
	for _, seed := range [][2]string{
		{head + `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row><row><c><v>1</v></c></row></sheetData></worksheet>`, `<sst><si><t>a</t></si></sst>`},
		{head + `<row><c t="s"><v>1</v></c></row>`, `<sst><si/></sst>`},
		{head + `<row><c r="XFD1"><v>1</v></c></row><row><c r="A1"/><c r="A1"/></row></sheetData>`, ""},
		{head + `<row r="-1"><c r="1"><v>1</v></c></row><row r="99999999999999999999"><c r="ZZZZ1"><v>1</v></c></row></sheetData>`, ""},
		{head + `<row><c><v>1e308</v></c></row><row><c s="1"><v>1e308</v></c></row><row><c s="1"><v>-1</v></c></row></sheetData>`, ""},
		{head + `<row><c t="e"><v>#REF!</v></c></row><row><c t="b"><v>1</v></c></row></sheetData>`, ""},
		{`<!DOCTYPE x [<!ENTITY a "b">]>` + head + `<row><c t="str"><v>&a;</v></c></row></sheetData>`, ""},
		{head + `<row><c><v><![CDATA[<]]></v></c></row></sheetData>`, `<sst><si><r><t>a</t></r><rPh><t>x</t></rPh></si></sst>`},
	} {
		f.Add(seed[0], seed[1])
	}
	whole := book(f, [][]any{{"a", "b"}, {1, "x"}})
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		data := replaced(t, whole, map[string]io.Reader{
			"xl/worksheets/sheet1.xml": strings.NewReader(sheet), "xl/sharedStrings.xml": strings.NewReader(shared),
		})
		r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.xlsx", table.Options{})
		if err != nil {
			if len(err.Error()) > 10_000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			return
		}
		for row, err := range r.Rows() {
			if err != nil {
				continue
			}
			if len(row.Cells) != len(r.Header()) || row.Line < 1 {
				t.Errorf("row %d has %d cells for %d columns", row.Line, len(row.Cells), len(r.Header()))
			}
			for _, c := range row.Cells {
				if c.Text != strings.TrimSpace(c.Text) || len(c.Text) > table.MaxRow || !utf8.ValidString(c.Text) {
					t.Errorf("a cell holds %.100q", c.Text)
				}
			}
		}
	})
}

// TestQuotationMarksOutOfPlace: a mark that encoding/csv finds out of place must
// not hide another one, behind which a row would go on for ever.
func TestQuotationMarksOutOfPlace(t *testing.T) {
	data := "a\nx\"\n\"" + strings.Repeat("y\n", 1<<20) + "\"\nz\n"
	_, rows, err := read(t, "x.csv", []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if last := rows[len(rows)-1]; len(rows) != 2 || !strings.Contains(last, "longer than 1024 KiB") {
		t.Errorf("%d rows, the last %.200q", len(rows), last)
	}
}

// TestTokensAreBounded: nothing in a sheet may be longer than a row, whatever
// there is in it that looks like the begin of something else.
func TestTokensAreBounded(t *testing.T) {
	whole := book(t, [][]any{{"a"}})
	for name, around := range map[string][2]string{
		"comment": {"<!--", "-->"}, "CDATA section": {"<row><c><v><![CDATA[", "]]></v></c></row>"}, "instruction": {"<?x ", "?>"},
		"declaration": {"<!DOCTYPE x [", "]>"}, "attribute": {`<row r="`, `"/>`}, "name": {"<", "/>"},
	} {
		t.Run(name, func(t *testing.T) {
			filler := strings.Repeat("< ", table.MaxRow)
			if name == "attribute" || name == "name" {
				filler = strings.Repeat("x", 2*table.MaxRow)
			}
			sheet := `<worksheet><sheetData><row><c t="inlineStr"><is><t>a</t></is></c></row>` + around[0] + filler + around[1] + `</sheetData></worksheet>`
			data := replaced(t, whole, map[string]io.Reader{"xl/worksheets/sheet1.xml": strings.NewReader(sheet)})
			_, rows, err := read(t, "x.xlsx", data)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || !strings.Contains(rows[0], "longer than 1024 KiB") {
				t.Errorf("%d rows: %.200q", len(rows), rows)
			}
		})
	}
}
