package metrics

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// Groups count the deliveries by the department of who got them, or by
// another column of the roster. The memory is that of the people's ids.
type Groups struct {
	directory *job.Directory
	// by is the column of the roster.
	by string
	// Other is the name of the row for everybody without a department; a
	// department of that name is the same row.
	Other string
	// List is in the order in which the groups were met.
	List  []*Group
	index map[string]int
	// first is the department in which somebody was met first, by user id; more
	// are the others: in another roster people may be elsewhere.
	first map[string]int
	more  map[membership]struct{}
	// Nameless counts the people of whom no name is known.
	Nameless int

	// divided are the shares of the message at hand, place where to look for a
	// group's among them.
	divided []Share
	place   []int
}

// A Group is the numbers of the people of one group.
type Group struct {
	Name string
	// People counts the different people.
	People int
	// Read says that a message to some of them has a reading; Sized that some of
	// them are known by number only.
	Read, Sized bool

	sum Sum
}

// Counts are those of the group's deliveries.
func (d *Group) Counts() job.Counts { return d.sum.Total() }

type membership struct {
	userID     string
	department int
}

func newGroups(directory *job.Directory, by, other string) *Groups {
	return &Groups{
		directory: directory, by: by, Other: other, index: make(map[string]int),
		first: make(map[string]int), more: make(map[membership]struct{}),
	}
}

// Add adds the shares of one more message.
func (d *Groups) Add(r *job.Result, shares []Share) {
	for _, s := range shares {
		in := d.List[s.Group]
		in.sum.AddPart(&s.Part)
		in.Read = in.Read || r.Reading != nil
		in.Sized = in.Sized || s.Part.Sized
	}
}

// meet finds somebody's department and counts them once in it.
func (d *Groups) meet(roster, userID string) int {
	name, person := d.nameOf(roster, userID)
	i := d.at(name)
	if d.meetIn(i, userID) && (person == nil || person.Name == "") && !job.Erased(userID) {
		d.Nameless++
	}
	return i
}

// meetIn counts somebody once in a department, and reports whether they were never
// met before.
func (d *Groups) meetIn(i int, userID string) bool {
	first, met := d.first[userID]
	switch {
	case !met:
		d.first[userID] = i
		d.List[i].People++
	case first != i:
		key := membership{userID: userID, department: i}
		if _, met := d.more[key]; !met {
			d.more[key] = struct{}{}
			d.List[i].People++
		}
	}
	return !met
}

// nameOf is the department of somebody; the person is nil when nobody knows them.
func (d *Groups) nameOf(roster, userID string) (string, *job.Person) {
	person, known := d.directory.Person(roster, userID)
	if !known {
		return d.Other, nil
	}
	name := report.CleanText(ValueOf(person, d.by))
	if name == "" {
		return d.Other, person
	}
	return name, person
}

// at is the place of a department in the list.
func (d *Groups) at(name string) int {
	i, known := d.index[name]
	if !known {
		i = len(d.List)
		d.index[name] = i
		d.List = append(d.List, &Group{Name: name})
	}
	return i
}

// People counts those whom the messages were sent to, each once.
func (d *Groups) People() int { return len(d.first) }
