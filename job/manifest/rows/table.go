// Package rows reads the tables that a manifest names: it finds columns by their
// header and makes values of cells. Rosters are read here; the rows of messages in
// package messages.
package rows

import (
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/source"
	"notifyaudit/job/table"
)

// A Ref names a table: a file and, of a workbook, a sheet.
type Ref struct {
	File *source.File
	// Sheet is empty for the first visible one.
	Sheet string

	// used are the columns whose values matter; nil when all do.
	used []int
}

// A Table is an open table.
type Table struct {
	Ref

	reader *table.Reader
	close  func() error
}

// Open opens the table that the argument source names, and makes it a source of
// the program. The argument sheet chooses a sheet of a workbook. It is false when a
// mistake was reported.
func Open(a *lang.Args) (*Table, bool) {
	v, ok := a.Shown("source", cty.String)
	if !ok {
		return nil, false
	}
	name := v.AsString()
	if name == "" {
		a.FailAt("source", diag.Problemf("Path missing", `Write the path of a csv, xlsx or jsonl file, as in "staff.csv".`))
		return nil, false
	}
	t, err := find(a.Program().Files, name, a.Text("sheet", ""))
	if err != nil {
		a.FailAt("source", Unreadable(name, err))
		return nil, false
	}
	for _, w := range t.reader.Warnings() {
		a.WarnAt("source", &diag.Problem{Summary: w.Summary, Detail: w.Detail})
	}
	return t, true
}

func find(files *source.FS, name, sheet string) (*Table, error) {
	file, err := files.Hold(name, "a table that the manifest reads")
	if err != nil {
		return nil, err
	}
	if err := file.Hash(); err != nil {
		return nil, err
	}
	t, err := Ref{File: file, Sheet: sheet}.Open()
	if err != nil {
		return nil, err
	}
	file.SetReadAs(t.reader.Origin().String())
	return t, nil
}

// Open opens the table, if its file is still what it was.
func (ref Ref) Open() (*Table, error) {
	f, err := ref.File.Open()
	if err != nil {
		return nil, err
	}
	r, err := table.Open(f, ref.File.Size, ref.File.Name, table.Options{Sheet: ref.Sheet})
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	t := &Table{Ref: ref, reader: r, close: f.Close}
	if ref.used != nil {
		t.Use(ref.used)
	}
	return t, nil
}

// Use names the columns whose values matter, by their places in the header. What
// is wrong in a cell of another column is a warning. It holds for the table's Ref
// too.
func (t *Table) Use(columns []int) {
	t.used = columns
	t.reader.Use(columns)
}

// Close closes the file.
func (t *Table) Close() { _ = t.close() }

// Unreadable says why a table can't be read, and what to do about it.
func Unreadable(name string, err error) *diag.Problem {
	p := source.Unreadable(name, err)
	if errors.Is(err, table.ErrFormat) {
		p.Detail += " Rename it if it is one of them."
	}
	return p
}

// Rows reads the data rows. Rows of totals are left out. Unless errors is nil, they
// are counted in it as warnings, and so is what the table reader warns of.
func (t *Table) Rows(errors *diag.ErrorCount) iter.Seq2[table.Row, error] {
	return func(yield func(table.Row, error) bool) {
		for row, err := range t.reader.Rows() {
			total := err == nil && isTotal(row)
			if errors != nil {
				countWarnings(errors, row, total)
			}
			if !total && !yield(row, err) {
				return
			}
		}
	}
}

func countWarnings(errors *diag.ErrorCount, row table.Row, total bool) {
	for _, w := range row.Warnings {
		errors.Add(diag.SeverityWarning, "", &diag.Problem{Summary: w.Summary, Detail: w.Detail}, row.Line, row.String())
	}
	if total {
		errors.Add(diag.SeverityWarning, "", diag.Problemf("Row of totals",
			"The row begins with %s, so it is left out. Remove it.", diag.Quote(firstText(row))), row.Line, row.String())
	}
}

// CountFault counts what is wrong with a row as a whole; false when the error is
// about the whole table.
func CountFault(count *diag.ErrorCount, err error) bool {
	row, ok := errors.AsType[*table.RowError](err)
	if ok {
		count.Add(diag.SeverityError, "", diag.Problemf("Row not readable", "%s", diag.Sentence(row.Err)), row.Line, row.Text)
	}
	return ok
}

// firstText is the first cell that isn't empty.
func firstText(row table.Row) string {
	i := slices.IndexFunc(row.Cells, func(c table.Cell) bool { return c.Text != "" })
	if i < 0 {
		return ""
	}
	return row.Cells[i].Text
}

// isTotal reports a row of totals, as spreadsheets have one at their end: it begins
// with a word for a total, and has nothing but numbers behind.
func isTotal(row table.Row) bool {
	const longest = 40
	first := firstText(row)
	if len(first) > longest {
		return false
	}
	if i := strings.IndexAny(first, ":："); i >= 0 {
		first = first[:i]
	}
	switch strings.ToLower(strings.TrimSpace(first)) {
	case "total", "totals", "subtotal", "sub-total", "sub total", "grand total", "sum", "count", "average", "avg",
		"合计", "总计", "小计", "共计", "总数", "总和", "总共", "汇总", "累计", "平均", "平均值", "人数", "合计人数", "总人数":
	default:
		return false
	}
	texts := 0
	for _, c := range row.Cells {
		if c.Text != "" && strings.Trim(c.Text, "0123456789.,%- 人") != "" {
			texts++
		}
	}
	return texts <= 1
}
