package rows

import (
	"fmt"
	"maps"
	"slices"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// Header is the names of the columns; a column without a name has an empty one.
func (t *Table) Header() []string { return t.reader.Header() }

// A columnFinder finds the columns of a table.
type columnFinder struct {
	args   *lang.Args
	header []string
	found  map[string]int
}

// Columns says in which column each known argument is: the one that the
// argument `columns` maps it to, or the one of its own name. Names may differ in
// case and separators. Arguments without a column are left out; that a column is
// probably one of them is a warning.
func (t *Table) Columns(a *lang.Args, known []string) map[string]int {
	f := columnFinder{args: a, header: t.Header(), found: make(map[string]int)}
	mapping := a.TextMap("columns")
	for _, argument := range known {
		name, mapped := mapping[argument]
		if !mapped {
			name = argument
		}
		switch i := f.column(argument, name); {
		case i >= 0:
			f.found[argument] = i
		case mapped:
			advice := diag.DidYouMeanOr(name, named(f.header), "Its columns are")
			if where := t.reader.Whereabouts(name); where != "" {
				advice = " " + where
			}
			a.FailAt("columns", diag.Problemf("Column not found", "columns maps %s to the column %s, which the table doesn't have.%s", argument, diag.Quote(name), advice))
		}
	}
	for _, argument := range slices.Sorted(maps.Keys(mapping)) {
		if !slices.Contains(known, argument) {
			a.FailAt("columns", diag.Problemf("Unknown column", "columns maps %s, which a row doesn't have.%s",
				diag.Quote(argument), diag.DidYouMeanOr(argument, known, "A row has")))
		}
	}
	f.warnOfSimilar(known)
	return f.found
}

// column is the place of the column with this name, or with one that differs only
// in case and separators; -1 without one.
func (f *columnFinder) column(argument, name string) int {
	if i := slices.Index(f.header, name); i >= 0 || name == "" {
		return i
	}
	var places []int
	for i, column := range f.header {
		if column != "" && diag.SameName(column, name) {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return -1
	}
	if len(places) > 1 {
		first, second := f.header[places[0]], f.header[places[1]]
		f.args.FailAt("source", diag.Problemf("Column not clear", "%s can be the column %s or %s. Choose with columns = { %s = %q }, or rename one of them.",
			argument, diag.Quote(first), diag.Quote(second), argument, first))
	}
	return places[0]
}

// warnOfSimilar warns of columns without a meaning whose names are nearly those of
// arguments that have no column.
func (f *columnFinder) warnOfSimilar(known []string) {
	used := make(map[int]bool)
	for _, i := range f.found {
		used[i] = true
	}
	for i, column := range f.header {
		if column == "" || used[i] {
			continue
		}
		for _, argument := range known {
			if _, found := f.found[argument]; found || f.args.Has(argument) || !diag.Similar(argument, column) {
				continue
			}
			f.args.WarnAt("source", diag.Problemf("Column with a similar name", "The column %s is not %s. If that is what it holds, rename it or write columns = { %s = %q }.",
				diag.Quote(column), argument, argument, column))
		}
	}
}

// named are the columns of a header that have a name.
func named(header []string) []string {
	return slices.DeleteFunc(slices.Clone(header), func(name string) bool { return name == "" })
}

// KeyColumn is the place of the column that names the rows; -1 when there is none,
// which is reported.
func (t *Table) KeyColumn(a *lang.Args, name string) int {
	f := columnFinder{args: a, header: t.Header()}
	i := f.column("key", name)
	if i < 0 {
		a.FailAt("key", diag.Problemf("Column not found", "The table has no column %s.%s", diag.Quote(name), diag.DidYouMeanOr(name, named(f.header), "Its columns are")))
	}
	return i
}

// ColumnMissing reports a column that every table of the kind has. The example is
// what such a column may be called.
func (t *Table) ColumnMissing(a *lang.Args, column, example string) {
	if mapping := a.TextMap("columns"); mapping[column] != "" {
		return // reported as not found
	}
	columns := named(t.Header())
	missing := fmt.Sprintf("The table has no column %s.%s Its columns are %s.", column, diag.DidYouMean(column, columns), diag.Listed(columns))
	if where := t.reader.Whereabouts(column); where != "" {
		a.FailAt("source", diag.Problemf("Column missing", "%s %s", missing, where))
		return
	}
	if a.Block.At.Filename == "" { // the table was named on the command line
		a.FailAt("source", diag.Problemf("Column missing", "%s Rename the column in the first line of the table: %s.", missing, column))
		return
	}
	if near := diag.Nearest(column, columns); near != "" {
		example = near
	}
	a.FailAt("source", diag.Problemf("Column missing", "%s To use one of them write columns = { %s = %q }.", missing, column, example))
}
