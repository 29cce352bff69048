package simulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// A faultPlan decides which requests meet a fault.
type faultPlan struct {
	draws   draws
	clock   clock
	faults  []scenario.Fault
	outages []scenario.Outage
}

// first is the first fault that happens to a request, or nil.
func (p *faultPlan) first(c *call) *scenario.Fault {
	for i := range p.faults {
		f := &p.faults[i]
		if f.Kind != scenario.FaultLate && p.happens(i, c, c.seen.At) {
			return f
		}
	}
	return nil
}

// lateness is how much longer than others a request that leaves now takes to
// arrive.
func (p *faultPlan) lateness(c *call) time.Duration {
	if c.endpoint == nil {
		return 0
	}
	now := p.clock.now()
	for i := range p.faults {
		if f := &p.faults[i]; f.Kind == scenario.FaultLate && p.happens(i, c, now) {
			return cmp.Or(time.Duration(f.Delay), defaultDelay)
		}
	}
	return 0
}

// happens reports whether the i-th fault happens to a request at an instant.
func (p *faultPlan) happens(i int, c *call, at time.Time) bool {
	f := &p.faults[i]
	return concerns(f, c.seen.Key, c.endpoint) && fits(f, c) && p.clock.within(at, f.From, f.Until) && p.drawn(i, c)
}

// concerns reports whether a fault is about this message and interface.
func concerns(f *scenario.Fault, key string, e *endpoint) bool {
	if len(f.Interfaces) == 0 && !e.business || f.Kind.PagedOnly() && !e.paged {
		return false
	}
	return (len(f.Interfaces) == 0 || slices.Contains(f.Interfaces, e.name)) &&
		(len(f.Messages) == 0 || slices.Contains(f.Messages, key))
}

// fits reports whether a fault is about this page and attempt.
func fits(f *scenario.Fault, c *call) bool {
	return (len(f.Pages) == 0 || slices.Contains(f.Pages, c.seen.Page)) &&
		(len(f.Attempts) == 0 || slices.Contains(f.Attempts, c.seen.Attempt))
}

func (p *faultPlan) drawn(i int, c *call) bool {
	share := cmp.Or(p.faults[i].Share, 1)
	return share >= 1 || p.draws.chance("fault "+strconv.Itoa(i), c.attemptID) < share
}

// outage is the outage at an instant as a fault, or nil.
func (p *faultPlan) outage(now time.Time) *scenario.Fault {
	for _, o := range p.outages {
		if !p.clock.within(now, o.From, o.Until) {
			continue
		}
		f := &scenario.Fault{Kind: cmp.Or(o.Kind, scenario.FaultSystemError)}
		if f.Kind == scenario.FaultHTML {
			f.Status = 503
		}
		return f
	}
	return nil
}

// hopeless looks for a fault without an end on a page that every pass needs: the
// first.
func (p *faultPlan) hopeless(id scenario.MessageID) scenario.FaultKind {
	all := endpoints()
	i := slices.IndexFunc(all, func(e endpoint) bool { return e.name == id.Kind })
	if i < 0 {
		return ""
	}
	for j := range p.faults {
		f := &p.faults[j]
		bounded := len(f.Attempts) > 0 || f.Share > 0 && f.Share < 1 || f.From > 0 || f.Until > 0
		first := len(f.Pages) == 0 || slices.Contains(f.Pages, 1)
		if !bounded && first &&
			concerns(f, id.Key, &all[i]) && f.Kind != scenario.FaultSlowBody && f.Kind != scenario.FaultLate {
			return f.Kind
		}
	}
	return ""
}
