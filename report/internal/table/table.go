// Package table reads the sheets of a report into memory, for tests.
package table

import (
	"bytes"
	"io"

	"pgregory.net/rapid"

	"notifyaudit/report"
	"notifyaudit/report/sheets"
)

// Build makes a report and fails the test if it can't.
func Build(tb rapid.TB, in report.Input, opts sheets.Options) *report.Workbook {
	tb.Helper()
	wb, err := sheets.Build(in, opts)
	if err != nil {
		tb.Fatal(err)
	}
	return wb
}

// A Table is a sheet read into memory, by column key.
type Table struct {
	Sheet *report.Sheet
	Rows  []map[string]report.Cell
}

// Read reads a sheet and checks what every sheet promises.
func Read(tb rapid.TB, wb *report.Workbook, key report.SheetKey) Table {
	tb.Helper()
	for _, s := range wb.Sheets {
		if s.Key != key {
			continue
		}
		t := Table{Sheet: s}
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
			t.Rows = append(t.Rows, row)
		}
		if len(t.Rows) != s.Count {
			tb.Fatalf("sheet %s has %d rows and says %d", key, len(t.Rows), s.Count)
		}
		return t
	}
	tb.Fatalf("there is no sheet %s", key)
	return Table{}
}

// Sum adds up a column of numbers; empty cells are nothing.
func (t Table) Sum(key string) int {
	sum := 0
	for _, row := range t.Rows {
		sum += Whole(row[key])
	}
	return sum
}

// Whole is the number in a cell; 0 when there is none.
func Whole(c report.Cell) int {
	n, _ := c.Number()
	return int(n)
}

// Words are the text in a cell.
func Words(c report.Cell) string {
	s, _ := c.Text()
	return s
}

// Find returns the row whose column says so.
func (t Table) Find(tb rapid.TB, key, want string) map[string]report.Cell {
	tb.Helper()
	for _, row := range t.Rows {
		if Words(row[key]) == want {
			return row
		}
	}
	tb.Fatalf("no row of %s has %q in %s", t.Sheet.Key, want, key)
	return nil
}

// Figure returns a figure or fact of the summary.
func Figure(tb rapid.TB, s *report.Summary, key string) report.Figure {
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

// Files are files that are kept in memory.
type Files map[string]*bytes.Buffer

// Create begins a file.
func (m Files) Create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return nopCloser{m[name]}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
