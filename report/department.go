package report

import (
	"notifyaudit/job"
)

// smallGroup is the number of people below which a department's row is marked:
// its rate says more about persons than about the department.
const smallGroup = 5

// departments count the deliveries by the department of who got them, or by
// another column of the roster. The memory is that of the people's ids.
type departments struct {
	directory *job.Directory
	// by is the column of the roster.
	by string
	// other is the name of the row for everybody without a department; a
	// department of that name is the same row.
	other string
	list  []*department
	index map[string]int
	// first is the department in which somebody was met first, by user id; more
	// are the others: in another roster people may be elsewhere.
	first map[string]int
	more  map[membership]struct{}
	// nameless counts the people of whom no name is known.
	nameless int

	// divided are the shares of the message at hand, place where to look for a
	// group's among them.
	divided []share
	place   []int
}

type department struct {
	name   string
	people int
	sum    sum
	// read says that a message to some of them has a reading; sized that some of
	// them are a mere number.
	read, sized bool
}

func (d *department) counts() job.Counts { return d.sum.total() }

type membership struct {
	userID     string
	department int
}

func newDepartments(directory *job.Directory, by, other string) *departments {
	return &departments{
		directory: directory, by: by, other: other, index: make(map[string]int),
		first: make(map[string]int), more: make(map[membership]struct{}),
	}
}

// add adds the shares of one more message.
func (d *departments) add(r *job.Result, shares []share) {
	for _, s := range shares {
		in := d.list[s.group]
		in.sum.part(&s.part)
		in.read = in.read || r.Reading != nil
		in.sized = in.sized || s.part.Sized
	}
}

// meet finds somebody's department and counts them once in it.
func (d *departments) meet(roster, userID string) int {
	name, person := d.nameOf(roster, userID)
	i := d.at(name)
	if d.meetIn(i, userID) && (person == nil || person.Name == "") && !job.Erased(userID) {
		d.nameless++
	}
	return i
}

// meetIn counts somebody once in a department, and reports whether they were never
// met before.
func (d *departments) meetIn(i int, userID string) bool {
	first, met := d.first[userID]
	switch {
	case !met:
		d.first[userID] = i
		d.list[i].people++
	case first != i:
		key := membership{userID: userID, department: i}
		if _, met := d.more[key]; !met {
			d.more[key] = struct{}{}
			d.list[i].people++
		}
	}
	return !met
}

// nameOf is the department of somebody; the person is nil when nobody knows them.
func (d *departments) nameOf(roster, userID string) (string, *job.Person) {
	person, known := d.directory.Person(roster, userID)
	if !known {
		return d.other, nil
	}
	name := CleanText(segmentOf(person, d.by))
	if name == "" {
		return d.other, person
	}
	return name, person
}

// at is the place of a department in the list.
func (d *departments) at(name string) int {
	i, known := d.index[name]
	if !known {
		i = len(d.list)
		d.index[name] = i
		d.list = append(d.list, &department{name: name})
	}
	return i
}

// people counts those whom the messages were sent to, each once.
func (d *departments) people() int { return len(d.first) }
