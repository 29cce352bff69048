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
	seen        job.PerPerson[bool]
	people      int
	departments map[string]int
}

// A Department is a department with its number of people to remind.
type Department struct {
	Name   string
	People int
}

// People is how many there are.
func (d *Remind) People() int { return d.people }

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
	if d.people == 0 {
		d.seen, d.departments = job.NewPerPerson[bool](directory), make(map[string]int)
	}
	counted := d.seen.Of(roster, userID)
	if *counted {
		return
	}
	*counted = true
	d.people++
	if directory == nil {
		return
	}
	if person, known := directory.Person(roster, userID); known && person.Department != "" {
		d.departments[report.CleanText(person.Department)]++
	}
}
