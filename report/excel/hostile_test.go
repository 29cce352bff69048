package excel

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/report"
	"notifyaudit/report/excel/ooxml"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/sheets"
)

// hostileTexts are what somebody could call himself to break a workbook.
func hostileTexts() []string {
	list := []string{
		"\x00", "a\x01b\x02c", "\x1b]0;x\x07", "\x7f\u0080\u009f", "\ufffe\uffff", "\ufdd0",
		"\xed\xa0\x80", "\xed\xb0\x80\xed\xa0\x80", "\xff\xfe", "\xc0\xaf", "\xf4\x90\x80\x80", "a\xe4\xb8",
		"\u202egpj.exe", "\u2066a\u2069", "\u200e\u200f\u061c", "\u2028\u2029", "\ufeff=1+1",
		"=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", "\r\n=1", "{=1}", "=HYPERLINK(\"http://x\")",
		"_x0000_", "_x000D_", "_xD800_", "_x005F_x0041_", "]]>", "<![CDATA[", "<!--", "&#0;", "&lt;", "&amp;#x1b;", "<f>1</f>", "</t></is></c>",
		strings.Repeat("x", ooxml.MaxText), strings.Repeat("x", ooxml.MaxText+1), strings.Repeat("😀", ooxml.MaxText), strings.Repeat("\x00", ooxml.MaxText+1),
		strings.Repeat("=", 100), "'=1", "  ", "\n\n\n",
	}
	for r := range rune(0x20) {
		list = append(list, "c"+string(r)+"d")
	}
	return list
}

// spoilt says what a strict reader would not take of a text, by the words of
// XML 1.0 and of Unicode and not by ours.
func spoilt(s string) (replaced, cut bool) {
	units := 0
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		invalid := r == utf8.RuneError && size == 1
		turns := unicode.Is(unicode.Bidi_Control, r) && r != 0x200E && r != 0x200F && r != 0x061C
		if invalid || unicode.IsControl(r) && r != '\n' && r != '\t' || turns || r == 0xFFFE || r == 0xFFFF {
			replaced = true
		}
		units += utf16.RuneLen(r)
	}
	return replaced, units > ooxml.MaxText
}

// TestStrictReader is row 19 of the faults and attacks: a workbook of names that
// are made to break it is well-formed in every part, has no formula, holds no
// character that isn't one, and says how many texts were changed.
func TestStrictReader(t *testing.T) {
	t.Parallel()
	in := sample.Input(report.English)
	var people []job.Person
	var replaced, cut int
	count := func(s string) {
		r, c := spoilt(s)
		if r {
			replaced++
		}
		if c {
			cut++
		}
	}
	var results []*job.Result
	for i, s := range hostileTexts() {
		people = append(people, job.Person{UserID: fmt.Sprintf("u%03d", i), Name: s, Department: s, Manager: s, Email: s, Location: s})
		for range 5 {
			count(s)
		}
		m := job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: fmt.Sprintf("K%d", i)},
			Address: fmt.Sprintf("message.m%d", i), Title: s, Campaign: s, OpenConversationID: s,
			Tags: map[string]string{"tag": s},
		}
		count(s)
		count(s)
		count(s)
		count("tag=" + s)
		reading := &job.Reading{RunID: "r", StartedAt: sample.Now(), FinishedAt: sample.Now().Add(time.Second), SendStatus: job.SendSuccess}
		results = append(results, sample.Message(m, job.StatusCurrent, job.Listed("staff", []string{"u000", "u001"}), reading, "u001", "x"+s))
		count("x" + s)
	}
	in.Directory = job.NewDirectory(job.NewRoster("staff", "staff.csv", people))
	in.Results = sample.Stream(results)
	wb, err := sheets.Build(in, sheets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range wb.Sheets {
		if sheet.Key != report.SheetProblems {
			continue
		}
		told := map[string]string{}
		for row, err := range sheet.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			texts := fmt.Sprintf("%+v", row)
			for _, what := range []string{"a cell can't hold", "longer than a cell"} {
				if strings.Contains(texts, what) {
					told[what] = texts
				}
			}
		}
		for what, want := range map[string]int{"a cell can't hold": replaced, "longer than a cell": cut} {
			if !strings.Contains(told[what], fmt.Sprintf(" number:%d ", want)) {
				t.Errorf("texts %q: want %d in %.400s", what, want, told[what])
			}
		}
	}
	strict(t, render(t, wb))
}

