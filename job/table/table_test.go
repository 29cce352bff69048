package table_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"notifyaudit/job/table"
)

// read opens data and returns the rows as "line: cell|cell", errors in their
// places and warnings behind their rows.
func read(tb testing.TB, name string, data []byte) (header, rows []string, err error) {
	tb.Helper()
	r, err := table.Open(bytes.NewReader(data), int64(len(data)), name, table.Options{})
	if err != nil {
		return nil, nil, err
	}
	for row, err := range r.Rows() {
		if err != nil {
			rows = append(rows, "error: "+err.Error())
			continue
		}
		var texts []string
		for _, c := range row.Cells {
			texts = append(texts, c.Text)
		}
		rows = append(rows, fmt.Sprintf("%d: %s", row.Line, strings.Join(texts, "|")))
		for _, w := range row.Warnings {
			rows = append(rows, "warning: "+w.Detail)
		}
	}
	return r.Header(), rows, nil
}

func gb18030(tb testing.TB, text string) []byte {
	tb.Helper()
	data, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestCSV(t *testing.T) {
	tests := []struct {
		name   string
		data   []byte
		header []string
		rows   []string
	}{
		{"plain", []byte("a,b\n1,2\n3,4\n"), []string{"a", "b"}, []string{"2: 1|2", "3: 3|4"}},
		{"no newline at the end", []byte("a,b\n1,2"), []string{"a", "b"}, []string{"2: 1|2"}},
		{"CRLF", []byte("a,b\r\n1,2\r\n"), []string{"a", "b"}, []string{"2: 1|2"}},
		{"mark", []byte("\xef\xbb\xbfa,b\n1,2\n"), []string{"a", "b"}, []string{"2: 1|2"}},
		{"Chinese", []byte("工号,姓名\n1,王伟\n"), []string{"工号", "姓名"}, []string{"2: 1|王伟"}},
		{"GB18030", gb18030(t, "工号,姓名\n1,王伟\n2,𠮷\n"), []string{"工号", "姓名"}, []string{"2: 1|王伟", "3: 2|𠮷"}},
		{"quoted", []byte("a,b\n\"1,\"\"x\"\"\",2\n"), []string{"a", "b"}, []string{`2: 1,"x"|2`}},
		{"newline in a cell", []byte("a,b\n\"1\n1\",2\n3,4\n"), []string{"a", "b"}, []string{"2: 1\n1|2", "4: 3|4"}},
		{"blank lines", []byte("\na,b\n\n1,2\n,\n\n3,4\n"), []string{"a", "b"}, []string{"4: 1|2", "7: 3|4"}},
		{"white space", []byte(" a , b\n 1 ,\t2\n"), []string{"a", "b"}, []string{"2: 1|2"}},
		{"empty column", []byte("a,,b,\n1,,2,\n"), []string{"a", "", "b"}, []string{"2: 1||2"}},
		{"header only", []byte("a,b\n"), []string{"a", "b"}, nil},
		{
			"ragged rows", []byte("a,b\n1\n1,2,3\n4,5\n"),
			[]string{"a", "b"},
			[]string{
				"2: 1|",
				"error: row 3: the row has 3 cells and the header has 2: a separator or a quotation mark is missing or too many",
				"4: 4|5",
			},
		},
		{
			"quotation mark out of place", []byte("a,b\n1\"x,2\n3,4\n"),
			[]string{"a", "b"},
			[]string{
				`error: row 2: a quotation mark is out of place: write a cell that contains one in quotation marks, and "" for each within`,
				"3: 3|4",
			},
		},
		{
			"quotation mark missing", []byte("a,b\n1,2\n\"3,4\n5,6\n"),
			[]string{"a", "b"},
			[]string{"2: 1|2", "error: row 3: a quoted cell begins in this row and still goes on in line 4: a quotation mark is missing"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header, rows, err := read(t, "x.CSV", tt.data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.header, header); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, file string
		data       []byte
		says       string
	}{
		{"empty", "x.csv", nil, "first row must name the columns"},
		{"blank", "x.csv", []byte("\n,,\n"), "first row must name the columns"},
		{"a zero byte", "x.csv", []byte("a,b\n1,\x002\n"), "line 2 has a NUL byte"},
		{"UTF-16 with half a pair", "x.csv", []byte("\xff\xfea\x00\n\x00\x00\xd8b\x00"), "line 2 is not UTF-16LE"},
		{"neither encoding", "x.csv", []byte("a,b\n1,2\n\xff\xff,3\n"), "line 3 is neither UTF-8 nor GB18030"},
		{"mark, but not UTF-8", "x.csv", append([]byte("\xef\xbb\xbfa,b\n"), gb18030(t, "王,伟\n")...), "line 2 is not UTF-8"},
		{"a column twice", "x.csv", []byte("a,b,a\n"), `"a" twice, in columns 1 and 3`},
		{"full-width commas", "x.csv", []byte("a，b\n1，2\n"), "put commas between the cells"},
		{"an old workbook named csv", "x.csv", []byte("\xd0\xcf\x11\xe0zzzz"), "save it as .xlsx"},
		{"a csv named xlsx", "x.xlsx", []byte("a,b\n1,2\n"), "no Excel workbook"},
		{"a workbook with a password", "x.xlsx", []byte("\xd0\xcf\x11\xe0zzzz"), "password"},
		{"json", "x.json", []byte("{}"), ".csv, .xlsx or .jsonl"},
		{"no extension", "x", []byte("{}"), ".csv, .xlsx or .jsonl"},
		{"a row without an end", "x.csv", []byte("a,b\n\"" + strings.Repeat("x\n", 1<<20)), "longer than 1024 KiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, rows, err := read(t, tt.file, tt.data)
			got := strings.Join(rows, "\n")
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, tt.says) {
				t.Errorf("got %q, want %q in it", got, tt.says)
			}
		})
	}
}

func TestUnknownFormatIsErrFormat(t *testing.T) {
	if _, err := table.Open(bytes.NewReader(nil), 0, "x.txt", table.Options{}); !errors.Is(err, table.ErrFormat) {
		t.Errorf("got %v", err)
	}
}

// TestRunesAcrossReads puts a rune across every boundary of the detector's reads.
func TestRunesAcrossReads(t *testing.T) {
	for shift := range 4 {
		text := "a\n" + strings.Repeat("x", shift) + strings.Repeat("𠮷", 40_000) + "\n"
		_, rows, err := read(t, "x.csv", []byte(text))
		if err != nil || len(rows) != 1 || strings.Contains(rows[0], "\ufffd") {
			t.Errorf("shift %d: got %d rows, error %v", shift, len(rows), err)
		}
	}
}

func TestRowIsReadAgain(t *testing.T) {
	data := []byte("a,b\n1,2\n3,4\n")
	r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.csv", table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var lines []int
		for row, err := range r.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, row.Line)
			if row.Line == 2 && row.String() != "1,2" {
				t.Errorf("got %s", row)
			}
		}
		if diff := cmp.Diff([]int{2, 3}, lines); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\n\"x\ny\"\n", "\xef\xbb\xbfa\n", "\xff\xfea\x00", "a;b", "a,b\n1\n", "a\n\"", "\xb9\xa4\xba\xc5\n1\n"} {
		f.Add(seed, false)
	}
	f.Add(string(book(f, [][]any{{"a", "b"}, {1, "x"}})), true)
	f.Add("PK\x05\x06"+strings.Repeat("\x00", 18), true)
	f.Fuzz(func(t *testing.T, data string, xlsx bool) {
		name := "x.csv"
		if xlsx {
			name = "x.xlsx"
		}
		r, err := table.Open(strings.NewReader(data), int64(len(data)), name, table.Options{})
		if err != nil {
			return
		}
		last := 0
		for row, err := range r.Rows() {
			if err != nil {
				continue
			}
			if len(row.Cells) != len(r.Header()) {
				t.Errorf("line %d has %d cells for %d columns", row.Line, len(row.Cells), len(r.Header()))
			}
			if !xlsx && row.Line <= last {
				t.Errorf("line %d comes after line %d", row.Line, last)
			}
			last = row.Line
		}
	})
}
