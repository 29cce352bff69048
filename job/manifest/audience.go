package manifest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/table"
)

// audiences decodes the audience blocks into the directory.
func (l *loader) audiences(bs blocks, m *Manifest) {
	s, _ := shapeOf("audience")
	l.world.rosters, l.world.broken = make(map[string]*job.Roster), make(map[string]bool)
	var rosters []*job.Roster
	for _, b := range bs {
		if l.world.rosters[b.name()] != nil {
			continue // reported as two blocks with one name
		}
		a := l.args(b, s)
		mistakes := l.diags.Errors()
		r, finding := l.roster(a)
		l.world.broken[b.name()] = l.diags.Errors() > mistakes
		l.world.rosters[b.name()] = r
		rosters = append(rosters, r)
		if finding.Count > 0 {
			m.Findings = append(m.Findings, finding)
		}
	}
	m.Directory = job.NewDirectory(rosters...)
}

// roster reads a block's people. One with mistakes is empty, but known.
func (l *loader) roster(a *args) (*job.Roster, Finding) {
	name := a.block.name()
	empty := job.NewRoster(name, "", nil)
	switch {
	case a.given("source") && a.given("user_ids"):
		a.failAt("user_ids", diag.Problemf("Two sources", "%s has source and user_ids. An audience has one or the other.", a.block))
		return empty, Finding{}
	case a.given("user_ids"):
		return l.listedRoster(a)
	case !a.given("source"):
		a.l.diags.FailAt(a.block.at, diag.Problemf("Missing required argument", `%s needs source = "staff.csv", or user_ids = ["…"].`, a.block))
		return empty, Finding{}
	}
	t, ok := l.table(a, "source")
	if !ok {
		return empty, Finding{}
	}
	defer t.close()
	r := rosterReader{l: l, a: a, t: t, seen: make(map[string]int)}
	people := r.read()
	return job.NewRoster(name, t.doc.name, people), r.finding
}

func (l *loader) listedRoster(a *args) (*job.Roster, Finding) {
	f := Finding{Kind: DuplicatePerson, Roster: a.block.name()}
	seen := make(map[string]bool)
	var people []job.Person
	for _, text := range a.texts("user_ids") {
		id, p := parseID(table.Cell{Text: text}, "user id")
		if p == nil && id == "" {
			p = diag.Problemf("User id missing", "user_ids has an empty user id.")
		}
		if p != nil {
			a.failAt("user_ids", p)
			continue
		}
		if seen[id] {
			f.add(id)
			continue
		}
		seen[id] = true
		people = append(people, job.Person{UserID: id})
	}
	if f.Count > 0 {
		l.diags.WarnAt(a.at("user_ids"), diag.Problemf("User ids repeated", "%s: %s. They count once.", diag.Counted(f.Count, "user id stands", "user ids stand")+" in the list again", diag.Listed(f.Examples)))
	}
	return job.NewRoster(a.block.name(), "", people), f
}

func (f *Finding) add(id string) {
	const most = 5
	if f.Count++; len(f.Examples) < most && !slices.Contains(f.Examples, id) {
		f.Examples = append(f.Examples, id)
	}
}

// An openTable is a table that an argument names.
type openTable struct {
	*table.Reader
	doc   *document
	close func()
}

// table opens the file that the argument names and records its digest; false
// when a mistake was reported.
func (l *loader) table(a *args, argument string) (*openTable, bool) {
	v, ok := a.open(argument, cty.String)
	if !ok {
		return nil, false
	}
	name := v.AsString()
	if name == "" {
		a.failAt(argument, diag.Problemf("Path missing", `Write the path of a csv, xlsx or jsonl file, as in "staff.csv".`))
		return nil, false
	}
	doc, err := l.library.find(name)
	if err != nil {
		a.failAt(argument, unreadable(name, err))
		return nil, false
	}
	if l.sources[doc.name], err = doc.digest(); err != nil {
		a.failAt(argument, unreadable(name, err))
		return nil, false
	}
	t, err := doc.table()
	if err != nil {
		a.failAt(argument, unreadable(name, err))
		return nil, false
	}
	return t, true
}

// table opens the document as a table, if it is still what it was.
func (d *document) table() (*openTable, error) {
	f, err := d.reopen()
	if err != nil {
		return nil, err
	}
	r, err := table.Open(f, d.size, d.name, table.Options{})
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &openTable{Reader: r, doc: d, close: func() { _ = f.Close() }}, nil
}

// wayOut says what to do about a file that can't be read.
func wayOut(err error) string {
	switch {
	case errors.Is(err, errOutside):
		return " Put it there, or allow its folder with --allow-dir."
	case errors.Is(err, fs.ErrNotExist):
		return " Paths are relative to the manifest's folder."
	case errors.Is(err, fs.ErrPermission):
		return " Make it readable for the user that runs notifyaudit."
	case errors.Is(err, table.ErrFormat):
		return " Rename it if it is one of them."
	}
	return ""
}

// columns says in which column of the header each argument stands: the one that
// `columns` maps it to, or the one of its own name. An argument without a column
// is not in the result.
func (l *loader) columns(a *args, header, known []string) map[string]int {
	found := make(map[string]int)
	mapping := a.textMap("columns")
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
			l.diags.FailAt(a.at("columns"), diag.Problemf("Column not found", "columns maps %s to the column %s, which the table doesn't have.%s", argument, diag.Quote(name), diag.DidYouMeanOr(name, named(header), "Its columns are")))
		}
	}
	for _, argument := range slices.Sorted(maps.Keys(mapping)) {
		if !slices.Contains(known, argument) {
			l.diags.FailAt(a.at("columns"), diag.Problemf("Unknown column", "columns maps %s, which a row doesn't have.%s", diag.Quote(argument), diag.DidYouMeanOr(argument, known, "A row has")))
		}
	}
	return found
}

func named(header []string) []string {
	return slices.DeleteFunc(slices.Clone(header), func(name string) bool { return name == "" })
}

// missingColumn reports a column that every table of the kind has.
func (l *loader) missingColumn(a *args, column string, header []string, example string) {
	if mapping := a.textMap("columns"); mapping[column] != "" {
		return // reported as not found
	}
	missing := fmt.Sprintf("The table has no column %s.%s Its columns are %s.", column, diag.DidYouMean(column, named(header)), diag.Listed(named(header)))
	if l.fileless {
		l.diags.FailAt(a.at("source"), diag.Problemf("Column missing", "%s Call the one that it is %s, in its first line.", missing, column))
		return
	}
	l.diags.FailAt(a.at("source"), diag.Problemf("Column missing", "%s To use one of them write columns = { %s = %q }.",
		missing, column, orElse(diag.Nearest(column, named(header)), example)))
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// cancelled reports an interruption.
func (l *loader) cancelled(ctx context.Context) bool {
	if ctx.Err() == nil {
		return false
	}
	l.diags.Failf("Interrupted", "Loading stopped: %v.", context.Cause(ctx))
	return true
}
