package metrics

import (
	"time"

	"notifyaudit/job"
)

// A Notice is what people know as one notice: a message to several people, or all messages
// of a campaign that went to one person each. Such a message has a rate of 0 or 1, which
// says something about the person and nothing about the notice.
type Notice struct {
	Campaign string
	// Title and Address are the message's. Of several messages Title is the one that all
	// of them have, or "", and Address is "".
	Title, Address string
	// Place is its place among the notices, from 0.
	Place int
	// Messages is how many it has, People the least number of people they went to.
	Messages, People int
	// SentAt is when the first of them was sent; zero when that is unknown.
	SentAt time.Time
	// Pooled says that it is messages to small groups, which an aggregate report shows
	// together.
	Pooled bool

	sum    Sum
	target float64
	mixed  bool
}

// Counts are those of its deliveries.
func (n *Notice) Counts() job.Counts { return n.sum.Total() }

// Target is the target that its messages have in common; 0 for none.
func (n *Notice) Target() float64 {
	if n.mixed {
		return 0
	}
	return n.target
}

func (n *Notice) add(r *job.Result) {
	m := &r.Message
	if n.Messages == 0 {
		n.Title, n.Address, n.target, n.SentAt = m.Title, m.Address, m.Target, m.SentAt
	} else {
		n.Address = ""
		n.mixed = n.mixed || m.Target != n.target
		if m.Title != n.Title {
			n.Title = ""
		}
		if n.SentAt.IsZero() || !m.SentAt.IsZero() && m.SentAt.Before(n.SentAt) {
			n.SentAt = m.SentAt
		}
	}
	n.Messages += max(r.Pooled, 1)
	n.Pooled = n.Pooled || r.Pooled > 0
	n.People += r.Audience.Size
	n.sum.Add(r)
}

// maxNotices is how many messages to several people a campaign has as notices of their
// own. The others are one notice together with those to one person: nobody compares more
// of them, and a report of very many messages stays small.
const maxNotices = 50

// Notices divides messages into notices. Its memory grows with the number of campaigns.
type Notices struct {
	// List has the notices in the order of their first messages.
	List      []*Notice
	campaigns map[string]*campaignNotices
}

type campaignNotices struct {
	shared *Notice
	own    int
}

// NewNotices returns the notices of no message.
func NewNotices() *Notices {
	return &Notices{campaigns: make(map[string]*campaignNotices)}
}

// Add takes in a message and returns its notice.
func (s *Notices) Add(r *job.Result) *Notice {
	of := s.campaigns[r.Message.Campaign]
	if of == nil {
		of = &campaignNotices{}
		s.campaigns[r.Message.Campaign] = of
	}
	n := of.shared
	switch {
	case (r.Audience.Size > 1 || r.Pooled > 0) && of.own < maxNotices:
		of.own++
		n = s.begin(r)
	case n == nil:
		n = s.begin(r)
		of.shared = n
	}
	n.add(r)
	return n
}

func (s *Notices) begin(r *job.Result) *Notice {
	n := &Notice{Campaign: r.Message.Campaign, Place: len(s.List)}
	s.List = append(s.List, n)
	return n
}
