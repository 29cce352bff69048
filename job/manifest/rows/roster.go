package rows

import (
	"maps"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/ident"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/table"
)

// rosterColumns are the columns of a roster that have a meaning; all others are
// segments.
func rosterColumns() []string {
	return []string{"user_id", "name", "department", "manager", "email", "location", "joined", "left"}
}

// The bounds of a roster, which is held in memory.
const (
	maxPeople = 1_000_000
	// maxExtra is how many columns it has in addition to those of rosterColumns.
	maxExtra = 200
	// maxRosterText is the bytes of all its texts, with perSegment for each that
	// is in a column of its own.
	maxRosterText = 160 << 20
	perSegment    = 64
)

// Roster reads the people of an audience block. One with mistakes is empty.
func Roster(a *lang.Args, zone *time.Location) (*job.Roster, Finding) {
	name := a.Block.Name()
	empty := job.NewRoster(name, "", nil)
	switch {
	case a.IsSet("source") && a.IsSet("user_ids"):
		a.FailAt("user_ids", diag.Problemf("Two sources", "%s has source and user_ids. An audience has one or the other.", a.Block))
		return empty, Finding{}
	case a.IsSet("user_ids"):
		return listedRoster(a)
	case !a.IsSet("source"):
		a.Fail(diag.Problemf("Missing required argument", `%s needs source = "staff.csv", or user_ids = ["…"].`, a.Block))
		return empty, Finding{}
	}
	t, ok := Open(a)
	if !ok {
		return empty, Finding{}
	}
	defer t.Close()
	r := rosterReader{a: a, zone: zone, t: t, seen: make(map[string]int)}
	people := r.read()
	return job.NewRoster(name, t.File.Name, people), r.finding
}

func listedRoster(a *lang.Args) (*job.Roster, Finding) {
	f := Finding{Kind: DuplicatePerson, Roster: a.Block.Name()}
	seen, errors := make(map[string]bool), a.Program().Diags.Errors()
	var people []job.Person
	for _, text := range a.Identifiers("user_ids") {
		id, p := ParseID(table.Cell{Text: text}, ident.UserID)
		if p == nil && id == "" {
			p = diag.Problemf("User id missing", "user_ids has an empty user id.")
		}
		if p != nil {
			a.FailAt("user_ids", p)
			continue
		}
		if seen[id] {
			f.Add(id)
			continue
		}
		seen[id] = true
		people = append(people, job.Person{UserID: id})
	}
	if len(people) == 0 && a.Program().Diags.Errors() == errors {
		a.FailAt("user_ids", diag.Problemf("Nobody in the audience", "user_ids has no user id. Fill it in, or remove the audience."))
	}
	if f.Count > 0 {
		a.WarnAt("user_ids", diag.Problemf("User ids repeated", "%s: %s. They count once.", diag.Counted(f.Count, "user id is", "user ids are")+" in the list again", diag.Listed(f.Examples)))
	}
	return job.NewRoster(a.Block.Name(), "", people), f
}

// A rosterReader reads the people of a table.
type rosterReader struct {
	a       *lang.Args
	zone    *time.Location
	t       *Table
	columns map[string]int
	// segments are the other columns, by their place.
	segments map[int]string
	seen     map[string]int // user id → line
	// held is how much of maxRosterText was read.
	held    int
	errors  diag.ErrorCount
	finding Finding
}

func (r *rosterReader) read() []job.Person {
	header := r.t.Header()
	r.columns = r.t.Columns(r.a, rosterColumns())
	if _, found := r.columns["user_id"]; !found {
		r.t.ColumnMissing(r.a, "user_id", "工号")
		return nil
	}
	r.t.Use(slices.Collect(maps.Values(r.columns)))
	r.segments = make(map[int]string)
	for i, name := range header {
		if name != "" && !r.hasMeaning(i) {
			r.segments[i] = name
		}
	}
	if len(r.segments) > maxExtra {
		r.a.FailAt("source", diag.Problemf("Too many columns", "A roster has at most %d columns in addition to %s, and this one has %d: remove those that aren't needed.",
			maxExtra, diag.Listed(rosterColumns()), len(r.segments)))
		return nil
	}
	r.errors.File = r.t.File.Name
	r.finding = Finding{Kind: DuplicatePerson, Roster: r.a.Block.Name(), Source: r.t.File.Name}
	mistakes := r.a.Program().Diags.Errors()
	people := r.rows()
	r.errors.ReportTo(r.a.Program().Diags)
	if len(people) == 0 && r.a.Program().Diags.Errors() == mistakes {
		r.a.FailAt("source", diag.Problemf("Nobody in the audience", "The table %s has a header, but no row with a person. Fill it in, or remove the audience.", r.t.File.Name))
	}
	return people
}

