package people

import (
	"bytes"
	"cmp"
	"slices"
	"sync"

	"golang.org/x/text/collate"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
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
// into a key once.
func placesOf(d *job.Directory, lang report.Language) map[*job.Person]int {
	type keyed struct {
		*job.Person

		department, name []byte
	}
	order, buf := cells.Collator(lang), new(collate.Buffer)
	departments := make(map[string][]byte)
	people := 0
	for _, roster := range d.Rosters() {
		people += roster.Len()
	}
	all := make([]keyed, 0, people)
	for p := range metrics.Everybody(d) {
		department, known := departments[p.Department]
		if !known {
			department = order.KeyFromString(buf, p.Department)
			departments[p.Department] = department
		}
		all = append(all, keyed{p, department, order.KeyFromString(buf, p.Name)})
	}
	slices.SortFunc(all, func(a, b keyed) int {
		return cmp.Or(
			cells.Last(a.Department == "", b.Department == ""), bytes.Compare(a.department, b.department),
			cmp.Compare(a.Department, b.Department),
			cells.Last(a.Name == "", b.Name == ""), bytes.Compare(a.name, b.name), cmp.Compare(a.Name, b.Name), cmp.Compare(a.UserID, b.UserID))
	})
	places := make(map[*job.Person]int, len(all))
	for i, p := range all {
		places[p.Person] = i
	}
	return places
}

func compareListed(a, b listedPerson) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.userID, b.userID))
}
