package report

import (
	"notifyaudit/job"
)

// smallGroup is the number of people below which a department's row is marked:
// its rate says more about persons than about the department.
const smallGroup = 5

// departments count the deliveries by the department of who got them. The
// memory is that of the people's ids.
type departments struct {
	directory *job.Directory
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
}

type department struct {
	name   string
	people int
	counts job.Counts
	// read says that a message to some of them has a reading; sized that some of
	// them are a mere number.
	read, sized bool
}

type membership struct {
	userID     string
	department int
}

func newDepartments(directory *job.Directory, other string) *departments {
	return &departments{
		directory: directory, other: other, index: make(map[string]int),
		first: make(map[string]int), more: make(map[membership]struct{}),
	}
}

// add counts the people of one more message.
func (d *departments) add(r *job.Result) {
	if !r.HasCounts() {
		return
	}
	if r.Audience.Form == job.AudienceSized {
		other := d.list[d.at(d.other)]
		other.sized = true
		other.read = other.read || r.Reading != nil
		other.counts = other.counts.Add(r.Counts)
		return
	}
	for delivery := range r.People() {
		i := d.meet(r.Audience.Roster, delivery.UserID)
		d.list[i].read = d.list[i].read || r.Reading != nil
		switch delivery.State {
		case job.PersonRead:
			d.list[i].counts.Read++
		case job.PersonUnread:
			d.list[i].counts.Unread++
		case job.PersonUnknown:
			d.list[i].counts.Unknown++
		}
	}
}

// meet finds somebody's department and counts them once in it.
func (d *departments) meet(roster, userID string) int {
	name := d.other
	person, known := d.directory.Person(roster, userID)
	if known && person.Department != "" {
		name = CleanText(person.Department)
	}
	i := d.at(name)
	first, met := d.first[userID]
	switch {
	case !met:
		d.first[userID] = i
		d.list[i].people++
		if !known || person.Name == "" {
			d.nameless++
		}
	case first != i:
		key := membership{userID: userID, department: i}
		if _, met := d.more[key]; !met {
			d.more[key] = struct{}{}
			d.list[i].people++
		}
	}
	return i
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
