package people

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"sync"

	"golang.org/x/text/collate"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/order"
	"notifyaudit/report/sheets/cells"
)

// A reminderList sorts the people to remind for the sheets.
type reminderList struct {
	*metrics.Unread

	in *report.Input
	// places has the position of each person on the list.
	places func() map[*job.Person]int
	// listed are the people to remind of the message that was asked about last: several
	// sheets list the same.
	of     *job.Result
	listed []listedPerson
}

func newReminderList(in *report.Input) *reminderList {
	return &reminderList{Unread: metrics.NewUnread(in), in: in, places: sync.OnceValue(func() map[*job.Person]int {
		return placesOf(in.Directory, in.Language)
	})}
}

func (l *reminderList) count(r *job.Result) int {
	n := 0
	for range l.List(r) {
		n++
	}
	return n
}

// personColumns returns the columns that describe a person.
func personColumns(w *cells.Printer) []report.Column {
	return []report.Column{
		w.Head("name", report.TypeText, cells.WidthName), w.Head("user_id", report.TypeID, 16),
		w.Head("department", report.TypeText, cells.WidthName), w.Head("manager", report.TypeText, cells.WidthName),
		w.Head("email", report.TypeText, 28), w.Head("location", report.TypeText, 14),
	}
}

// personCells appends the cells of personColumns.
func personCells(row []report.Cell, c *listedPerson) []report.Cell {
	p := c.person
	return append(row, cells.Text(p.Name), cells.Text(c.userID), cells.Text(p.Department), cells.Text(p.Manager), cells.Text(p.Email), cells.Text(p.Location))
}

// A listedPerson is a person on a list. person is never nil.
type listedPerson struct {
	userID string
	person *job.Person
	place  int
}

// people returns the people to remind of a message, by department, name and id, until
// another message is asked about.
func (l *reminderList) people(r *job.Result) []listedPerson {
	if l.of == r {
		return l.listed
	}
	l.of, l.listed = r, l.listed[:0]
	for id := range l.List(r) {
		l.listed = append(l.listed, l.person(r.Audience.Roster, id))
	}
	slices.SortFunc(l.listed, compareListed)
	return l.listed
}

func (l *reminderList) person(roster, id string) listedPerson {
	person, known := l.in.Directory.Person(roster, id)
	if !known {
		person = &job.Person{}
	}
	places := l.places()
	place, known := places[person]
	if !known {
		place = len(places)
	}
	return listedPerson{userID: id, person: person, place: place}
}

// placesOf returns the position of each person by department, name and id; missing values
// come last. Comparing names by the rules of a language is slow, so each name is turned
// into a key once; of one department at a time, since keys are long.
func placesOf(d *job.Directory, lang report.Language) map[*job.Person]int {
	collator := order.Collator(lang)
	people, departments := 0, make(map[string][]*job.Person)
	for p := range metrics.Everybody(d) {
		departments[p.Department] = append(departments[p.Department], p)
		people++
	}
	places := make(map[*job.Person]int, people)
	names := slices.Collect(maps.Keys(departments))
	for _, department := range sortedByName(collator, names, func(name string) string { return name }) {
		in := departments[department]
		slices.SortFunc(in, func(a, b *job.Person) int { return cmp.Compare(a.UserID, b.UserID) })
		for _, p := range sortedByName(collator, in, func(p *job.Person) string { return p.Name }) {
			places[p] = len(places)
		}
	}
	return places
}

// sortedByName sorts by name, without a name last. What has the same name stays in order.
func sortedByName[T any](names *collate.Collator, all []T, nameOf func(T) string) []T {
	type keyed struct {
		of   T
		name string
		key  []byte
	}
	buf, sorted := new(collate.Buffer), make([]keyed, 0, len(all))
	for _, one := range all {
		name := nameOf(one)
		sorted = append(sorted, keyed{one, name, names.KeyFromString(buf, name)})
	}
	slices.SortStableFunc(sorted, func(a, b keyed) int {
		return cmp.Or(order.Last(a.name == "", b.name == ""), bytes.Compare(a.key, b.key), cmp.Compare(a.name, b.name))
	})
	for i := range sorted {
		all[i] = sorted[i].of
	}
	return all
}

func compareListed(a, b listedPerson) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.userID, b.userID))
}
