package table_test

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"notifyaudit/job/longtest"
	"notifyaudit/job/table"
)

// TestMillionRows reads a million rows of each kind of file in bounded memory.
func TestMillionRows(t *testing.T) {
	longtest.Require(t)
	const rows = 1_000_000
	lines := func(w io.Writer, row string) {
		for i := range rows {
			_, _ = fmt.Fprintf(w, row, i+2, i)
		}
	}
	csv := func(w io.Writer) {
		_, _ = io.WriteString(w, "user_id,name,department\n")
		lines(w, "%07[2]d,王伟,研发部\n")
	}
	encoded := func(encoder transform.Transformer, text func(io.Writer)) func(io.Writer) {
		return func(w io.Writer) {
			e := transform.NewWriter(w, encoder)
			text(e)
			_ = e.Close()
		}
	}
	for name, write := range map[string]func(io.Writer){
		"utf8.csv":    csv,
		"gb18030.csv": encoded(simplifiedchinese.GB18030.NewEncoder(), csv),
		"utf16.csv":   encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), csv),
		"cr.csv": func(w io.Writer) {
			_, _ = io.WriteString(w, "user_id,name,department\r")
			lines(w, "%07[2]d,王伟,研发部\r")
		},
		"rows.jsonl": func(w io.Writer) { lines(w, `{"user_id":"%07[2]d","name":"王伟","department":"研发部"}`+"\n") },
		"merged.xlsx": func(w io.Writer) {
			plain := book(t, [][]any{{"a"}})
			z := zip.NewWriter(w)
			defer func() { _ = z.Close() }()
			for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"} {
				p, _ := z.Create(name)
				_, _ = io.WriteString(p, part(t, plain, name))
			}
			p, _ := z.Create("xl/worksheets/sheet1.xml")
			_, _ = io.WriteString(p, `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>user_id</v></c><c r="B1" t="str"><v>name</v></c><c r="C1" t="str"><v>department</v></c></row>`)
			for i := range rows {
				department := ""
				if i%10 == 0 {
					department = fmt.Sprintf(`<c r="C%d" t="str"><v>研发部</v></c>`, i+2)
				}
				_, _ = fmt.Fprintf(p, `<row r="%d"><c r="A%[1]d"><v>%[2]d</v></c><c r="B%[1]d" t="str"><v>王伟</v></c>%[3]s</row>`, i+2, i, department)
			}
			_, _ = io.WriteString(p, `</sheetData><mergeCells>`)
			for i := range rows / 10 {
				_, _ = fmt.Fprintf(p, `<mergeCell ref="C%d:C%d"/>`, 10*i+2, 10*i+11)
			}
			_, _ = io.WriteString(p, `</mergeCells></worksheet>`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			w := bufio.NewWriterSize(f, 1<<20)
			write(w)
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			size, err := f.Seek(0, io.SeekCurrent)
			if err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			r, err := table.Open(f, size, name, table.Options{})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for row, err := range r.Rows() {
				if err != nil || row.Cells[2].Text != "研发部" {
					t.Fatalf("row %d: %s, %v", n, row, err)
				}
				if n++; n%200_000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					if held := int64(now.HeapAlloc) - int64(before.HeapAlloc); held > 8<<20 {
						t.Errorf("%d KiB are held at row %d", held>>10, n)
					}
				}
			}
			if n != rows || strings.Contains(name, "xlsx") && r.Origin().Sheet == "" {
				t.Errorf("%d rows", n)
			}
		})
	}
}
