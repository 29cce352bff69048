package report

import (
	"cmp"
	"slices"
	"time"

	"notifyaudit/job"
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
	for p := range everybody(d) {
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
	name := CleanText(segmentOf(person, g.column))
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
		c.counts = c.counts.Add(countOf(d.State))
	}
	if r.Reading != nil {
		for _, c := range cuts {
			c.known = c.people
		}
	}
	return cuts
}

// countOf is one person of a state.
func countOf(state job.PersonState) job.Counts {
	switch state {
	case job.PersonRead:
		return job.Counts{Read: 1}
	case job.PersonUnread:
		return job.Counts{Unread: 1}
	default:
		return job.Counts{Unknown: 1}
	}
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

// A pool is messages that have no rows of their own.
type pool struct {
	campaign string
	// messages counts them, open those without an up-to-date answer.
	messages, open int
	// oldest and newest bound the times of their readings.
	oldest, newest time.Time
	target         targetMean
	groups         map[string]*cut
	cuts           []*cut
	node           *node
}

func newPool(campaign string) *pool {
	return &pool{campaign: campaign, groups: make(map[string]*cut)}
}

// add takes in a message.
func (p *pool) add(g *guard, r *job.Result) {
	p.messages++
	if slices.Contains(openStatuses(), r.Status) {
		p.open++
	}
	p.target.add(r.Message.Target, r.Audience.Size)
	if r.Reading != nil {
		p.span(r.Reading.StartedAt, r.Reading.StartedAt)
	}
	for name, c := range g.cut(r) {
		p.put(name, c)
	}
}

func (p *pool) put(name string, c *cut) {
	of := p.groups[name]
	if of == nil {
		of = &cut{group: name}
		p.groups[name] = of
	}
	// The lists are sorted and compacted once, in gather.
	of.people, of.known = append(of.people, c.people...), append(of.known, c.known...)
	of.sized, of.knownSized = max(of.sized, c.sized), max(of.knownSized, c.knownSized)
	of.counts = of.counts.Add(c.counts)
}

func (p *pool) span(oldest, newest time.Time) {
	if p.oldest.IsZero() || oldest.Before(p.oldest) {
		p.oldest = oldest
	}
	if newest.After(p.newest) {
		p.newest = newest
	}
}

// gather divides the pools. Those that are too small alone become one pool of all
// campaigns; when that is too small too, nothing is shown of its people.
func (g *guard) gather() {
	var large []*pool
	rest := newPool(g.words.say("pool.campaign"))
	for _, p := range g.pools {
		for _, c := range p.groups {
			c.people, c.known = different(c.people), different(c.known)
		}
		if cuts, enough := g.divide(p.groups); enough {
			p.cuts = cuts
			large = append(large, p)
			continue
		}
		rest.messages, rest.open = rest.messages+p.messages, rest.open+p.open
		if !p.oldest.IsZero() {
			rest.span(p.oldest, p.newest)
		}
		rest.target.mixed = true
		for name, c := range p.groups {
			rest.put(name, c)
		}
	}
	g.pools = large
	if rest.messages == 0 {
		return
	}
	for _, c := range rest.groups {
		c.people, c.known = different(c.people), different(c.known)
	}
	cuts, enough := g.divide(rest.groups)
	if enough {
		rest.cuts = cuts
	}
	g.pools = append(g.pools, rest)
}

func different(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// result is the pool as one row of the report.
func (p *pool) result(g *guard) *job.Result {
	r := &job.Result{
		Message: job.Message{
			Address: p.campaign, Campaign: p.campaign,
			Title: g.words.say("pool.title", g.words.count("n.messages", p.messages)),
		},
		Pooled: p.messages, Open: p.open, Anonymous: true, Parts: p.node.parts(g, p.cuts),
	}
	r.Counts = sumOf(r.Parts)
	r.Audience = job.Sized(r.Counts.Audience())
	if len(p.cuts) == 0 {
		r.Audience = job.Audience{}
	}
	if !p.target.mixed {
		r.Message.Target, _ = p.target.value()
	}
	if r.Counts.Known() > 0 {
		r.Reading = &job.Reading{StartedAt: p.oldest, FinishedAt: p.newest, SendStatus: job.SendSuccess}
	}
	return r
}