func (r *rosterReader) hasMeaning(column int) bool {
	for _, i := range r.columns {
		if i == column {
			return true
		}
	}
	return false
}

func (r *rosterReader) rows() []job.Person {
	var people []job.Person
	for row, err := range r.t.Rows(&r.errors) {
		if err != nil {
			if CountFault(&r.errors, err) {
				continue
			}
			r.a.FailAt("source", Unreadable(r.t.File.Name, err))
			break
		}
		if len(people) == maxPeople {
			r.a.FailAt("source", diag.Problemf("Roster too large", "A roster has at most %d people.", maxPeople))
			break
		}
		if r.held += r.weight(row); r.held > maxRosterText {
			r.a.FailAt("source", diag.Problemf("Roster too large", "The texts of a roster are at most %d MiB.", maxRosterText>>20))
			break
		}
		if p, ok := r.person(row); ok {
			people = append(people, p)
		}
	}
	return people
}

// person reads a row; false when it adds nobody.
func (r *rosterReader) person(row table.Row) (job.Person, bool) {
	id, p := ParseID(r.cell(row, "user_id"), ident.UserID)
	if p == nil && id == "" {
		p = diag.Problemf("User id missing", "The row has no user id. Fill it in or remove the row.")
	}
	if p != nil {
		r.errors.Add(diag.SeverityError, "user_id", p, row.Line, row.String())
		return job.Person{}, false
	}
	if first, twice := r.seen[id]; twice {
		r.finding.Add(id)
		r.errors.Add(diag.SeverityWarning, "user_id", diag.Problemf("User id repeated",
			"The user id %s is already in line %d. The first row is kept.", diag.Quote(id), first), row.Line, row.String())
		return job.Person{}, false
	}
	r.seen[id] = row.Line
	person := job.Person{
		UserID:     strings.Clone(id),
		Name:       r.text(row, "name"),
		Department: r.text(row, "department"),
		Manager:    r.text(row, "manager"),
		Email:      r.text(row, "email"),
		Location:   r.text(row, "location"),
		Segments:   r.segmentsOf(row),
	}
	r.dates(row, &person)
	return person, true
}

// endless is the first year that as a date of leaving means that somebody has not
// left: 9999-12-31 is common.
const endless = 2200

func (r *rosterReader) dates(row table.Row, person *job.Person) {
	joined, p := parseDay(r.cell(row, "joined"), r.zone)
	if p != nil {
		r.errors.Add(diag.SeverityError, "joined", p, row.Line, row.String())
	}
	person.Joined = joined
	left, p := parseDay(r.cell(row, "left"), r.zone)
	if p != nil {
		r.errors.Add(diag.SeverityError, "left", p, row.Line, row.String())
	}
	if p != nil || left.IsZero() || left.Year() >= endless {
		return
	}
	// Somebody is there until the end of the day.
	person.Left = left.AddDate(0, 0, 1)
	if person.Left.Before(person.Joined) {
		r.errors.Add(diag.SeverityError, "left", diag.Problemf("Left before joining", "The left date lies before the joined date."), row.Line, row.String())
	}
}

// weight is what the row's texts take in memory.
func (r *rosterReader) weight(row table.Row) int {
	n := 0
	for i, c := range row.Cells {
		if n += len(c.Text); c.Text != "" && r.segments[i] != "" {
			n += perSegment
		}
	}
	return n
}

func (r *rosterReader) cell(row table.Row, column string) table.Cell {
	if i, found := r.columns[column]; found {
		return row.Cells[i]
	}
	return table.Cell{}
}

func (r *rosterReader) text(row table.Row, column string) string { return r.cell(row, column).Text }

func (r *rosterReader) segmentsOf(row table.Row) map[string]string {
	if !slices.ContainsFunc(row.Cells, func(c table.Cell) bool { return c.Text != "" }) {
		return nil
	}
	var segments map[string]string
	for i, name := range r.segments {
		if text := row.Cells[i].Text; text != "" {
			if segments == nil {
				segments = make(map[string]string, len(r.segments))
			}
			segments[name] = text
		}
	}
	return segments
}
