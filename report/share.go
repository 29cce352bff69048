package report

import (
	"cmp"

	"notifyaudit/job"
)

// A share is the part of a message's counts that one group of a segment has.
type share struct {
	group int // its place in the segment's list
	part  job.Part
}

// shares divides the counts of a message among the groups; their sum is the
// message's. It counts person by person, unless that was done before; who is a mere
// number is in "Other". The slice is good until the next call.
func (d *departments) shares(r *job.Result) []share {
	d.divided = d.divided[:0]
	switch {
	case !r.HasCounts():
		return nil
	case r.Anonymous:
		return d.parts(r)
	case r.Audience.Form == job.AudienceSized:
		return append(d.divided, share{d.at(d.other), job.Part{Counts: r.Counts, Sized: true}})
	}
	for delivery := range r.People() {
		d.count(d.meet(r.Audience.Roster, delivery.UserID), delivery.State)
	}
	return d.divided
}

// parts are those of a message whose people are not here.
func (d *departments) parts(r *job.Result) []share {
	for _, p := range r.Parts {
		at := d.at(cmp.Or(p.Group, d.other))
		for _, id := range p.People {
			d.meetIn(at, id)
		}
		d.divided = append(d.divided, share{at, p})
	}
	return d.divided
}

// count adds a person to the share of a group.
func (d *departments) count(group int, state job.PersonState) {
	i := d.shareOf(group)
	counts := &d.divided[i].part.Counts
	switch state {
	case job.PersonRead:
		counts.Read++
	case job.PersonUnread:
		counts.Unread++
	case job.PersonUnknown:
		counts.Unknown++
	}
}

// shareOf is the place of a group's share in the message at hand.
func (d *departments) shareOf(group int) int {
	for len(d.place) < len(d.list) {
		d.place = append(d.place, 0)
	}
	i := d.place[group]
	if i < len(d.divided) && d.divided[i].group == group {
		return i
	}
	d.place[group] = len(d.divided)
	d.divided = append(d.divided, share{group: group})
	return len(d.divided) - 1
}
