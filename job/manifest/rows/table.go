// Package rows reads the tables that a manifest names: it finds columns by their
// header and makes values of cells. Rosters are read here; the rows of messages in
// package messages.
package rows

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/source"
	"notifyaudit/job/table"
)

// A Table is an open table.
type Table struct {
	*table.Reader
	File *source.File

	close func() error
}

// Open opens the table that an argument names and makes it a source of the
// program; false when a mistake was reported.
func Open(a *lang.Args, argument string) (*Table, bool) {
	v, ok := a.Shown(argument, cty.String)
	if !ok {
		return nil, false
	}
	name := v.AsString()
	if name == "" {
		a.FailAt(argument, diag.Problemf("Path missing", `Write the path of a csv, xlsx or jsonl file, as in "staff.csv".`))
		return nil, false
	}
	t, err := find(a.Program().Files, name)
	if err != nil {
		a.FailAt(argument, Unreadable(name, err))
		return nil, false
	}
	return t, true
}

func find(files *source.FS, name string) (*Table, error) {
	file, err := files.Find(name)
	if err != nil {
		return nil, err
	}
	if err := file.Hash(); err != nil {
		return nil, err
	}
	return OpenFile(file)
}

// OpenFile opens a file as a table, if it is still what it was.
func OpenFile(file *source.File) (*Table, error) {
	f, err := file.Open()
	if err != nil {
		return nil, err
	}
	r, err := table.Open(f, file.Size, file.Name, table.Options{})
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &Table{Reader: r, File: file, close: f.Close}, nil
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

// CountFault counts what the table reader says of a row; false when the error is
// about the whole table.
func CountFault(count *diag.ErrorCount, err error) bool {
	row, ok := errors.AsType[*table.RowError](err)
	if ok {
		count.Add(diag.SeverityError, "", diag.Problemf("Row not readable", "%s", diag.Sentence(row.Err)), row.Line, row.Text)
	}
	return ok
}

// Columns says in which column of the header each known argument stands: the one
// that the argument `columns` maps it to, or the one of its own name. Arguments
// without a column are left out.
func Columns(a *lang.Args, header, known []string) map[string]int {
	found := make(map[string]int)
	mapping := a.TextMap("columns")
	for _, argument := range known {
		name, mapped := mapping[argument]
		if !mapped {
			name = argument
		}
		i := slices.Index(header, name)
		if i >= 0 && name != "" {
			found[argument] = i
			continue
		}
		if mapped {
			a.FailAt("columns", diag.Problemf("Column not found", "columns maps %s to the column %s, which the table doesn't have.%s",
				argument, diag.Quote(name), diag.DidYouMeanOr(name, Named(header), "Its columns are")))
		}
	}
	for _, argument := range slices.Sorted(maps.Keys(mapping)) {
		if !slices.Contains(known, argument) {
			a.FailAt("columns", diag.Problemf("Unknown column", "columns maps %s, which a row doesn't have.%s",
				diag.Quote(argument), diag.DidYouMeanOr(argument, known, "A row has")))
		}
	}
	return found
}

// Named are the columns of a header that have a name.
func Named(header []string) []string {
	return slices.DeleteFunc(slices.Clone(header), func(name string) bool { return name == "" })
}

// ColumnMissing reports a column that every table of the kind has. The example is
// what such a column may be called.
func ColumnMissing(a *lang.Args, column string, header []string, example string) {
	if mapping := a.TextMap("columns"); mapping[column] != "" {
		return // reported as not found
	}
	named := Named(header)
	missing := fmt.Sprintf("The table has no column %s.%s Its columns are %s.", column, diag.DidYouMean(column, named), diag.Listed(named))
	if a.Block.At.Filename == "" { // the table was named on the command line
		a.FailAt("source", diag.Problemf("Column missing", "%s Rename the column in the first line of the table: %s.", missing, column))
		return
	}
	if near := diag.Nearest(column, named); near != "" {
		example = near
	}
	a.FailAt("source", diag.Problemf("Column missing", "%s To use one of them write columns = { %s = %q }.", missing, column, example))
}
