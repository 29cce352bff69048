package privacy

import (
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report/metrics"
)

// A pool is messages that have no rows of their own.
type pool struct {
	campaign string
	// messages counts them, open those without an up-to-date answer.
	messages, open int
	// oldest and newest bound the times of their readings.
	oldest, newest time.Time
	target         target
	groups         map[string]*cut
	cuts           []*cut
	node           *node
}

// A target is what the messages of a pool have in common; mixed says that they don't.
type target struct {
	common      float64
	some, mixed bool
}

func (t *target) add(wanted float64) {
	t.mixed = t.mixed || t.some && wanted != t.common
	t.common, t.some = wanted, true
}

func newPool(campaign string) *pool {
	return &pool{campaign: campaign, groups: make(map[string]*cut)}
}

// add takes in a message.
func (p *pool) add(g *guard, r *job.Result) {
	p.messages++
	if slices.Contains(metrics.OpenStatuses(), r.Status) {
		p.open++
	}
	p.target.add(r.Message.Target)
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
	rest := newPool(g.words.Say("pool.campaign"))
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
			Title: g.words.Say("pool.title", g.words.Count("n.messages", p.messages)),
		},
		Pooled: p.messages, Open: p.open, Anonymous: true, Parts: p.node.parts(g, p.cuts),
	}
	r.Counts = metrics.SumOf(r.Parts)
	r.Audience = job.Sized(r.Counts.Audience())
	if len(p.cuts) == 0 {
		r.Audience = job.Audience{}
	}
	if !p.target.mixed {
		r.Message.Target = p.target.common
	}
	if r.Counts.Known() > 0 {
		r.Reading = &job.Reading{StartedAt: p.oldest, FinishedAt: p.newest, SendStatus: job.SendSuccess}
	}
	return r
}
