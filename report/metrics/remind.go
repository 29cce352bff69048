package metrics

import (
	"cmp"
	"maps"
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
)

// Remind counts the people to remind, each once however many messages they have not
// read. Its memory grows with their number.
type Remind struct {
	seen        map[string]struct{}
	departments map[string]int
}

// A Department is a department with its number of people to remind.
type Department struct {
	Name   string
	People int
}

// People is how many there are.
func (d *Remind) People() int { return len(d.seen) }

// Departments returns the departments of these people, the most people first; those
// without a department are in none.
func (d *Remind) Departments() []Department {
	all := make([]Department, 0, len(d.departments))
	for _, name := range slices.Sorted(maps.Keys(d.departments)) {
		all = append(all, Department{Name: name, People: d.departments[name]})
	}
	slices.SortStableFunc(all, func(a, b Department) int { return cmp.Compare(b.People, a.People) })
	return all
}

// add takes in a person, with the department of the first message.
func (d *Remind) add(directory *job.Directory, roster, userID string) {
	if _, counted := d.seen[userID]; counted {
		return
	}
	if d.seen == nil {
		d.seen, d.departments = make(map[string]struct{}), make(map[string]int)
	}
	d.seen[userID] = struct{}{}
	if directory == nil {
		return
	}
	if person, known := directory.Person(roster, userID); known && person.Department != "" {
		d.departments[report.CleanText(person.Department)]++
	}
}
