package job

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"
)

// A Person is one row of a roster.
type Person struct {
	UserID     string
	Name       string
	Department string
	Manager    string
	Email      string
	Location   string
	// Joined and Left bound the time the person was there: from the start of the
	// joined day to the end of the left day, in the audit's time zone, as
	// instants [Joined, Left). Zero is open.
	Joined, Left time.Time
	// Segments are the roster's other columns, by header.
	Segments map[string]string
}

// The columns of a roster that people are divided by and that have a field of their own.
const (
	ColumnDepartment = "department"
	ColumnLocation   = "location"
	ColumnManager    = "manager"
)

// Value is the person's value in a column that people are divided by; "" if there is none.
func (p *Person) Value(column string) string {
	switch column {
	case ColumnDepartment:
		return p.Department
	case ColumnLocation:
		return p.Location
	case ColumnManager:
		return p.Manager
	default:
		return p.Segments[column]
	}
}

// There reports whether the person was there at t.
func (p *Person) There(t time.Time) bool {
	return (p.Joined.IsZero() || !t.Before(p.Joined)) && (p.Left.IsZero() || t.Before(p.Left))
}

// A Roster is the people of one audience block, sorted by user id.
type Roster struct {
	// Name is the block's name: "staff" for audience "staff".
	Name string
	// Source is the file it was read from; empty for a list in the manifest.
	Source string
	people []Person
	ids    []string
	dated  bool
	// near is behind the person who was found last.
	near atomic.Int64
}

// NewRoster makes a roster of people. Their user ids must be unique and not
// empty; the manifest sees to that and says which rows repeat one.
func NewRoster(name, source string, people []Person) *Roster {
	r := &Roster{Name: name, Source: source, people: slices.Clone(people)}
	slices.SortFunc(r.people, func(a, b Person) int { return cmp.Compare(a.UserID, b.UserID) })
	r.ids = make([]string, len(r.people))
	for i := range r.people {
		r.ids[i] = r.people[i].UserID
		r.dated = r.dated || !r.people[i].Joined.IsZero() || !r.people[i].Left.IsZero()
	}
	return r
}

// Len is the number of people, those who left included.
func (r *Roster) Len() int { return len(r.people) }

// Person finds someone by user id. It is fastest for people who are looked up in the
// order of their ids, as those of an audience are.
func (r *Roster) Person(userID string) (*Person, bool) {
	i, found := r.find(userID)
	if !found {
		return nil, false
	}
	return &r.people[i], true
}

// find looks at the people behind the one found last, before it searches all.
func (r *Roster) find(userID string) (int, bool) {
	const neighbours = 4
	near := int(r.near.Load())
	from, to := max(near-1, 0), min(near+neighbours, len(r.ids))
	i := from + slices.Index(r.ids[from:to], userID)
	found := i >= from
	if !found {
		i, found = slices.BinarySearch(r.ids, userID)
	}
	if found {
		r.near.Store(int64(i) + 1)
	}
	return i, found
}

// AudienceAt is all people who were there at t: the audience of a message sent
// then. A zero t, for an unknown time, takes all.
func (r *Roster) AudienceAt(t time.Time) Audience {
	ids := r.ids
	if r.dated && !t.IsZero() {
		ids = make([]string, 0, len(r.ids))
		for i := range r.people {
			if r.people[i].There(t) {
				ids = append(ids, r.people[i].UserID)
			}
		}
	}
	return Audience{Form: AudienceListed, Size: len(ids), UserIDs: ids, Roster: r.Name}
}

// A Directory is the rosters of a manifest, in its order. The zero value knows
// nobody.
type Directory struct {
	rosters []*Roster
	byName  map[string]*Roster
	// numbers are those of each roster's people; see PerPerson.
	numbers func() map[*Roster][]int32
}

// NewDirectory makes a directory of rosters whose names differ.
func NewDirectory(rosters ...*Roster) *Directory {
	d := &Directory{rosters: rosters, byName: make(map[string]*Roster, len(rosters)), numbers: numbersOf(rosters)}
	for _, r := range rosters {
		d.byName[r.Name] = r
	}
	return d
}

// Roster finds a roster by its name.
func (d *Directory) Roster(name string) (*Roster, bool) {
	r, found := d.byName[name]
	return r, found
}

// Rosters are all rosters in the manifest's order.
func (d *Directory) Rosters() []*Roster { return d.rosters }

// Person finds someone: in the named roster first, then in the others in their
// order. A row with nothing but the id, as a list in the manifest has them, is
// only the last resort: the person may have a name elsewhere.
func (d *Directory) Person(roster, userID string) (*Person, bool) {
	var bare *Person
	if r, found := d.byName[roster]; found {
		p, found := r.Person(userID)
		if found && !p.bare() {
			return p, true
		}
		bare = p
	}
	for _, r := range d.rosters {
		p, found := r.Person(userID)
		if found && !p.bare() {
			return p, true
		}
		bare = cmp.Or(bare, p)
	}
	return bare, bare != nil
}

// isThere reports whether the person has not left by then.
func (p *Person) isThere(t time.Time) bool { return p.Left.IsZero() || t.Before(p.Left) }

// bare reports whether nothing is known of the person but the id.
func (p *Person) bare() bool {
	return p.Name == "" && p.Department == "" && p.Manager == "" && p.Email == "" &&
		p.Location == "" && len(p.Segments) == 0
}

// Chaseable reports whether it makes sense to remind the person at t: someone
// gone from the named roster, or past their left date, can't be reached. Of an audience
// without a roster, people are taken to be there until every roster that has them says that
// they have left.
func (d *Directory) Chaseable(roster, userID string, t time.Time) bool {
	r, found := d.byName[roster]
	if found {
		p, found := r.Person(userID)
		return found && p.isThere(t)
	}
	listed := false
	for _, r := range d.rosters {
		p, found := r.Person(userID)
		if found && p.isThere(t) {
			return true
		}
		listed = listed || found
	}
	return !listed
}
