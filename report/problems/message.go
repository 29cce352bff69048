package problems

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A kind is a kind of problem of a message; its text is "problem.KIND". Problems are listed
// in this order.
type kind int

const (
	kindRejected kind = iota
	kindIncomplete
	kindFailed
	kindWrongRoster
	kindContradictory
	kindOutside
	kindPendingLong
	kindDeferred
	kindLost
	kindFrozen
	kindPurged
	kindPending
	kindNoAudience
	kindNotDelivered
	kindRecalled
)

func (k kind) String() string {
	return [...]string{
		"rejected", "incomplete", "failed", "wrong_roster", "contradictory", "outside", "pending_long",
		"deferred", "lost", "frozen", "purged", "pending", "no_audience", "not_delivered", "recalled",
	}[k]
}

func (k kind) severity() string {
	switch k {
	case kindRejected, kindIncomplete, kindFailed:
		return report.SeverityError
	case kindWrongRoster, kindContradictory, kindOutside, kindPendingLong, kindDeferred, kindLost:
		return report.SeverityWarning
	default:
		return report.SeverityInfo
	}
}

const (
	// pendingPatience is how long after sending a message may be pending; later something
	// is wrong with it.
	pendingPatience = 24 * time.Hour
	// maxExamples is the number of examples in a row. maxCodes is the number of codes that
	// have rows of their own: an API with a new code for every message must not fill the
	// sheet.
	maxExamples = 3
	maxCodes    = 100
)

// A group is the messages with the same problem and cause.
type group struct {
	groupKey
	count    int
	examples []string
	// requests are the ids of the first requests that failed so.
	requests []string
	// failure is the first of the group, or nil.
	failure *job.Failure
}

type groupKey struct {
	kind  kind
	class job.ErrorClass
	code  string
}

// message finds the problems of a message.
func (c *Collector) message(r *job.Result) {
	if kind, bad := kindOf(r, c.now); bad {
		c.note(kind, r.Failure, 1, func() string { return where(&r.Message, c.words) })
	}
	c.departed(r)
	c.undelivered(r)
	if r.Recalled() {
		return
	}
	switch r.Audience.Form {
	case job.AudienceUnknown:
		c.note(kindNoAudience, nil, 1, func() string { return where(&r.Message, c.words) })
	case job.AudienceSized:
		c.outside(r)
		if r.Contradicts() {
			c.note(kindContradictory, nil, 1, func() string {
				return c.words.Say("example.contradictory", r.Message.Address, r.Counts.Read, r.Audience.Size)
			})
		}
	case job.AudienceListed:
		c.outside(r)
	}
}

// undelivered notes the people that a message did not reach.
func (c *Collector) undelivered(r *job.Result) {
	if n := len(r.Message.NotDelivered); n > 0 {
		c.note(kindNotDelivered, nil, n, func() string { return c.people(&r.Message, r.Message.NotDelivered) })
	}
}

// outside notes readers that the message wasn't sent to.
func (c *Collector) outside(r *job.Result) {
	if r.Outside == 0 {
		return
	}
	c.note(kindOutside, nil, r.Outside, func() string { return c.people(&r.Message, someOutside(r)) })
	if readers := r.ReaderCount(); 2*r.Outside > readers {
		c.note(kindWrongRoster, nil, 1, func() string {
			return c.words.Say("example.wrong_roster", r.Message.Address, r.Outside, readers)
		})
	}
}

// someOutside returns the first readers that a message wasn't sent to.
func someOutside(r *job.Result) []string {
	ids := make([]string, 0, maxExamples)
	for reader := range r.OutsideReaders() {
		if len(ids) == maxExamples {
			break
		}
		if !job.Erased(reader.UserID) {
			ids = append(ids, reader.UserID)
		}
	}
	return ids
}

// people returns an example with people and their message.
func (c *Collector) people(m *job.Message, ids []string) string {
	ids = slices.DeleteFunc(slices.Clone(ids), job.Erased)
	if len(ids) == 0 {
		return m.Address
	}
	return c.words.Say("example.people", c.words.List(ids[:min(len(ids), maxExamples)]), m.Address)
}

// kindOf returns the problem that a status stands for; false for none.
func kindOf(r *job.Result, now time.Time) (kind, bool) {
	switch r.Status {
	case job.StatusRejected:
		return kindRejected, true
	case job.StatusIncomplete:
		return kindIncomplete, true
	case job.StatusFailed:
		return kindFailed, true
	case job.StatusNotAsked:
		return kindFailed, r.Failure != nil // else there is nothing wrong with it
	case job.StatusDeferred:
		return kindDeferred, true
	case job.StatusRecalled:
		return kindRecalled, true
	case job.StatusFrozen:
		switch {
		case r.Reading == nil:
			return kindLost, true
		case r.Purged():
			return 0, false // it says so itself
		}
		return kindFrozen, true
	case job.StatusPending:
		if !r.Message.SentAt.IsZero() && now.Sub(r.Message.SentAt) > pendingPatience {
			return kindPendingLong, true
		}
		return kindPending, true
	default:
		return 0, false
	}
}

// note counts a problem n times. Example makes its text, for the first of a group.
func (c *Collector) note(kind kind, f *job.Failure, n int, example func() string) {
	key := groupKey{kind: kind}
	if f != nil {
		key.class, key.code = f.Class, f.Code
	}
	if c.groups[key] == nil && len(c.groups) >= maxCodes {
		key.class, key.code = "", ""
	}
	g := c.groups[key]
	if g == nil {
		g = &group{groupKey: key, failure: f}
		c.groups[key] = g
	}
	g.count += n
	if len(g.examples) < maxExamples {
		if said := example(); said != "" {
			g.examples = append(g.examples, said)
		}
	}
	if f != nil && f.RequestID != "" && len(g.requests) < maxExamples {
		g.requests = append(g.requests, report.CleanText(f.RequestID))
	}
}

// sorted returns the groups by kind, the largest first, then by code.
func (c *Collector) sorted() []*group {
	all := make([]*group, 0, len(c.groups))
	for _, g := range c.groups {
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(b.count, a.count),
			cmp.Compare(a.code, b.code), cmp.Compare(a.class, b.class))
	})
	return all
}

// groupFinding describes a group.
func (c *Collector) groupFinding(g *group) report.Finding {
	f := c.finding(g.kind.severity(), g.kind.String(), g.count, g.examples)
	if g.kind == kindPurged {
		f.What = c.words.Say("problem.purged", c.days())
	}
	if g.failure != nil && (g.class != "" || g.code != "") {
		f.Code = c.cause(g)
	}
	f.RequestIDs = strings.Join(g.requests, c.words.Say("separator.examples"))
	if g.failure != nil && c.in.Advise != nil {
		if advice := c.in.Advise(g.failure, c.words.Language); advice != "" {
			f.Do = advice
		}
	}
	return f
}

// cause returns the code with the vendor's explanation, or the class without a code.
func (c *Collector) cause(g *group) string {
	if g.code == "" {
		return c.words.Say("class." + string(g.class))
	}
	explanation := ""
	if c.in.Explain != nil {
		explanation = c.in.Explain(g.code, c.words.Language)
	}
	if explanation == "" {
		explanation = g.failure.Message
	}
	if explanation == "" {
		return g.code
	}
	return c.words.Say("problem.code", g.code, explanation)
}

// where returns a message's address and its place in the manifest or its table.
func where(m *job.Message, w *words.Printer) string {
	if m.Source.File == "" {
		return m.Address
	}
	return w.Say("example.place", m.Address, fmt.Sprintf("%s:%d", m.Source.File, m.Source.Line))
}
