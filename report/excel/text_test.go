package excel

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"notifyaudit/report"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"plain":              {"benefits 福利 😀", "benefits 福利 😀"},
		"empty":              {"", ""},
		"tab and line":       {"a\tb\nc", "a\tb\nc"},
		"line ends":          {"a\r\nb\rc\n", "a\nb\nc\n"},
		"control characters": {"a\x00b\x08c\x1fd", "a\ufffdb\ufffdc\ufffdd"},
		"escape sequence":    {"\x1b[31mred", "\ufffd[31mred"},
		"not UTF-8":          {"a\xff\xfeb\xe4\xb8", "a\ufffd\ufffdb\ufffd\ufffd"},
		"surrogate":          {"a\xed\xa0\x80b", "a\ufffd\ufffd\ufffdb"},
		"not characters":     {"a\ufffeb\uffffc", "a\ufffdb\ufffdc"},
		"replaced already":   {"a\ufffdb", "a\ufffdb"},
		"formula":            {"=1+1", "=1+1"},
		"as long as it may":  {strings.Repeat("a", maxText), strings.Repeat("a", maxText)},
		"too long":           {strings.Repeat("a", maxText+1), strings.Repeat("a", maxText-1) + "…"},
		"long in bytes only": {strings.Repeat("福", maxText), strings.Repeat("福", maxText)},
		"too long in pairs":  {strings.Repeat("😀", maxText/2+1), strings.Repeat("😀", maxText/2) + "…"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := clean(test.in); got != test.want {
				t.Errorf("got %.80q, want %.80q", got, test.want)
			}
		})
	}
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"a & b <c> \"d\"":  "a &amp; b &lt;c&gt; &quot;d&quot;",
		"_x0041_":          "_x005F_x0041_",
		"__x00e9_":         "__x005F_x00e9_",
		"_x004_ _xGGGG_":   "_x004_ _xGGGG_",
		"_x005F_x0041_":    "_x005F_x005F_x005F_x0041_",
		"]]>":              "]]&gt;",
		"snake_case_name_": "snake_case_name_",
	}
	for in, want := range tests {
		if got := string(appendText([]byte("|"), in)); got != "|"+want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// oddTexts are texts that others stumble over.
func oddTexts() []string {
	return []string{
		"", " ", "benefits", "福利\n通知", "=HYPERLINK(\"http://example.com\")", "\x00\x01\uFFFE\xff", "_x0041_", "_x005F_x0041_",
		"a\r\nb\r", " lead and trail ", "'quoted'", "History", `:\/?*[]`, "😀\u202Eevil", "<f>1</f>", "]]></t>",
	}
}

// FuzzSheetText writes any text as a cell and reads it back, and makes a
// worksheet's name of it.
func FuzzSheetText(f *testing.F) {
	for _, seed := range oddTexts() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := clean(s)
		if !utf8.ValidString(want) || len(utf16.Encode([]rune(want))) > maxText {
			t.Fatalf("%q is not clean", want)
		}
		w := &rowWriter{buf: []byte(`<worksheet><sheetData><row/><row><c s="1`)}
		w.text(s)
		sheet := string(w.buf) + "</row></sheetData></worksheet>"
		checkXML(t, "cell", sheet)
		if got := inlineText(t, sheet); got != want {
			t.Errorf("the cell holds %q, want %q", got, want)
		}
		name := tabNames{}.pick(s, "key", "_2")
		if name == "" || len(utf16.Encode([]rune(name))) > maxTabName || strings.ContainsAny(name, `:\/?*[]`) || name[0] == '\'' {
			t.Errorf("%q is no name for a worksheet", name)
		}
	})
}

// TestOddTexts writes each text everywhere at once: as a cell, a header, a
// sheet's name and the document's title.
func TestOddTexts(t *testing.T) {
	t.Parallel()
	for _, s := range oddTexts() {
		written := render(t, &report.Workbook{Title: s, Version: s, Sheets: []*report.Sheet{{
			Key: "notes", Title: s, Count: 1, Empty: s,
			Columns: []report.Column{{Key: "a", Label: s, Wrap: true, Width: 20}, {Key: "b", Label: s}},
			Rows: rows(1, func(int) []report.Cell {
				return []report.Cell{report.Text(s), report.Text("end").To("notes", 0)}
			}),
		}}})
		parts := contents(t, written)
		for part, content := range parts {
			checkXML(t, part, content)
		}
		if got := inlineText(t, parts["xl/worksheets/sheet1.xml"]); got != clean(s) {
			t.Errorf("cell A2 holds %q, want %q", got, clean(s))
		}
		file := open(t, written)
		if got, err := file.GetCellValue(file.GetSheetName(0), "B2"); err != nil || got != "end" {
			t.Errorf("beside %q: cell B2 is %q, %v", s, got, err)
		}
	}
}

// inlineText is the text of cell A2, unescaped here and not by excelize, whose
// reading of _x005F_ is its own.
func inlineText(t *testing.T, sheet string) string {
	t.Helper()
	var worksheet struct {
		Rows []struct {
			Cells []struct {
				Text string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := xml.Unmarshal([]byte(sheet), &worksheet); err != nil {
		t.Fatal(err)
	}
	text := worksheet.Rows[1].Cells[0].Text
	var b strings.Builder
	for text != "" {
		if isEscape(text) && text[2:6] == "005F" {
			b.WriteByte('_')
			text = text[7:]
			continue
		}
		if isEscape(text) {
			t.Errorf("an unescaped %q", text[:7])
		}
		b.WriteByte(text[0])
		text = text[1:]
	}
	return b.String()
}
