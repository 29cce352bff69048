// Package chase has the people to remind: of which notices, in which order, and in
// batches for the tools that send.
package chase

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
)

// A Roll knows the people of the rosters and their order on a list: by manager, department,
// name and user id. Missing values come last.
type Roll struct {
	directory *job.Directory
	// places has the position of each person; mails the managers' addresses.
	places func() map[*job.Person]int
	mails  func() map[string]string
}

// NewRoll returns the roll of an input's rosters.
func NewRoll(in *report.Input) *Roll {
	d := in.Directory
	if d == nil {
		d = job.NewDirectory()
	}
	return &Roll{
		directory: d,
		places:    sync.OnceValue(func() map[*job.Person]int { return placesOf(d, in.Language) }),
		mails:     sync.OnceValue(func() map[string]string { return mailsOf(d) }),
	}
}

// An Entry is a person on a list. Person is never nil.
type Entry struct {
	UserID string
	Person *job.Person
	place  int
}

// Entry finds a person, in the named roster first.
func (l *Roll) Entry(roster, userID string) Entry {
	person, known := l.directory.Person(roster, userID)
	if !known {
		person = &job.Person{}
	}
	places := l.places()
	place, known := places[person]
	if !known {
		place = len(places)
	}
	return Entry{UserID: userID, Person: person, place: place}
}

// Compare is the order of a list.
func Compare(a, b Entry) int {
	if c := cmp.Compare(a.place, b.place); c != 0 { // nearly always
		return c
	}
	return cmp.Compare(a.UserID, b.UserID)
}

// Mail is the address of a manager that a roster names by user id, address or name; "" if
// nobody in the rosters is that, or several people are.
func (l *Roll) Mail(manager string) string {
	if manager == "" {
		return ""
	}
	return l.mails()[manager]
}

// mailsOf finds the addresses of the people who are somebody's manager.
func mailsOf(d *job.Directory) map[string]string {
	type found struct{ userID, mail string }
	managers := make(map[string]found)
	for p := range metrics.Everybody(d) {
		if p.Manager != "" {
			managers[p.Manager] = found{}
		}
	}
	several := make(map[string]bool)
	for p := range metrics.Everybody(d) {
		for _, key := range []string{p.UserID, p.Name, p.Email} {
			before, is := managers[key]
			if !is || p.Email == "" {
				continue
			}
			several[key] = several[key] || before.mail != "" && before.userID != p.UserID
			managers[key] = found{p.UserID, p.Email}
		}
	}
	mails := make(map[string]string, len(managers))
	for manager, of := range managers {
		if !several[manager] {
			mails[manager] = of.mail
		}
	}
	return mails
}

// placesOf returns the position of each person. Comparing names by the rules of a language
// is slow, so each name is turned into a key once; of one department at a time, since keys
// are long.
func placesOf(d *job.Directory, lang report.Language) map[*job.Person]int {
	names, people := order.Collator(lang), 0
	managers := make(map[string]map[string][]*job.Person)
	for p := range metrics.Everybody(d) {
		if managers[p.Manager] == nil {
			managers[p.Manager] = make(map[string][]*job.Person)
		}
		managers[p.Manager][p.Department] = append(managers[p.Manager][p.Department], p)
		people++
	}
	same := func(name string) string { return name }
	places := make(map[*job.Person]int, people)
	for _, manager := range sortedByName(names, slices.Collect(maps.Keys(managers)), same) {
		departments := managers[manager]
		for _, department := range sortedByName(names, slices.Collect(maps.Keys(departments)), same) {
			in := departments[department]
			slices.SortFunc(in, func(a, b *job.Person) int { return cmp.Compare(a.UserID, b.UserID) })
			for _, p := range sortedByName(names, in, func(p *job.Person) string { return p.Name }) {
				places[p] = len(places)
			}
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
