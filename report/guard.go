package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
)

// A guard keeps back the figures of small groups.
//
// Whatever is computed from guarded reports, however many there are of however
// many audits one after the other, is of cells: fixed sets of deliveries to at
// least minimum different people. A delivery is in one cell at most, and for ever:
// see [groupCell].
//
//   - A message to at least minimum people has cells of its own, one for each group
//     of one segment; what is left over in small groups is one for "Other", and when
//     that is small itself, the next larger group is in it too.
//   - The messages of a campaign to fewer people are pooled in cells of at least
//     minimum people. What fills no cell yet counts as unknown.
//
// The groups are those of the time when the cell was made: who moves takes nothing
// along. When so few come to an audience or leave it that they could be told by
// the difference, the former figures stand, with their date. So they do when a
// message of a pooled cell can't be read again, was purged, or is no longer in the
// manifest. All deliveries of a cell are known as of one time, and later as of a
// later one: there is none that alone can have changed in between.
//
// A group of a message that has read it to the last, or not at all, tells on
// everybody in it, so the message's groups all go to "Other" then; unless the
// whole message is so, which its own row says already. They go there too when all
// but one have read it, or one alone: otherwise it would be told by going there.
type guard struct {
	privacy Privacy
	minimum int
	raw     Input
	words   *words
	// divide finds people's groups in the order of the segment.
	divide *departments
	cells  cellIndex
	// repeated are the results that stand in the place of those that say more than
	// the cells.
	repeated map[job.MessageID]repetition
	pools    map[string]*pool
	order    []*pool
	// small are the groups that have too few people in the rosters.
	small map[string]bool
}

// newGuard reads the results once, or twice when nothing was published yet.
func newGuard(in Input, p Privacy) (*guard, error) {
	cells, err := cellsOf(in, p)
	if err != nil {
		return nil, err
	}
	g, err := emptyGuard(in, p)
	if err != nil {
		return nil, err
	}
	g.cells = indexed(cells)
	placed := make(map[*groupCell]bool)
	for r, err := range in.Results() {
		if err != nil {
			return nil, fmt.Errorf("look for small groups: %w", err)
		}
		for _, c := range g.cells.of[r.Message.ID] {
			if c.Pooled && !placed[c] {
				placed[c] = true
				g.pool(r.Message.Campaign).cell(g, c)
			}
		}
		switch {
		case g.pooled(r):
			g.pool(r.Message.Campaign).add(g, r)
		case g.counted(r):
			if said, repeated := g.repeat(r); repeated {
				g.repeated[r.Message.ID] = said
			}
		}
	}
	return g, nil
}

