package table_test

import (
	"bytes"
	"fmt"
	"testing"

	"notifyaudit/job/table"
)

// BenchmarkTable reads 20,000 rows of each format; what stands under "row" in
// the result is one row's share.
func BenchmarkTable(b *testing.B) {
	const rows = 20_000
	sheet := [][]any{{"process_query_key", "title", "audience", "n"}}
	var text, lines bytes.Buffer
	text.WriteString("process_query_key,title,audience,n\n")
	for i := range rows {
		key, title, person := fmt.Sprintf("key-%d", i), "Your payslip", fmt.Sprintf("u%d", i)
		sheet = append(sheet, []any{key, title, person, i})
		fmt.Fprintf(&text, "%s,%s,%s,%d\n", key, title, person, i)
		fmt.Fprintf(&lines, `{"process_query_key":%q,"title":%q,"audience":%q,"n":%d}`+"\n", key, title, person, i)
	}
	chinese := bytes.ReplaceAll(text.Bytes(), []byte("Your payslip"), []byte("工资条通知"))
	for _, bench := range []struct {
		name, file string
		data       []byte
	}{
		{"xlsx", "x.xlsx", book(b, sheet)},
		{"csv", "x.csv", text.Bytes()},
		{"csv in Chinese", "x.csv", chinese},
		{"csv in GB18030", "x.csv", gb18030(b, string(chinese))},
		{"jsonl", "x.jsonl", lines.Bytes()},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := table.Open(bytes.NewReader(bench.data), int64(len(bench.data)), bench.file, table.Options{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for _, err := range r.Rows() {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != rows {
					b.Fatalf("got %d rows", n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
