package report_test

import (
	"pgregory.net/rapid"

	"notifyaudit/report"
)

// build makes a report and fails the test if it can't.
func build(tb rapid.TB, in report.Input, opts report.Options) *report.Workbook {
	tb.Helper()
	wb, err := report.Build(in, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return wb
}

// table is a sheet read into memory, by column key.
type table struct {
	sheet *report.Sheet
	rows  []map[string]report.Cell
}

// read reads a sheet and checks what every sheet promises.
func read(tb rapid.TB, wb *report.Workbook, key report.SheetKey) table {
	tb.Helper()
	for _, s := range wb.Sheets {
		if s.Key != key {
			continue
		}
		t := table{sheet: s}
		for cells, err := range s.Rows() {
			if err != nil {
				tb.Fatalf("sheet %s: %v", key, err)
			}
			if len(cells) != len(s.Columns) {
				tb.Fatalf("sheet %s: a row of %d cells under %d columns", key, len(cells), len(s.Columns))
			}
			row := make(map[string]report.Cell, len(cells))
			for i, c := range s.Columns {
				row[c.Key] = cells[i]
			}
			t.rows = append(t.rows, row)
		}
		if len(t.rows) != s.Count {
			tb.Fatalf("sheet %s has %d rows and says %d", key, len(t.rows), s.Count)
		}
		return t
	}
	tb.Fatalf("there is no sheet %s", key)
	return table{}
}

// sum adds up a column of numbers; empty cells are nothing.
func (t table) sum(key string) int {
	sum := 0
	for _, row := range t.rows {
		sum += whole(row[key])
	}
	return sum
}

func whole(c report.Cell) int {
	n, _ := c.Number()
	return int(n)
}

func words(c report.Cell) string {
	s, _ := c.Text()
	return s
}

// find returns the row whose column says so.
func (t table) find(tb rapid.TB, key, want string) map[string]report.Cell {
	tb.Helper()
	for _, row := range t.rows {
		if words(row[key]) == want {
			return row
		}
	}
	tb.Fatalf("no row of %s has %q in %s", t.sheet.Key, want, key)
	return nil
}

// figure returns a figure or fact of the summary.
func figure(tb rapid.TB, s *report.Summary, key string) report.Figure {
	tb.Helper()
	for _, list := range [][]report.Figure{s.Figures, s.Facts} {
		for _, f := range list {
			if f.Key == key {
				return f
			}
		}
	}
	tb.Fatalf("the summary has no %s", key)
	return report.Figure{}
}
