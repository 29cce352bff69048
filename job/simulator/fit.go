package simulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// fault is the first fault that fits a request, or nil.
func (s *Simulator) fault(c *call) *scenario.Fault {
	for i := range s.scenario.Faults {
		f := &s.scenario.Faults[i]
		if f.Kind != scenario.FaultLate && s.happens(i, c, c.seen.At) {
			return f
		}
	}
	return nil
}

// lateness is how much longer than others a request that leaves now takes to
// arrive.
func (s *Simulator) lateness(c *call) time.Duration {
	if c.endpoint == nil {
		return 0
	}
	now := s.now()
	for i := range s.scenario.Faults {
		if f := &s.scenario.Faults[i]; f.Kind == scenario.FaultLate && s.happens(i, c, now) {
			return cmp.Or(time.Duration(f.Delay), defaultDelay)
		}
	}
	return 0
}

// happens reports whether the i-th fault happens to a request at an instant.
func (s *Simulator) happens(i int, c *call, at time.Time) bool {
	f := &s.scenario.Faults[i]
	return concerns(f, c.seen.Key, c.endpoint) && fits(f, c) && s.within(at, f.From, f.Until) && s.struck(i, c)
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

func (s *Simulator) struck(i int, c *call) bool {
	share := cmp.Or(s.scenario.Faults[i].Share, 1)
	return share >= 1 || s.chance("fault "+strconv.Itoa(i), c.attemptID) < share
}

// outage is the outage at an instant as a fault, or nil.
func (s *Simulator) outage(now time.Time) *scenario.Fault {
	for _, o := range s.scenario.Outages {
		if !s.within(now, o.From, o.Until) {
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
