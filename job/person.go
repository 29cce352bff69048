package job

import "sync"

// A PerPerson keeps something of each person: of those in a directory in a slice, which
// takes less memory than a map of user ids and is faster.
type PerPerson[T any] struct {
	directory *Directory
	listed    []T
	others    map[string]*T
}

// NewPerPerson returns one that has the zero value of T of everybody.
func NewPerPerson[T any](d *Directory) PerPerson[T] { return PerPerson[T]{directory: d} }

// Of returns what is kept of a person. It looks in the named roster first; a user id is one
// person in all rosters.
func (p *PerPerson[T]) Of(roster, userID string) *T {
	if n, known := p.directory.number(roster, userID); known {
		if p.listed == nil {
			p.listed = make([]T, p.directory.people())
		}
		return &p.listed[n]
	}
	of := p.others[userID]
	if of == nil {
		if p.others == nil {
			p.others = make(map[string]*T)
		}
		of = new(T)
		p.others[userID] = of
	}
	return of
}

// people is how many numbers there are for people.
func (d *Directory) people() int {
	n := 0
	for _, r := range d.rosters {
		n += len(r.ids)
	}
	return n
}

// number is that of a user id in the directory, from 0; false for one who is in no roster.
func (d *Directory) number(roster, userID string) (n int, known bool) {
	if d == nil {
		return 0, false
	}
	named, found := d.byName[roster]
	if found {
		if i, found := named.find(userID); found {
			return d.numbered(named, i), true
		}
	}
	for _, r := range d.rosters {
		if r == named {
			continue
		}
		if i, found := r.find(userID); found {
			return d.numbered(r, i), true
		}
	}
	return 0, false
}

// numbered is the number of the i-th person of a roster.
func (d *Directory) numbered(r *Roster, i int) int {
	if len(d.rosters) == 1 {
		return i
	}
	return int(d.numbers()[r][i])
}

// numbersOf numbers the people of several rosters, each user id once.
func numbersOf(rosters []*Roster) func() map[*Roster][]int32 {
	return sync.OnceValue(func() map[*Roster][]int32 {
		of, known := make(map[*Roster][]int32, len(rosters)), make(map[string]int32)
		for _, r := range rosters {
			of[r] = make([]int32, len(r.ids))
			for i, id := range r.ids {
				n, met := known[id]
				if !met {
					n = int32(len(known)) //nolint:gosec // there are not that many people
					known[id] = n
				}
				of[r][i] = n
			}
		}
		return of
	})
}
