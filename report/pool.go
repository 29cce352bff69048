package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// A pool is the messages of a campaign whose audiences are too small to have
// figures of their own.
type pool struct {
	campaign string
	entries  []entry
	// newest is the time of the latest reading among those that are shown.
	newest time.Time
	target targetMean
	// groups are the figures of each group by name, and all their sum.
	groups map[string]job.Counts
	all    job.Counts
}

// An entry is one small message.
type entry struct {
	since  time.Time // when its first reading ended
	at     time.Time // of its latest reading
	key    string
	group  string
	ids    []string
	roster string
	size   int
	counts job.Counts
}

// add takes in a small message, under the group of all its people or, if they
// are of several, under "Other".
func (p *pool) add(g *guard, of past) {
	r := of.result
	e := entry{
		since: r.Reading.FinishedAt, at: r.Reading.StartedAt, group: g.divide.other,
		key: strings.Join([]string{r.Message.ID.Provider, string(r.Message.ID.Kind), r.Message.ID.ProcessQueryKey}, "\x00"),
		ids: r.Audience.UserIDs, roster: r.Audience.Roster, size: r.Audience.Size, counts: r.Counts,
	}
	if len(of.readings) > 0 && of.readings[0].FinishedAt.Before(e.since) {
		e.since = of.readings[0].FinishedAt
	}
	for i, id := range e.ids {
		name, _ := g.divide.nameOf(e.roster, id)
		if i > 0 && name != e.group {
			e.group = g.divide.other
			break
		}
		e.group = name
	}
	p.target.add(r.Message.Target, r.Audience.Size)
	p.entries = append(p.entries, e)
}

// settle fills the batches in the order of the first readings: one that is full
// stays as it is for ever, whatever is read later.
func (p *pool) settle(minimum int) {
	slices.SortFunc(p.entries, func(a, b entry) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.key, b.key))
	})
	p.groups = make(map[string]job.Counts)
	open := make(map[string]*batch)
	for i := range p.entries {
		e := &p.entries[i]
		b := open[e.group]
		if b == nil {
			b = &batch{people: make(map[string]bool)}
			open[e.group] = b
		}
		b.add(e)
		if b.size() < minimum {
			continue
		}
		p.groups[e.group] = p.groups[e.group].Add(b.counts)
		if b.newest.After(p.newest) {
			p.newest = b.newest
		}
		delete(open, e.group)
	}
	for group, b := range open {
		p.groups[group] = p.groups[group].Add(job.Counts{Unknown: b.counts.Audience()})
	}
	for _, c := range p.groups {
		p.all = p.all.Add(c)
	}
}

// A batch is messages to enough different people.
type batch struct {
	people map[string]bool
	sized  int // the largest of the mere numbers: they may be the same people
	counts job.Counts
	newest time.Time
}

func (b *batch) add(e *entry) {
	for _, id := range e.ids {
		b.people[id] = true
	}
	if len(e.ids) == 0 {
		b.sized = max(b.sized, e.size)
	}
	b.counts = b.counts.Add(e.counts)
	if e.at.After(b.newest) {
		b.newest = e.at
	}
}

func (b *batch) size() int { return max(len(b.people), b.sized) }

// result is the pool as one row of the report.
func (p *pool) result(g *guard) *job.Result {
	r := &job.Result{
		Message: job.Message{
			Address: p.campaign, Campaign: p.campaign,
			Title: g.words.say("pool.title", p.campaign, g.words.count("n.messages", len(p.entries)), g.minimum),
		},
		Status: job.StatusCurrent, Audience: job.Sized(p.all.Audience()),
		Counts: p.all, Pooled: len(p.entries), Anonymous: true,
	}
	if !p.target.mixed {
		r.Message.Target, _ = p.target.value()
	}
	if !p.newest.IsZero() {
		r.Reading = &job.Reading{StartedAt: p.newest, FinishedAt: p.newest, SendStatus: job.SendSuccess, Read: p.all.Read, Readers: p.all.Read}
	}
	return r
}

// shares divides the pool among the groups, unless that told on a whole group.
func (p *pool) shares(d *departments) []share {
	d.divided = d.divided[:0]
	for i := range p.entries {
		for _, id := range p.entries[i].ids {
			d.meet(p.entries[i].roster, id)
		}
	}
	tells := false
	for _, c := range p.groups {
		tells = tells || telling(c)
	}
	if tells && !unanimous(p.all) {
		return append(d.divided, share{d.at(d.other), p.all})
	}
	for group, c := range p.groups {
		d.divided = append(d.divided, share{d.at(group), c})
	}
	slices.SortFunc(d.divided, func(a, b share) int { return cmp.Compare(a.group, b.group) })
	return d.divided
}
