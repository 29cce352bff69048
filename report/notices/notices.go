// Package notices divides messages into notices, and gives notices and campaigns the titles
// that people know them by.
package notices

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/report/metrics"
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

	sum    metrics.Sum
	target float64
	mixed  bool

	// several says that messages to several people share the notice; targeted of them have
	// a rate and a target, and below of those are below it.
	several         bool
	targeted, below int
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

// BelowTarget returns how many are below their target, of how many that have a rate and a
// target: of the notice, or of the messages to several people that share it, whose targets
// need not be the same.
func (n *Notice) BelowTarget() (below, targeted int) {
	if n.several {
		return n.below, n.targeted
	}
	counts := n.Counts()
	return verdict(counts.Meets(n.Target()))
}

// verdict is 1 of 1 for what is below its target, 0 of 1 for what meets it.
func verdict(met, known bool) (below, targeted int) {
	switch {
	case !known:
		return 0, 0
	case met:
		return 0, 1
	}
	return 1, 1
}

// share takes in the target of a message to several people that has no notice of its own.
func (n *Notice) share(r *job.Result) {
	n.several = true
	below, targeted := verdict(r.TargetMet())
	n.below, n.targeted = n.below+below, n.targeted+targeted
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

// MaxOwn is how many messages to several people a campaign has as notices of their own.
// The others are one notice together with those to one person: nobody compares more of
// them, and a report of very many messages stays small.
const MaxOwn = 50

// A Set is the notices of some messages. Its memory grows with the number of campaigns.
type Set struct {
	// List has the notices in the order of their first messages.
	List      []*Notice
	campaigns map[string]*campaign
	// titles are the notices', by their places.
	titles []string
}

// A campaign is what its messages have in common.
type campaign struct {
	// shared is the notice of those that have none of their own; own counts the others.
	shared        *Notice
	own, messages int
	// joined says that it has messages to several people without a notice of their own.
	joined bool
	// common is the title of all of its messages, "" if they differ; title is the one
	// that people know.
	common, title string
}

// New returns the notices of no message.
func New() *Set { return &Set{campaigns: make(map[string]*campaign)} }

// Add takes in a message and returns its notice.
func (s *Set) Add(r *job.Result) *Notice {
	of := s.campaigns[r.Message.Campaign]
	if of == nil {
		of = &campaign{common: metrics.TitleOf(r)}
		s.campaigns[r.Message.Campaign] = of
	}
	of.messages += max(r.Pooled, 1)
	if metrics.TitleOf(r) != of.common {
		of.common = ""
	}
	n := of.shared
	switch {
	case (r.Audience.Size > 1 || r.Pooled > 0) && of.own < MaxOwn:
		of.own++
		n = s.begin(r)
	case n == nil:
		n = s.begin(r)
		of.shared = n
	}
	if n == of.shared && r.Audience.Size > 1 {
		of.joined = true
		n.share(r)
	}
	n.add(r)
	return n
}

// Joined are the titles of the campaigns that have messages to several people without a
// notice of their own, after Name.
func (s *Set) Joined() []string {
	var titles []string
	for _, n := range s.List {
		if of := s.campaigns[n.Campaign]; of.joined && n == of.shared {
			titles = append(titles, of.title)
		}
	}
	return titles
}

func (s *Set) begin(r *job.Result) *Notice {
	n := &Notice{Campaign: r.Message.Campaign, Place: len(s.List)}
	s.List = append(s.List, n)
	return n
}
