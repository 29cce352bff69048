package privacy

import (
	"cmp"
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// A grouping finds people's groups. Groups that are too small in the rosters are none.
type grouping struct {
	directory *job.Directory
	column    string
	small     map[string]bool
}

// newGrouping finds the groups with fewer people than the minimum in all rosters.
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

// of returns a person's group; "" is "Other".
func (g *grouping) of(roster, userID string) string {
	person, known := g.directory.Person(roster, userID)
	if !known {
		return ""
	}
	name := report.CleanText(person.Value(g.column))
	if g.small[name] {
		return ""
	}
	return name
}

// A subset is the people of one group among those of a message or a pool.
type subset struct {
	group string
	// people are distinct user ids, sorted; known are those whose state is known for
	// some message.
	people, known []string
	// sized and knownSized are the least number of distinct people in audiences of
	// which only the size is known.
	sized, knownSized int
	counts            job.Counts
}

// size is the least number of distinct people, knownSize of those whose state is known.
func (c *subset) size() int      { return max(len(c.people), c.sized) }
func (c *subset) knownSize() int { return max(len(c.known), c.knownSized) }

// merge adds another subset. People known by number only may be the same ones.
func (c *subset) merge(d *subset) {
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

// subsets divides the people of a message by group. A message that is recalled, has no
// audience or contradicts itself has none.
func (g *guard) subsets(r *job.Result) map[string]*subset {
	subsets := make(map[string]*subset)
	if !r.HasCounts() || r.Contradicts() || r.Audience.Size <= 0 {
		return subsets
	}
	if r.Audience.Form != job.AudienceListed || r.Purged() {
		c := &subset{sized: r.Audience.Size, counts: r.Counts}
		if r.Reading != nil {
			c.knownSized = c.sized
		}
		return map[string]*subset{"": c}
	}
	for d := range r.People() {
		name := g.groups.of(r.Audience.Roster, d.UserID)
		c := subsets[name]
		if c == nil {
			c = &subset{group: name}
			subsets[name] = c
		}
		c.people = append(c.people, d.UserID)
		c.counts = c.counts.Add(job.CountOf(d.State))
	}
	if r.Reading != nil {
		for _, c := range subsets {
			c.known = c.people
		}
	}
	return subsets
}

// enough reports whether a subset has enough people to be shown, and enough people whose
// state is known, unless nobody's is.
func (g *guard) enough(c *subset) bool {
	return c.size() >= g.minimum && (c.counts.Known() == 0 || c.knownSize() >= g.minimum)
}

// divide moves the groups that are too small to "Other", and further ones until "Other"
// is large enough. The largest group comes first and "Other" last. It returns false if
// all people together are too few.
func (g *guard) divide(subsets map[string]*subset) (shown []*subset, enough bool) {
	rest := &subset{}
	if c := subsets[""]; c != nil {
		*rest = *c
	}
	for name, c := range subsets {
		switch {
		case name == "":
		case g.enough(c):
			shown = append(shown, c)
		default:
			rest.merge(c)
		}
	}
	slices.SortFunc(shown, func(a, b *subset) int {
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
