package metrics

import (
	"cmp"

	"notifyaudit/job"
)

// A Share is the part of a message's counts that one group of a segment has.
type Share struct {
	Group int // its place in the list of groups
	Part  job.Part
}

// Shares divides the counts of a message among the groups. Their sum is the message's
// counts; a message that contradicts itself has none. People known by number only are
// in "Other". The slice is valid until the next call.
func (d *Groups) Shares(r *job.Result) []Share {
	d.divided = d.divided[:0]
	switch {
	case !r.HasCounts(), r.Contradicts():
		return nil
	case r.Anonymous:
		return d.parts(r)
	case r.Audience.Form == job.AudienceSized:
		return append(d.divided, Share{d.at(d.Other), job.Part{Counts: r.Counts, Sized: true}})
	}
	for delivery := range r.People() {
		counts := &d.divided[d.shareOf(d.meet(r.Audience.Roster, delivery.UserID))].Part.Counts
		*counts = counts.Add(job.CountOf(delivery.State))
	}
	return d.divided
}

// parts are the shares of a message that was divided before: its people are not here.
func (d *Groups) parts(r *job.Result) []Share {
	for _, p := range r.Parts {
		at := d.at(cmp.Or(p.Group, d.Other))
		for _, id := range p.People {
			d.meetIn(at, "", id)
		}
		d.divided = append(d.divided, Share{at, p})
	}
	return d.divided
}

// shareOf is the place of a group's share in the message at hand.
func (d *Groups) shareOf(group int) int {
	for len(d.place) < len(d.List) {
		d.place = append(d.place, 0)
	}
	i := d.place[group]
	if i < len(d.divided) && d.divided[i].Group == group {
		return i
	}
	d.place[group] = len(d.divided)
	d.divided = append(d.divided, Share{Group: group})
	return len(d.divided) - 1
}