func emptyGuard(in Input, p Privacy) (*guard, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if in.Directory == nil {
		in.Directory = job.NewDirectory()
	}
	w := newWords(in.Language, in.Location)
	g := &guard{
		privacy: p, minimum: p.Minimum(), raw: in, words: w,
		divide: newDepartments(in.Directory, cmp.Or(p.Segment, SegmentDepartment), w.say("other")),
		pools:  make(map[string]*pool), repeated: make(map[job.MessageID]repetition),
	}
	g.small = g.smallGroups()
	g.divide.small = g.small
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

// counted reports whether a message has figures that somebody could be told by.
func (g *guard) counted(r *job.Result) bool {
	return r.Reading != nil && r.HasCounts() && r.Audience.Size > 0
}

// pooled reports whether a message has no figures of its own.
func (g *guard) pooled(r *job.Result) bool {
	if !g.counted(r) {
		return false
	}
	if f := g.cells.fitOf(r); f.alone() {
		return f.own() < g.minimum
	}
	return r.Audience.Size < g.minimum || slices.ContainsFunc(g.cells.of[r.Message.ID], func(c *groupCell) bool { return c.Pooled })
}

// own counts the people in the message's own cells.
func (f *fit) own() int {
	n := 0
	for _, c := range f.present {
		if !c.Pooled {
			n += c.People
		}
	}
	return n
}

// repeat is a result with the figures that were published of it, and nothing from
// which more could be told; false where the results say just what was published.
func (g *guard) repeat(r *job.Result) (repetition, bool) {
	f := g.cells.fitOf(r)
	said := job.Result{
		Message: r.Message, Status: job.StatusFresh, Anonymous: true,
		Reading: &job.Reading{SendStatus: r.Reading.SendStatus},
	}
	same, latest := f.whole && len(f.fresh) == 0 && len(f.present) > 0, true
	mixed := false
	for _, c := range f.present {
		if c.Pooled {
			same = false
			continue
		}
		said.Counts = said.Counts.Add(c.Counts())
		if said.Reading.StartedAt.IsZero() || c.AsOf.Before(said.Reading.StartedAt) {
			said.Reading.StartedAt, said.Reading.FinishedAt = c.AsOf, c.AsOf
		}
		mixed = mixed || c.Since.IsZero()
		latest = latest && g.latest(r, c.AsOf)
		same = same && (c.Since.IsZero() || c.AsOf.Equal(r.Reading.StartedAt))
	}
	said.Reading.Read, said.Reading.Readers = said.Counts.Read, said.Counts.Read
	stands := true
	switch {
	case !f.alone(): // nothing was
		said = *r
		said.Status, said.Reading, said.Previous, said.Failure = job.StatusPending, nil, nil, nil
		said.Readers, said.Calls, said.Anonymous, said.PurgedAt = nil, 0, true, time.Time{}
		said.Count()
		stands = false
	case same && !mixed:
		return repetition{}, false
	case same && latest:
		said.Audience, said.Readers, stands = r.Audience, r.Readers, false
	default:
		said.Audience = job.Sized(said.Counts.Audience())
		if r.Purged() && said.Audience.Size == r.Audience.Size {
			said.Status, said.PurgedAt = job.StatusFrozen, r.PurgedAt
		}
	}
	return repetition{&said, f.present, stands}, true
}

// A repetition is a message of which less is said than the results do.
type repetition struct {
	result *job.Result
	// cells are those of the message that the figures are of.
	cells []*groupCell
	// stands says that the figures are former ones.
	stands bool
}

func (g *guard) pool(campaign string) *pool {
	p := g.pools[campaign]
	if p == nil {
		p = &pool{campaign: campaign, groups: make(map[string]*group)}
		g.pools[campaign] = p
		g.order = append(g.order, p)
	}
	return p
}

// allows reports whether a report may have a sheet.
func (g *guard) allows(key SheetKey) bool {
	switch key {
	case SheetUnread, SheetReminders, SheetPeople, SheetDetail:
		return false
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
		if in.Findings[i].Unasked {
			in.Findings[i].Count = 1
		}
	}
	in.Run = withoutCalls(in.Run)
	in.Provenance.Serial, in.Provenance.Spending = 0, nil
	in.History = g.history(in.History)
	all := g.raw.Results
	in.Results = func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range all() {
				if err != nil {
					yield(nil, err)
					return
				}
				if said := g.said(r); said != nil && !yield(said, nil) {
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

// said is what a report says of a message by itself; nil where it has no row.
func (g *guard) said(r *job.Result) *job.Result {
	if g.pooled(r) {
		return nil
	}
	if said, repeated := g.repeated[r.Message.ID]; repeated {
		return said.result
	}
	alone := *r
	alone.Anonymous, alone.Calls = true, 0
	if alone.Previous != nil && alone.Previous.StartedAt.Before(g.since(r.Message.ID)) {
		alone.Previous = nil
	}
	return &alone
}

// standing counts the messages of these campaigns, nil is all, with former figures.
func (g *guard) standing(campaigns []string) int {
	n := 0
	for _, said := range g.repeated {
		r := said.result
		if said.stands && !r.Purged() && (campaigns == nil || slices.Contains(campaigns, r.Message.Campaign)) {
			n++
		}
	}
	return n
}

// since is when the first reading of a message was that reports may show.
func (g *guard) since(id job.MessageID) time.Time {
	var since time.Time
	for _, c := range g.cells.of[id] {
		if c.Since.After(since) {
			since = c.Since
		}
	}
	return since
}

// history has no reading from before the cells of a message, and of what only
// repeats former figures none but the last.
func (g *guard) history(all func([]job.MessageID) ([][]job.Reading, error)) func([]job.MessageID) ([][]job.Reading, error) {
	if all == nil {
		return nil
	}
	return func(ids []job.MessageID) ([][]job.Reading, error) {
		readings, err := all(ids)
		for i := range readings {
			said, repeated := g.repeated[ids[i]]
			if !repeated {
				since := g.since(ids[i])
				readings[i] = slices.DeleteFunc(slices.Clone(readings[i]), func(r job.Reading) bool { return r.StartedAt.Before(since) })
				continue
			}
			readings[i] = nil
			if said.result.Reading != nil {
				readings[i] = []job.Reading{*said.result.Reading}
			}
		}
		return readings, err
	}
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
