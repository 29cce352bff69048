package report

import (
	"cmp"
	"fmt"
	"iter"

	"notifyaudit/job"
)

// People says how much of people a report shows.
type People string

// The modes. Named shows everything. Aggregate has no lists of people, and keeps
// back the figures of groups under the minimum and what they could be computed
// from.
const (
	PeopleNamed     People = "named"
	PeopleAggregate People = "aggregate"
)

// DefaultMinimumGroup is the size of the smallest group that has figures of its
// own where people aren't named.
const DefaultMinimumGroup = 5

// Privacy says how much of people a report shows. The zero value names them.
type Privacy struct {
	// People is the mode; "" is named.
	People People
	// MinimumGroupSize is at least 2; 0 is DefaultMinimumGroup. A named report
	// has none.
	MinimumGroupSize int
	// Segment is the one column of the roster that people may be divided by where
	// they aren't named, "" is the department: two ways of dividing the same people
	// can be subtracted from each other, and so can two reports that divide them
	// differently.
	Segment string
}

// Named reports whether people are shown as they are.
func (p Privacy) Named() bool { return p.People == "" || p.People == PeopleNamed }

// Minimum is the size of the smallest group that has figures.
func (p Privacy) Minimum() int { return cmp.Or(p.MinimumGroupSize, DefaultMinimumGroup) }

func (p Privacy) check() error {
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

// Guarded returns the input as a report with this privacy may show it: without
// people, with small audiences put together, and without checks and outputs, which may rest
// on any figure. A named one is the input as it is. The renderers that read the
// results themselves read these.
func Guarded(in Input, p Privacy) (Input, error) {
	in.Privacy = p
	if p.Named() {
		return in, nil
	}
	g, err := newGuard(in, p)
	if err != nil {
		return in, err
	}
	in = g.input(in)
	in.Directory = job.NewDirectory()
	in.Checks, in.Outputs, in.History = nil, nil, nil
	all := in.Results
	in.Results = func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range all() {
				if err == nil {
					r = g.stripped(r)
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
	return in, nil
}

// stripped is a result without its people.
func (g *guard) stripped(r *job.Result) *job.Result {
	bare := *r
	bare.Readers, bare.Outside, bare.Audience.UserIDs = nil, 0, nil
	bare.Message.NotDelivered, bare.Message.Audience = nil, job.Audience{}
	return &bare
}
