package report

import (
	"notifyaudit/job"
)

// A share is the part of a message's counts that one group of a segment has.
type share struct {
	group  int // its place in the segment's list
	counts job.Counts
	mere   bool // some of them are a mere number
}

// shares divides the counts of a message among the groups of a segment; their
// sum is the message's. The slice is good until the next call.
func (b *book) shares(d *departments, r *job.Result) []share {
	if b.guard != nil {
		return b.guard.shares(d, r)
	}
	return d.shares(r)
}

// shares counts person by person; who is a mere number is in "Other".
func (d *departments) shares(r *job.Result) []share {
	d.divided = d.divided[:0]
	if !r.HasCounts() {
		return nil
	}
	if r.Audience.Form == job.AudienceSized {
		return append(d.divided, share{group: d.at(d.other), counts: r.Counts, mere: true})
	}
	for delivery := range r.People() {
		d.count(d.meet(r.Audience.Roster, delivery.UserID), delivery.State)
	}
	return d.divided
}

// count adds a person to the share of a group.
func (d *departments) count(group int, state job.PersonState) {
	i := d.shareOf(group)
	counts := &d.divided[i].counts
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
