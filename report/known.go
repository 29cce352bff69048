package report

import (
	"slices"
	"time"

	"notifyaudit/job"
)

// instants are when the figures of the message's own cells are of, and the first of
// their readings that reports may show. Of a message that is, or once was, to
// others as well they are those of a pooled cell; and so they are when everybody had
// read it before the run that first shows it, since the last reading may have been
// the one that settled it for fewer people.
func (p *publisher) instants(r *job.Result, f *fit, own []*groupCell) (at, since time.Time, known bool) {
	mixed := slices.ContainsFunc(f.present, func(c *groupCell) bool { return c.Pooled }) ||
		slices.ContainsFunc(own, func(c *groupCell) bool { return c.Since.IsZero() })
	if run := p.raw.Run; !mixed && len(own) == 0 && run != nil && settled(r) && r.Reading.StartedAt.Before(run.StartedAt) {
		return runTime(run), time.Time{}, true
	}
	if !mixed {
		return r.Reading.StartedAt, r.Reading.StartedAt, true
	}
	p.mix(own)
	known = !slices.ContainsFunc(f.present, func(c *groupCell) bool {
		return c.Pooled != f.alone() && !p.knownAfter(r, c.AsOf)
	})
	return runTime(p.raw.Run), time.Time{}, known
}

// mix notes that a message was to others beside its own cells.
func (p *publisher) mix(own []*groupCell) {
	for _, c := range own {
		if !c.Since.IsZero() {
			c.Since = time.Time{}
			p.changed[c] = true
		}
	}
}

// knownAfter reports whether it is known who has read a message at a later time
// than an instant: it was read again, or everybody had read it and it would have
// been. Whether everybody has is not to be told by the time, so it must be due by
// the rules of the audit, which anybody may know.
func (p *publisher) knownAfter(r *job.Result, at time.Time) bool {
	return p.whole && (settled(r) || r.Reading.StartedAt.After(at)) && p.due(r, at)
}

// settled reports whether everybody has read a message.
func settled(r *job.Result) bool {
	return r.Audience.Form == job.AudienceListed && r.Counts.Unread == 0
}

// due reports whether the rules have the message asked again after an instant and
// before the end of the latest run, and still now.
func (g *guard) due(r *job.Result, since time.Time) bool {
	run := g.raw.Run
	if run == nil {
		return false
	}
	refresh, born, now := g.raw.Refresh, r.Message.SentAt, runTime(run)
	if born.IsZero() {
		born = r.FirstAskedAt
	}
	age := time.Duration(0)
	if !born.IsZero() {
		age = since.Sub(born)
	}
	closes := r.Message.ClosesAt()
	return !run.StartedAt.Before(since.Add(refresh.Wait(age))) &&
		(closes.IsZero() || now.Before(closes)) &&
		(refresh.StopAfter == 0 || born.IsZero() || now.Sub(born) <= refresh.StopAfter)
}

// latest reports whether what was known of a message at an instant is the latest,
// as far as the rules of the audit tell, which anybody may know.
func (g *guard) latest(r *job.Result, at time.Time) bool {
	return at.Equal(runTime(g.raw.Run)) || !g.due(r, at) && !r.Reading.StartedAt.After(at)
}
