package report

import (
	"cmp"
	"fmt"
)

// People says how much of people a report shows.
type People string

// The modes. Named shows everything. Aggregate has no lists of people, and keeps
// back what tells of fewer people than the minimum; see package privacy.
const (
	PeopleNamed     People = "named"
	PeopleAggregate People = "aggregate"
)

// DefaultMinimumGroup is the size of the smallest group that an aggregate report
// has figures of.
const DefaultMinimumGroup = 5

// Privacy says how much of people a report shows. The zero value names them.
type Privacy struct {
	// People is the mode; "" is named.
	People People
	// MinimumGroupSize is at least 2; 0 is DefaultMinimumGroup. A named report
	// has none.
	MinimumGroupSize int
	// Segment is the one column of the roster that an aggregate report divides
	// people by, "" is the department: two ways of dividing the same people can be
	// subtracted from each other, and so can two reports of one run that divide
	// them differently.
	Segment string
}

// Named reports whether people are shown as they are.
func (p Privacy) Named() bool { return p.People == "" || p.People == PeopleNamed }

// Minimum is the size of the smallest group that has figures.
func (p Privacy) Minimum() int { return cmp.Or(p.MinimumGroupSize, DefaultMinimumGroup) }

// Check reports what is wrong with it.
func (p Privacy) Check() error {
	switch {
	case p.Named():
		return nil
	case p.People != PeopleAggregate:
		return fmt.Errorf("people can't be shown %q", string(p.People))
	case p.MinimumGroupSize == 1 || p.MinimumGroupSize < 0:
		return fmt.Errorf("a minimum group size of %d protects nobody", p.MinimumGroupSize)
	}
	return nil
}
