package chase

import (
	"math/bits"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/notices"
)

// A List is the people to remind. Its memory grows with the number of people, and of the
// notices that each has not read.
type List struct {
	*Roll

	unread *metrics.Unread
	people job.PerPerson[*Person]
	// all are the people, sorted or in the order of their first messages.
	all    []*Person
	sorted bool
	// robots are the robots that sent, in the order of their first messages; missed are the
	// notices that somebody has not read, likewise, and place is where each is among them.
	robots []string
	missed []missed
	place  map[missed]int32
	// buf has the missed notices of one person.
	buf []int32
}

// A Person is somebody to remind.
type Person struct {
	Entry
	// Messages is how many messages the person has not read.
	Messages int
	// Oldest is when the first of them was sent that has a time of sending; zero if none
	// has. AsOf is the time of the oldest reading that says so.
	Oldest, AsOf time.Time

	missed missedSet
}

// A missedSet is places in the list's missed notices. Of most lists these are few: the first
// ones are bits.
type missedSet struct {
	first uint64
	more  []int32
}

// add adds a place; isNew says that it was in no set before.
func (s *missedSet) add(of int32, isNew bool) {
	switch {
	case of < 64:
		s.first |= 1 << of
	case isNew || !slices.Contains(s.more, of):
		s.more = append(s.more, of)
	}
}

// appendTo appends the places.
func (s *missedSet) appendTo(all []int32) []int32 {
	for rest := s.first; rest != 0; rest &= rest - 1 {
		all = append(all, int32(bits.TrailingZeros64(rest))) //nolint:gosec // at most 64
	}
	return append(all, s.more...)
}

// A missed is a notice that people have not read, and the robot that sent it.
type missed struct{ notice, robot int }

// NewList returns the list of an input before any message is added.
func NewList(in *report.Input, roll *Roll) *List {
	return &List{Roll: roll, unread: metrics.NewUnread(in), people: job.NewPerPerson[*Person](roll.directory), place: make(map[missed]int32)}
}

// Add takes in a message and its notice.
func (l *List) Add(r *job.Result, n *notices.Notice) {
	known, of := len(l.missed), int32(-1)
	for id := range l.unread.List(r) {
		if of < 0 {
			of = l.miss(missed{n.Place, l.robot(r.Message.RobotCode)})
		}
		at := l.people.Of(r.Audience.Roster, id)
		if *at == nil {
			*at = &Person{Entry: l.Entry(r.Audience.Roster, id)}
			l.all, l.sorted = append(l.all, *at), false
		}
		p := *at
		p.Messages++
		p.Oldest = earlier(p.Oldest, r.Message.SentAt)
		p.AsOf = earlier(p.AsOf, r.Reading.StartedAt)
		// Nobody has missed a notice that was not known before.
		p.missed.add(of, int(of) == known)
	}
}

// miss is the place of a notice that somebody has not read.
func (l *List) miss(of missed) int32 {
	at, known := l.place[of]
	if !known {
		at = int32(len(l.missed)) //nolint:gosec // there are not that many
		l.place[of], l.missed = at, append(l.missed, of)
	}
	return at
}

// robot is the place of a robot. There are few.
func (l *List) robot(code string) int {
	at := slices.Index(l.robots, code)
	if at < 0 {
		at = len(l.robots)
		l.robots = append(l.robots, code)
	}
	return at
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Len is the number of people.
func (l *List) Len() int { return len(l.all) }

// Sorted are the people in their order. The slice must not be written to.
func (l *List) Sorted() []*Person {
	if !l.sorted {
		slices.SortFunc(l.all, func(a, b *Person) int { return Compare(a.Entry, b.Entry) })
		l.sorted = true
	}
	return l.all
}

// Notices are the places of the notices that a person has not read, in their order.
func (l *List) Notices(p *Person) []int {
	l.buf = p.missed.appendTo(l.buf[:0])
	places := make([]int, 0, len(l.buf))
	for _, of := range l.buf {
		places = append(places, l.missed[of].notice)
	}
	slices.Sort(places)
	return slices.Compact(places)
}
