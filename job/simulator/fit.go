package simulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// fault is the first fault that fits a request, or nil.
func (s *Simulator) fault(c *call) *Fault {
	for i := range s.scenario.Faults {
		f := &s.scenario.Faults[i]
		if f.meets(c.seen.Key, c.endpoint) && f.fits(c) && s.within(c.seen.At, f.From, f.Until) && s.struck(i, c) {
			return f
		}
	}
	return nil
}

// meets reports whether a fault is about this message and interface.
func (f *Fault) meets(key string, e *endpoint) bool {
	if len(f.Interfaces) == 0 && !e.business || f.Kind.paged() && !e.paged {
		return false
	}
	return (len(f.Interfaces) == 0 || slices.Contains(f.Interfaces, e.name)) &&
		(len(f.Messages) == 0 || slices.Contains(f.Messages, key))
}

// fits reports whether a fault is about this page and attempt.
func (f *Fault) fits(c *call) bool {
	return (len(f.Pages) == 0 || slices.Contains(f.Pages, c.seen.Page)) &&
		(len(f.Attempts) == 0 || slices.Contains(f.Attempts, c.seen.Attempt))
}

func (s *Simulator) struck(i int, c *call) bool {
	share := cmp.Or(s.scenario.Faults[i].Share, 1)
	return share >= 1 || s.chance("fault "+strconv.Itoa(i), c.attemptID) < share
}

// outage is the outage at an instant as a fault, or nil.
func (s *Simulator) outage(now time.Time) *Fault {
	for _, o := range s.scenario.Outages {
		if !s.within(now, o.From, o.Until) {
			continue
		}
		f := &Fault{Kind: cmp.Or(o.Kind, FaultSystemError)}
		if f.Kind == FaultHTML {
			f.Status = 503
		}
		return f
	}
	return nil
}
