package report

import (
	"time"

	"notifyaudit/job"
)

// A pool is the messages of a campaign that have no figures of their own, and the
// pooled cells that have theirs.
type pool struct {
	campaign string
	// messages counts those without figures of their own; pending are the people
	// whose result is held back.
	messages, pending int
	// oldest and newest bound the instants that the figures are of.
	oldest, newest time.Time
	target         targetMean
	// groups are the figures of each group by name, "" is "Other", and all their
	// sum.
	groups map[string]*group
	all    job.Counts
}

// cell takes in a pooled cell.
func (p *pool) cell(g *guard, c *groupCell) {
	counts := c.Counts()
	if c.People < g.minimum {
		counts = job.Counts{Unknown: counts.Audience()}
	} else {
		if p.oldest.IsZero() || c.AsOf.Before(p.oldest) {
			p.oldest = c.AsOf
		}
		if c.AsOf.After(p.newest) {
			p.newest = c.AsOf
		}
	}
	groupFor(p.groups, g.label(c)).add(c, counts)
	p.all = p.all.Add(counts)
}

// add takes in a message: who is in no pooled cell waits.
func (p *pool) add(g *guard, r *job.Result) {
	p.messages++
	p.target.add(r.Message.Target, r.Audience.Size)
	f := g.cells.fitOf(r)
	waiting := job.Counts{Unknown: len(f.fresh)}
	var own []*groupCell
	for _, c := range f.present {
		if !c.Pooled {
			waiting.Unknown += c.Read + c.Unread
			own = append(own, c)
		}
	}
	if len(f.present) == 0 && len(f.fresh) == 0 {
		waiting.Unknown = r.Audience.Size
	}
	if waiting.Unknown == 0 {
		return
	}
	of := groupFor(p.groups, g.groupOf(r.Audience.Roster, f.fresh))
	of.counts = of.counts.Add(waiting)
	of.cells = append(of.cells, own...)
	of.waiting = append(of.waiting, f.fresh...)
	of.mere = of.mere || len(f.present) == 0 && len(f.fresh) == 0
	p.pending += waiting.Unknown
	p.all = p.all.Add(waiting)
}

// result is the pool as one row of the report.
func (p *pool) result(g *guard) *job.Result {
	messages := max(1, p.messages)
	r := &job.Result{
		Message: job.Message{
			Address: p.campaign, Campaign: p.campaign,
			Title: g.words.say("pool.title", p.campaign, g.words.count("n.messages", messages), g.minimum),
		},
		Status: job.StatusCurrent, Audience: job.Sized(p.all.Audience()),
		Counts: p.all, Pooled: messages, Anonymous: true,
	}
	if !p.target.mixed {
		r.Message.Target, _ = p.target.value()
	}
	if !p.newest.IsZero() {
		r.Reading = &job.Reading{StartedAt: p.oldest, FinishedAt: p.newest, SendStatus: job.SendSuccess, Read: p.all.Read, Readers: p.all.Read}
	}
	return r
}
