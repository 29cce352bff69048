package privacy

import (
	"cmp"
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// A grouping finds the groups of people that are large enough to be shown.
type grouping struct {
	directory *job.Directory
	column    string
	small     map[string]bool
}

// newGrouping leaves out groups with fewer people than the minimum in all rosters.
func newGrouping(d *job.Directory, column string, minimum int) *grouping {
	if d == nil {
		d = job.NewDirectory()
	}
	g := &grouping{directory: d, column: column, small: make(map[string]bool)}
	members := make(map[string]map[string]bool)
	for p := range metrics.Everybody(d) {
		name := g.of("", p.UserID)
		if members[name] == nil {
			members[name] = make(map[string]bool)
		}
		members[name][p.UserID] = true
	}
	for name, ids := range members {
		if name != "" && len(ids) < minimum {
			g.small[name] = true
		}
	}
	return g
}

// of is somebody's group; "" is "Other".
func (g *grouping) of(roster, userID string) string {
	person, known := g.directory.Person(roster, userID)
	if !known {
		return ""
	}
	name := report.CleanText(metrics.ValueOf(person, g.column))
	if g.small[name] {
		return ""
	}
	return name
}

// A cut is the people of one group among those of a message, or of a pool.
type cut struct {
	group string
	// people are different user ids, sorted; known are those of them whose state
	// for some message is known.
	people, known []string
	// sized and knownSized are the least number of different people of whom only
	// the number is known.
	sized, knownSized int
	counts            job.Counts
}

// size is the least number of different people, knownSize of those whose state is
// known.
func (c *cut) size() int      { return max(len(c.people), c.sized) }
func (c *cut) knownSize() int { return max(len(c.known), c.knownSized) }

// merge takes in another cut. Those known by number only may be the same people.
func (c *cut) merge(d *cut) {
	c.people, c.known = union(c.people, d.people), union(c.known, d.known)
	c.sized, c.knownSized = max(c.sized, d.sized), max(c.knownSized, d.knownSized)
	c.counts = c.counts.Add(d.counts)
}

func union(a, b []string) []string {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// cut divides the people of a message by their groups. Of one that is recalled,
// has no audience or contradicts itself there is nothing to divide.
func (g *guard) cut(r *job.Result) map[string]*cut {
	cuts := make(map[string]*cut)
	if !r.HasCounts() || r.Contradicts() || r.Audience.Size <= 0 {
		return cuts
	}
	if r.Audience.Form != job.AudienceListed || r.Purged() {
		c := &cut{sized: r.Audience.Size, counts: r.Counts}
		if r.Reading != nil {
			c.knownSized = c.sized
		}
		return map[string]*cut{"": c}
	}
	for d := range r.People() {
		name := g.groups.of(r.Audience.Roster, d.UserID)
		c := cuts[name]
		if c == nil {
			c = &cut{group: name}
			cuts[name] = c
		}
		c.people = append(c.people, d.UserID)
		c.counts = c.counts.Add(job.CountOf(d.State))
	}
	if r.Reading != nil {
		for _, c := range cuts {
			c.known = c.people
		}
	}
	return cuts
}

// enough reports whether a cut may be shown: it is of enough people, and so is what
// is known of it, unless that is nothing.
func (g *guard) enough(c *cut) bool {
	return c.size() >= g.minimum && (c.counts.Known() == 0 || c.knownSize() >= g.minimum)
}

// divide puts the groups that may not be shown in "Other", and as many more as
// "Other" needs to be shown. The largest group comes first and "Other" last; false
// when all of them together are too few.
func (g *guard) divide(cuts map[string]*cut) (shown []*cut, enough bool) {
	rest := &cut{}
	if c := cuts[""]; c != nil {
		*rest = *c
	}
	for name, c := range cuts {
		switch {
		case name == "":
		case g.enough(c):
			shown = append(shown, c)
		default:
			rest.merge(c)
		}
	}
	slices.SortFunc(shown, func(a, b *cut) int {
		return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.group, b.group))
	})
	if rest.size() == 0 {
		return shown, true
	}
	for !g.enough(rest) && len(shown) > 0 {
		last := len(shown) - 1
		rest.merge(shown[last])
		shown = shown[:last]
	}
	return append(shown, rest), g.enough(rest)
}
