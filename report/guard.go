package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"notifyaudit/job"
)

// A guard keeps back the figures of small groups.
//
// What can be known from a guarded report is the figures of its cells, each of
// at least minimum different people, and their sums; no two cells have a
// delivery in common, so there is nothing to subtract. The cells are:
//
//   - a message to at least minimum people, divided among the groups of one
//     segment; what is left over in small groups goes to "Other", and when that
//     is small itself, the next larger group goes there too;
//   - the messages of a campaign to fewer people, put together in batches of at
//     least minimum people in the order in which they were first read. What fills
//     no batch yet counts as unknown. New messages only ever make new batches, so
//     that what they add can't be had by subtracting two successive reports.
//
// Two successive reports do tell on somebody who moves from one group to another
// in between, on who is added to an audience that is replaced, and on the one
// message of a batch that is still read again when the others no longer are: the
// report knows nothing of the ones before.
//
// A group of a message that has read it to the last, or not at all, tells on
// everybody in it, so the message's groups all go to "Other" then; unless the
// whole message is so, which its own row says already. They go there too when all
// but one have read it, or one alone: otherwise it would be told by going there.
type guard struct {
	privacy   Privacy
	minimum   int
	raw       Input
	words     *words
	pseudonym func(string) string
	// divide finds people's groups in the order of the segment.
	divide *departments
	// small are the groups that have too few people in the rosters.
	small map[string]bool
	pools map[string]*pool
	order []*pool
}

// newGuard reads the results once.
func newGuard(in Input, p Privacy) (*guard, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if in.Directory == nil {
		in.Directory = job.NewDirectory()
	}
	w := newWords(in.Language, in.Location)
	g := &guard{
		privacy: p, minimum: p.Minimum(), raw: in, words: w,
		divide: newDepartments(in.Directory, cmp.Or(p.Segment, SegmentDepartment), w.say("other")), pools: make(map[string]*pool),
	}
	if p.People == PeoplePseudonymous {
		g.pseudonym = p.pseudonyms()
	}
	g.small = g.smallGroups()
	g.divide.small = g.small
	for past, err := range in.pasts() {
		if err != nil {
			return nil, fmt.Errorf("look for small groups: %w", err)
		}
		if g.pooled(past.result) {
			g.pool(past.result.Message.Campaign).add(g, past)
		}
	}
	for _, pool := range g.order {
		pool.settle(g.minimum)
	}
	return g, nil
}

// smallGroups are the groups with fewer than minimum people in all rosters.
func (g *guard) smallGroups() map[string]bool {
	members := make(map[string]map[string]bool)
	for p := range everybody(g.raw.Directory) {
		name, _ := g.divide.nameOf("", p.UserID)
		if members[name] == nil {
			members[name] = make(map[string]bool)
		}
		members[name][p.UserID] = true
	}
	small := make(map[string]bool)
	for name, ids := range members {
		if len(ids) < g.minimum {
			small[name] = true
		}
	}
	return small
}

// pooled reports whether a message has figures that must not stand alone.
func (g *guard) pooled(r *job.Result) bool {
	return r.Reading != nil && r.HasCounts() && r.Audience.Size > 0 && r.Audience.Size < g.minimum
}

func (g *guard) pool(campaign string) *pool {
	p := g.pools[campaign]
	if p == nil {
		p = &pool{campaign: campaign}
		g.pools[campaign] = p
		g.order = append(g.order, p)
	}
	return p
}

// allows reports whether a report may have a sheet. Reminders are nothing
// without names.
func (g *guard) allows(key SheetKey) bool {
	switch key {
	case SheetReminders:
		return false
	case SheetUnread, SheetPeople, SheetDetail:
		return g.privacy.People == PeoplePseudonymous
	default:
		return true
	}
}

// input is the input with the messages that stand alone first, and then what was
// put together. The people of the former are still there.
func (g *guard) input(in Input) Input {
	in.Findings = slices.Clone(in.Findings)
	for i := range in.Findings {
		in.Findings[i].Examples = ""
	}
	in.Run = withoutCalls(in.Run)
	in.Provenance.Serial, in.Provenance.Spending = 0, nil
	all := g.raw.Results
	in.Results = func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range all() {
				if err != nil {
					yield(nil, err)
					return
				}
				if g.pooled(r) {
					continue
				}
				alone := *r
				alone.Anonymous = true
				if !yield(&alone, nil) {
					return
				}
			}
			for _, p := range g.order {
				if !yield(p.result(g), nil) {
					return
				}
			}
		}
	}
	return in
}

// withoutCalls is a run without its counts: what everybody has read is not asked
// again, so the calls of a run tell how many private messages are unread.
func withoutCalls(r *job.Run) *job.Run {
	if r == nil {
		return nil
	}
	bare := *r
	bare.Calls, bare.Retries, bare.Throttled, bare.Stops = 0, 0, 0, nil
	return &bare
}

// shares divides a message among the groups so that every share may be shown.
func (g *guard) shares(d *departments, r *job.Result) []share {
	if r.Pooled > 0 {
		return g.pools[r.Message.Campaign].shares(d)
	}
	all := d.shares(r)
	if r.Reading == nil || len(all) == 0 {
		return all
	}
	return g.merge(d, r, all)
}

func (g *guard) merge(d *departments, r *job.Result, all []share) []share {
	rest := share{group: d.at(d.other)}
	kept := all[:0]
	for _, s := range all {
		if s.group == rest.group || s.counts.Audience() < g.minimum {
			rest.counts = rest.counts.Add(s.counts)
			continue
		}
		kept = append(kept, s)
	}
	slices.SortFunc(kept, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.counts.Audience(), a.counts.Audience()), cmp.Compare(d.list[a.group].name, d.list[b.group].name))
	})
	if n := rest.counts.Audience(); n > 0 && n < g.minimum && len(kept) > 0 {
		last := len(kept) - 1
		rest.counts = rest.counts.Add(kept[last].counts)
		kept = kept[:last]
	}
	if rest.counts != (job.Counts{}) {
		kept = append(kept, rest)
	}
	if unanimous(r.Counts) || !slices.ContainsFunc(kept, func(s share) bool { return telling(s.counts) }) {
		return kept
	}
	return append(kept[:0], share{group: rest.group, counts: r.Counts})
}

// telling reports whether fewer than two of a group have read, or have not.
func telling(c job.Counts) bool { return c.Read+c.Unread > 0 && (c.Read < 2 || c.Unread < 2) }

// unanimous reports whether everybody's state follows from the counts.
func unanimous(c job.Counts) bool { return c.Read+c.Unread > 0 && (c.Read == 0 || c.Unread <= 0) }
