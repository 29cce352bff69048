package sheets_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
	"notifyaudit/report/internal/table"
	reportjson "notifyaudit/report/json"
)

// sayFiles adds what the JSON report and the CSV files say in a mode.
func sayFiles(t rapid.TB, said *strings.Builder, in report.Input, privacy report.Privacy) {
	t.Helper()
	in.Privacy = privacy
	sayJSON(t, said, in)
	files := table.Files{}
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

// sayCells writes down the summary without the links, which are pointers.
func sayCells(said *strings.Builder, s *report.Summary) {
	fmt.Fprintln(said, s.Sentences, s.Trust, s.Verdict, s.Charts)
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
		said.WriteString(table.Words(c))
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
