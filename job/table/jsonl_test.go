package table_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/table"
)

func TestJSONL(t *testing.T) {
	tests := []struct {
		name   string
		data   string
		header []string
		rows   []string
	}{
		{"plain", `{"a":"1","b":"2"}` + "\n" + `{"a":"3","b":"4"}` + "\n", []string{"a", "b"}, []string{"1: 1|2", "2: 3|4"}},
		{"no newline at the end, white space", ` { "a" : "1" , "b":2 } `, []string{"a", "b"}, []string{"1: 1|2"}},
		{"blank lines, CRLF, mark", "\xef\xbb\xbf{\"a\":\"1\"}\r\n\r\n{\"a\":\"2\"}\r\n", []string{"a"}, []string{"1: 1", "3: 2"}},
		{"names left out and new ones", `{"a":"1"}` + "\n" + `{"b":"2"}`, []string{"a", "b"}, []string{"1: 1|", "2: |2"}},
		{"another order", `{"a":1,"b":2}` + "\n" + `{"b":4,"a":3}`, []string{"a", "b"}, []string{"1: 1|2", "2: 3|4"}},
		{"kinds of values", `{"n":12345678901234567890,"f":0.5,"t":true,"z":null,"s":""}`, []string{"n", "f", "t", "z", "s"}, []string{"1: 12345678901234567890|0.5|true||"}},
		{"escapes", `{"\u0061":"\u738b\n\"x\""}`, []string{"a"}, []string{"1: 王\n\"x\""}},
		{"lists", `{"a":["u1", 7],"b":[]}`, []string{"a", "b"}, []string{`1: ["u1", 7]|`}},
		{"an object in a cell", `{"a":{"b":1}}` + "\n" + `{"a":"2"}`, []string{"a"}, []string{`error: row 1: "a" holds an object, or a list within a list: a value is a text, a number, true, false, null, or a list of texts`, "2: 2"}},
		{"a list in a list", `{"a":[["u1"]]}` + "\n" + `{"a":"2"}`, []string{"a"}, []string{`error: row 1: "a" holds an object, or a list within a list: a value is a text, a number, true, false, null, or a list of texts`, "2: 2"}},
		{"a number with an exponent", `{"a":1e3,"b":true}` + "\n" + `{"a":"2","b":false}`, []string{"a", "b"}, []string{`error: row 1: "a" holds a number in scientific notation: write it out, or as a text in quotation marks`, "2: 2|false"}},
		{"no object", `"x"` + "\n" + `{"a":"2"}`, []string{"a"}, []string{`error: row 1: the line is no JSON object: write {"name": "value", …}`, "2: 2"}},
		{"name twice", `{"a":"1","a":"2"}`, []string{"a"}, []string{`error: row 1: the object has "a" twice`}},
		{"comma missing", `{"a":"1" "b":2}` + "\n" + `{"a":"3"}`, []string{"a"}, []string{"error: row 1: a comma or a closing brace is expected at character 10", "2: 3"}},
		{"no value", `{"a":yes}` + "\n" + `{"a":"3"}`, []string{"a"}, []string{"error: row 1: a value is expected at character 6", "2: 3"}},
		{"cut off", `{"a":"3"}` + "\n" + `{"a":"3`, []string{"a"}, []string{"1: 3", "error: row 2: the line ends where a quotation mark is expected: an object must stand on one line"}},
		{"two objects", `{"a":"3"} {"a":"4"}`, []string{"a"}, []string{"error: row 1: the end of the line is expected at character 11"}},
		{"not UTF-8", `{"a":"3"}` + "\n{\"a\":\"\xff\"}", []string{"a"}, []string{"1: 3", "error: row 2: the line is not UTF-8 text"}},
		{"empty elements", `{"a":["", null],"b":["u1;u2", null, "x"]}`, []string{"a", "b"}, []string{`1: |["u1;u2", null, "x"]`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			header, rows, err := read(t, "x.jsonl", []byte(tt.data))
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

func TestJSONLRefused(t *testing.T) {
	tests := map[string]struct{ data, want string }{
		"array":     {"[\n{\"a\":1}\n]", "one JSON array"},
		"a csv":     {"a,b\n1,2\n", "line 1: the line is no JSON object"},
		"indented":  {"{\n  \"a\": 1\n}\n", "line 1: the line ends where"},
		"Python":    {"{'a': 1}\n", "line 1: a text in quotation marks is expected"},
		"empty":     {" \n\n", "the table is empty"},
		"long line": {`{"a":"` + strings.Repeat("x", table.MaxRow) + `"}`, "line 1 is longer than 1024 KiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if _, _, err := read(t, "x.jsonl", []byte(tt.data)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// A line that nests as deep as it is long must not overflow the stack, and a
// table is never held.
func TestJSONLBounded(t *testing.T) {
	line := `{"a":` + strings.Repeat("[", table.MaxRow/2) + "\n"
	data := []byte(`{"a":"1"}` + "\n" + strings.Repeat(line, 16))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, rows, err := read(t, "x.jsonl", data)
	runtime.ReadMemStats(&after)
	if err != nil || len(rows) != 17 {
		t.Errorf("got %d rows and error %v", len(rows), err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
		t.Errorf("it allocated %d MiB", grown>>20)
	}
}

func FuzzJSONL(f *testing.F) {
	f.Add([]byte(`{"a":"1","b":[1,"x"],"c":null}`))
	f.Add([]byte("{}\n{\"a\":\"\\ud800\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := table.Open(bytes.NewReader(data), int64(len(data)), "x.jsonl", table.Options{})
		if err != nil {
			return
		}
		for row, err := range r.Rows() {
			if err == nil && len(row.Cells) != len(r.Header()) {
				t.Errorf("%d cells under %d names", len(row.Cells), len(r.Header()))
			}
		}
	})
}

func BenchmarkJSONL(b *testing.B) {
	var data bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&data, `{"employee":"e%d","query_key":"K%d","subject":"Your payslip","recipient":["u%d"]}`+"\n", i, i, i)
	}
	b.SetBytes(int64(data.Len()))
	for b.Loop() {
		r, err := table.Open(bytes.NewReader(data.Bytes()), int64(data.Len()), "x.jsonl", table.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