// TestStrictReaderOfLinks is a sheet with more links than Excel takes.
func TestStrictReaderOfLinks(t *testing.T) {
	longtest.Require(t)
	t.Parallel()
	sheet := numbers(ooxml.MaxLinks + 100)
	sheet.Rows = rows(ooxml.MaxLinks+100, func(i int) []report.Cell {
		return []report.Cell{report.Integer(i).To(sheet.Key), report.Text("x")}
	})
	parts := strict(t, render(t, &report.Workbook{Sheets: []*report.Sheet{sheet}}))
	if n := strings.Count(parts["xl/worksheets/sheet1.xml"], "<hyperlink "); n != ooxml.MaxLinks {
		t.Errorf("there are %d links, want %d", n, ooxml.MaxLinks)
	}
}

// strict reads every part of a workbook as strictly as can be, and returns them.
func strict(t *testing.T, workbook []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r) // checks the sum
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if _, twice := parts[f.Name]; twice || !utf8.Valid(data) {
			t.Errorf("part %s is there twice, or is not UTF-8", f.Name)
		}
		parts[f.Name] = string(data)
	}
	for name, content := range parts {
		strictPart(t, name, content)
		if dir, file := path.Split(name); strings.HasSuffix(file, ".rels") {
			for _, target := range regexp.MustCompile(` Target="([^"]*)"`).FindAllStringSubmatch(content, -1) {
				whole := strings.TrimPrefix(target[1], "/")
				if whole == target[1] {
					whole = path.Join(dir, "..", target[1])
				}
				if _, there := parts[whole]; !there {
					t.Errorf("%s leads to %s, which is not there", name, whole)
				}
			}
		}
	}
	return parts
}

var cellReference = regexp.MustCompile(`^([A-Z]{1,3})([1-9][0-9]*)$`)

// strictPart reads one part: valid characters, no declaration but XML's own, and
// of a worksheet no formula, no text that is too long, and cells in their order.
func strictPart(t *testing.T, name, content string) {
	t.Helper()
	sheet := strings.HasPrefix(name, "xl/worksheets/sheet")
	row, column, depth, length := 0, "", 0, 0
	for d := xml.NewDecoder(strings.NewReader(content)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("part %s: %v", name, err)
		}
		switch token := token.(type) {
		case xml.Directive, xml.Comment:
			t.Errorf("part %s has a %T", name, token)
		case xml.CharData:
			length += len(utf16.Encode([]rune(string(token))))
			if depth == 0 && strings.TrimSpace(string(token)) != "" {
				t.Errorf("part %s has text outside of its root", name)
			}
		case xml.EndElement:
			depth--
		case xml.StartElement:
			depth++
			if token.Name.Local == "t" || token.Name.Local == "v" {
				length = 0
			}
			if sheet && (token.Name.Local == "f" || token.Name.Local == "oleObject") && !strings.Contains(token.Name.Space, "excel/2006/main") {
				t.Errorf("part %s has an element %s", name, token.Name.Local)
			}
			if sheet && token.Name.Local == "c" {
				row, column = strictCell(t, name, token, row, column)
			}
		}
		if sheet && length > 2*ooxml.MaxText { // what is escaped as _xHHHH_ is longer
			t.Fatalf("part %s has a text of %d characters", name, length)
		}
	}
	if depth != 0 {
		t.Errorf("part %s ends %d elements deep", name, depth)
	}
}

// strictCell checks a cell's place and type against the cell before it.
func strictCell(t *testing.T, part string, c xml.StartElement, row int, column string) (int, string) {
	t.Helper()
	for _, a := range c.Attr {
		switch a.Name.Local {
		case "t":
			if a.Value != "inlineStr" && a.Value != "s" && a.Value != "n" && a.Value != "b" && a.Value != "d" {
				t.Errorf("part %s has a cell of the type %q", part, a.Value)
			}
		case "r":
			at := cellReference.FindStringSubmatch(a.Value)
			if at == nil {
				t.Fatalf("part %s has a cell at %q", part, a.Value)
			}
			n, err := strconv.Atoi(at[2])
			before := len(column) > len(at[1]) || len(column) == len(at[1]) && column >= at[1]
			if err != nil || n < row || n == row && before {
				t.Errorf("part %s has the cell %s behind %s%d", part, a.Value, column, row)
			}
			return n, at[1]
		}
	}
	return row, column
}
