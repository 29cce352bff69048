package report_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	reportjson "notifyaudit/report/json"
)

// sayFiles adds what the JSON report and the CSV files say in a mode.
func sayFiles(t rapid.TB, said *strings.Builder, in report.Input, privacy report.Privacy) {
	t.Helper()
	in.Privacy = privacy
	sayJSON(t, said, in)
	files := memory{}
	if err := reportcsv.Write(files, in, reportcsv.Options{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		said.WriteString(files[name].String())
	}
}

func sayJSON(t rapid.TB, said *strings.Builder, in report.Input) {
	t.Helper()
	var out bytes.Buffer
	if err := reportjson.Write(&out, in); err != nil {
		t.Fatal(err)
	}
	said.Write(out.Bytes())
}

// sayRows adds a sheet with its line.
func sayRows(t rapid.TB, said *strings.Builder, s *report.Sheet) {
	t.Helper()
	fmt.Fprintln(said, s.Key)
	for row, err := range s.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		sayRow(said, row)
	}
	if s.Chart != nil {
		fmt.Fprint(said, s.Chart.Alt)
		for _, p := range s.Chart.Points {
			fmt.Fprintln(said, p.At.Unix(), p.Value)
		}
	}
}

// sayCells writes down the summary without the links, which are pointers.
func sayCells(said *strings.Builder, s *report.Summary) {
	fmt.Fprintln(said, s.Complete, s.Verdict, s.Charts)
	for _, f := range slices.Concat(s.Facts, s.Figures) {
		fmt.Fprint(said, f.Key, f.Note)
		sayRow(said, []report.Cell{f.Value})
	}
	for _, list := range s.Attention {
		for _, row := range list.Rows {
			sayRow(said, row)
		}
	}
}

func sayRow(said *strings.Builder, row []report.Cell) {
	for _, c := range row {
		said.WriteString(words(c))
		if n, known := c.Number(); known {
			fmt.Fprint(said, n)
		}
		if at, known := c.Time(); known {
			said.WriteString(at.Format(time.RFC3339))
		}
		if c.Link != nil {
			fmt.Fprint(said, *c.Link)
		}
		said.WriteByte('|')
	}
	said.WriteByte('\n')
}

// memory is files that are kept in memory.
type memory map[string]*bytes.Buffer

func (m memory) Create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return nopCloser{m[name]}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
