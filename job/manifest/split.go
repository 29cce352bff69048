package manifest

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/inputs"
	"notifyaudit/job/manifest/lang"
)

// maxGroups is how many files a report may be split into.
const maxGroups = 5000

// A Group is the people with one value in the column that a report is split by.
type Group struct {
	// Value is the value; empty for the people without one.
	Value string
	// Path is that of the group's file, like [Report.Path].
	Path string
}

// split is the column that a report is split by.
func split(a *lang.Args, people string, directory *job.Directory) string {
	column := a.Text("split", "")
	if column == "" {
		return ""
	}
	known := segmentColumns([]string{column}, directory)
	switch {
	case people != peopleNamed:
		a.FailAt("split", diag.Problemf("Files of groups", "A report with people = %s can't be split: each of its files would show a group that the others hide.", diag.Quote(people)))
	case !slices.Contains(known, column):
		a.FailAt("split", diag.Problemf("Unknown segment", "No roster has a column %s.%s", diag.Quote(column), diag.DidYouMeanOr(column, known, "The columns are")))
	}
	return column
}

// evaluateSplit evaluates the paths of the files of a report that is split.
func (m *Manifest) evaluateSplit(a *lang.Args, scope *lang.Scope, r Report, written *inputs.Set) (Report, bool) {
	values := valuesOf(m.Directory, r.Split)
	if len(values) > maxGroups {
		a.FailAt("split", diag.Problemf("Too many files", "The rosters have %d values in the column %s. A report is split into at most %d files.", len(values), diag.Quote(r.Split), maxGroups))
		return r, false
	}
	anyone, ok := m.evaluatePath(a, scope, anyGroup)
	if !ok {
		return r, false
	}
	r.AnyGroup = path.Clean(anyone)
	names := make(fileNames)
	names.pick(indexName) // the index has a name of its own
	files := make(map[string]bool, len(values))
	for _, value := range values {
		file, ok := m.evaluatePath(a, scope, names.pick(value))
		if !ok {
			return r, false
		}
		r.Path = file
		if p := m.checkReport(r, written); p != nil {
			a.FailAt("path", p)
			return r, false
		}
		r.Groups = append(r.Groups, Group{Value: value, Path: path.Clean(file)})
		files[strings.ToLower(norm.NFC.String(path.Clean(file)))] = true
	}
	if len(files) < len(values) {
		a.FailAt("path", diag.Problemf("Several groups in one file", `A report with split has a file for each group: put ${group} into the path, as in "out/chase/${group}.xlsx".`))
		return r, false
	}
	return m.evaluateIndex(a, scope, r, written)
}

// anyGroup stands in a path for the name of any group: pick gives no name with this
// character.
const anyGroup = "\ue000"

// GroupPath matches the paths that a report that is split has for groups, whether or not
// there are such groups now. A path that does not contain the group's name as it is
// matches nothing.
func (r *Report) GroupPath() *regexp.Regexp {
	if !strings.Contains(r.AnyGroup, anyGroup) {
		return regexp.MustCompile(`[^\s\S]`)
	}
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(r.AnyGroup), anyGroup, "[^/]+") + "$")
}

// indexName is the group of the index in its path.
const indexName = "index"

// evaluateIndex evaluates the path of the index, and keeps the places of all files from
// other reports.
func (m *Manifest) evaluateIndex(a *lang.Args, scope *lang.Scope, r Report, written *inputs.Set) (Report, bool) {
	file, ok := m.evaluatePath(a, scope, indexName)
	if !ok {
		return r, false
	}
	r.Path = path.Clean(strings.TrimSuffix(file, path.Ext(file)) + ".csv")
	full := func(file string) string { return filepath.Join(m.DataDir, filepath.FromSlash(file)) }
	if p := checkTarget(m, "csv", r.Path, []string{full(r.Path)}); p != nil {
		a.FailAt("path", p)
		return r, false
	}
	if other, found := written.FindReplaced(full(r.Path)); found {
		a.FailAt("path", collision(other, r.Path))
		return r, false
	}
	for _, g := range r.Groups {
		written.Add("the report at "+lang.Place(a.Block.At), full(g.Path))
	}
	written.Add("the report at "+lang.Place(a.Block.At), full(r.Path))
	return r, true
}

func (m *Manifest) evaluatePath(a *lang.Args, scope *lang.Scope, group string) (string, bool) {
	a = a.In(scope.With("group", lang.Root{Value: cty.StringVal(group)}))
	if !a.Require("path", pathHint) {
		return "", false
	}
	v, ok := a.Shown("path", cty.String)
	if !ok {
		return "", false
	}
	return strings.TrimSpace(v.AsString()), true
}

// valuesOf are the values in a column of the rosters, sorted, and the empty one for the
// people without any.
func valuesOf(d *job.Directory, column string) []string {
	values := map[string]bool{"": true}
	for _, roster := range d.Rosters() {
		for _, id := range roster.AudienceAt(time.Time{}).UserIDs {
			if p, found := roster.Person(id); found {
				values[p.Value(column)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(values))
}

// fileNames are the names of files that were given, as file systems compare them.
type fileNames map[string]bool

// maxFileName is the longest name in bytes: a path has more, and most systems take 255.
const maxFileName = 100

// pick makes a name of a value that every file system takes, and one not yet given.
func (n fileNames) pick(value string) string {
	base := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"/\|?*`, r) || !unicode.IsPrint(r) {
			return '-'
		}
		return r
	}, norm.NFC.String(value))
	base = shortened(strings.Trim(base, ". "), maxFileName)
	if base == "" {
		base = "none"
	}
	if reserved(base) {
		base += "_"
	}
	name := base
	for i := 2; n[strings.ToLower(name)]; i++ {
		suffix := fmt.Sprintf("-%d", i)
		name = shortened(base, maxFileName-len(suffix)) + suffix
	}
	n[strings.ToLower(name)] = true
	return name
}

// shortened cuts a text to so many bytes, between characters.
func shortened(s string, most int) string {
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return strings.TrimRight(s, ". ")
}

// reserved reports a name that Windows takes for a device, with any extension ("Naming
// Files, Paths, and Namespaces").
func reserved(name string) bool {
	name, _, _ = strings.Cut(strings.ToUpper(name), ".")
	if slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, name) {
		return true
	}
	port, is := strings.CutPrefix(name, "COM")
	if !is {
		port, is = strings.CutPrefix(name, "LPT")
	}
	return is && len(port) == 1 && port[0] >= '0' && port[0] <= '9'
}
