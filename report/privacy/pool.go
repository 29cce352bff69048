package privacy

import (
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report/metrics"
)

// A pool is the messages to small groups of a campaign, which share a row.
type pool struct {
	campaign string
	// messages counts them; open counts those without an up-to-date answer.
	messages, open int
	// oldest and newest bound the times of their readings.
	oldest, newest time.Time
	target         target
	groups         map[string]*subset
	subsets        []*subset
	node           *node
}

// A target is the target that the messages of a pool share; mixed says that they differ.
type target struct {
	common      float64
	some, mixed bool
}

func (t *target) add(wanted float64) {
	t.mixed = t.mixed || t.some && wanted != t.common
	t.common, t.some = wanted, true
}

func newPool(campaign string) *pool {
	return &pool{campaign: campaign, groups: make(map[string]*subset)}
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
	for name, c := range g.subsets(r) {
		p.put(name, c)
	}
}

func (p *pool) put(name string, c *subset) {
	of := p.groups[name]
	if of == nil {
		of = &subset{group: name}
		p.groups[name] = of
	}
	// mergePools sorts the lists and removes duplicates.
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

// mergePools divides the pools. Pools that are too small are merged into one for all
// campaigns; if that is too small as well, it shows no people.
func (g *guard) mergePools() {
	var large []*pool
	rest := newPool(g.words.Say("pool.campaign", g.minimum))
	for _, p := range g.pools {
		for _, c := range p.groups {
			c.people, c.known = sortedUnique(c.people), sortedUnique(c.known)
		}
		if subsets, enough := g.divide(p.groups); enough {
			p.subsets = subsets
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
		c.people, c.known = sortedUnique(c.people), sortedUnique(c.known)
	}
	subsets, enough := g.divide(rest.groups)
	if enough {
		rest.subsets = subsets
	}
	g.pools = append(g.pools, rest)
}

func sortedUnique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// result returns the pool as one row of the report.
func (p *pool) result(g *guard) *job.Result {
	r := &job.Result{
		Message: job.Message{
			Address: p.campaign, Campaign: p.campaign,
			Title: g.words.Say("pool.title", g.words.Count("n.messages", p.messages), g.minimum),
		},
		Pooled: p.messages, Open: p.open, Anonymous: true, Parts: p.node.parts(g, p.subsets),
	}
	r.Counts = metrics.SumOf(r.Parts)
	r.Audience = job.Sized(r.Counts.Audience())
	if len(p.subsets) == 0 {
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
