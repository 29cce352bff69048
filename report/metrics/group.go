package metrics

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// Groups counts deliveries by the recipient's department, or by another column of the
// roster. Its memory grows with the number of people.
type Groups struct {
	directory *job.Directory
	// by is the column of the roster.
	by string
	// Other is the name of the group of people without a value in the column; a value
	// of that name is the same group.
	Other string
	// List has the groups in the order of their first deliveries.
	List  []*Group
	index map[string]int
	// first is the group in which a person was counted first, from 1, or 0; more has further
	// ones: another roster may put a person elsewhere. people are the different ones.
	first  job.PerPerson[int32]
	more   map[membership]struct{}
	people int
	// Nameless counts the people whose name is not known.
	Nameless int

	// divided has the shares of the current message; place is where a group's share is
	// in it.
	divided []Share
	place   []int
}

// A Group has the numbers of one group of people.
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
	userID string
	group  int
}

func newGroups(directory *job.Directory, by, other string) *Groups {
	return &Groups{
		directory: directory, by: by, Other: other, index: make(map[string]int),
		first: job.NewPerPerson[int32](directory), more: make(map[membership]struct{}),
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

// meet finds a person's group, counts the person once in it, and returns its place.
func (d *Groups) meet(roster, userID string) int {
	name, person := d.nameOf(roster, userID)
	i := d.at(name)
	if d.meetIn(i, roster, userID) && (person == nil || person.Name == "") && !job.Erased(userID) {
		d.Nameless++
	}
	return i
}

// meetIn counts a person once in a group, and reports whether this is the first time
// that the person is counted at all.
func (d *Groups) meetIn(i int, roster, userID string) bool {
	first, in := d.first.Of(roster, userID), int32(i)+1 //nolint:gosec // there are not that many groups
	switch *first {
	case 0:
		*first = in
		d.List[i].People++
		d.people++
		return true
	case in:
		return false
	}
	key := membership{userID: userID, group: i}
	if _, met := d.more[key]; !met {
		d.more[key] = struct{}{}
		d.List[i].People++
	}
	return false
}

// nameOf returns the name of a person's group, and the person; nil without a roster row.
func (d *Groups) nameOf(roster, userID string) (string, *job.Person) {
	person, known := d.directory.Person(roster, userID)
	if !known {
		return d.Other, nil
	}
	name := report.CleanText(person.Value(d.by))
	if name == "" {
		return d.Other, person
	}
	return name, person
}

// at returns the place of a group in the list.
func (d *Groups) at(name string) int {
	i, known := d.index[name]
	if !known {
		i = len(d.List)
		d.index[name] = i
		d.List = append(d.List, &Group{Name: name})
	}
	return i
}

// People counts the different people that messages were sent to.
func (d *Groups) People() int { return d.people }
