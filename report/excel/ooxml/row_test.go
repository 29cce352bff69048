package ooxml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestLinksAreBounded(t *testing.T) {
	t.Parallel()
	w := &RowWriter{linked: MaxLinks - 1}
	if !w.Link(&Column{Letters: "A"}, "'Detail'!A2") {
		t.Error("the last link that a worksheet takes is left out")
	}
	if w.Link(&Column{Letters: "A"}, "'Detail'!A2") || w.linked != MaxLinks {
		t.Errorf("there are %d links", w.linked)
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var w RowWriter
	w.Reset(&out, 1)
	a, b := &Column{Letters: "A", Style: 1, LinkStyle: 2}, &Column{Letters: "B", Style: 3}
	w.BeginRow(0)
	w.Text(a, w.Link(a, "'Tom & Ann'!A1"), " x")
	if err := w.Number(b, false, 0.1); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.EndRow()); err != nil {
		t.Fatal(err)
	}
	w.BeginRow(30)
	w.Empty(a, false)
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if err := w.Number(b, false, value); !errors.Is(err, ErrNotFinite) {
			t.Errorf("%v: %v", value, err)
		}
	}
	if err := w.Number(b, false, 1e6); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.EndRow(), w.Flush()); err != nil {
		t.Fatal(err)
	}
	out.Write(w.appendLinks(nil))
	want := `<row r="2"><c r="A2" s="2" t="inlineStr"><is><t xml:space="preserve"> x</t></is></c><c r="B2" s="3"><v>0.1</v></c></row>` +
		`<row r="3" ht="30.0" customHeight="1"><c r="A3" s="1"/><c r="B3" s="3"><v>1000000</v></c></row>` +
		`<hyperlinks><hyperlink ref="A2" location="'Tom &amp; Ann'!A1"/></hyperlinks>`
	if got := out.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// FuzzText writes any text as a cell and reads it back.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", " ", "福利\n通知", "=1+1", "\x00\uFFFE\xff", "_x0041_", "_x005F_x0041_", "a\r\nb\r", "😀\u202Eevil", "]]></t>"} {
		f.Add(seed)
	}
	escape := regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)
	f.Fuzz(func(t *testing.T, s string) {
		want := Clean(s)
		if !utf8.ValidString(want) || len(utf16.Encode([]rune(want))) > MaxText {
			t.Fatalf("%q is not clean", want)
		}
		var out bytes.Buffer
		var w RowWriter
		w.Reset(&out, 0)
		w.BeginRow(0)
		w.Text(&Column{Letters: "A"}, false, want)
		if err := errors.Join(w.EndRow(), w.Flush()); err != nil {
			t.Fatal(err)
		}
		var row struct {
			Text string `xml:"c>is>t"`
		}
		if err := xml.Unmarshal(out.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.Text != EscapeString(want) {
			t.Errorf("the cell holds %q, want %q", row.Text, EscapeString(want))
		}
		got := escape.ReplaceAllStringFunc(row.Text, func(e string) string {
			if e != escapedUnderscore {
				t.Errorf("%q is an escape that was meant as text", e)
			}
			return "_"
		})
		if got != want {
			t.Errorf("the cell is read as %q, want %q", got, want)
		}
		if strings.Contains(row.Text, "\r") {
			t.Errorf("%q has a carriage return", row.Text)
		}
	})
}
