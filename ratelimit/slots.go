package ratelimit

import (
	"slices"
	"time"
)

// window is the time in which the limit counts.
const window = time.Second

// slots are what makes the promise. Guarded by the limiter's mutex.
type slots struct {
	free int
	// held are when the slots of answered requests come free, sorted.
	held []time.Time
	// shortest is the shortest round trip seen, once timed.
	shortest time.Duration
	timed    bool
	// shift is how far round trips are above the shortest: a moving average that
	// starts at the first trip, so that nothing is subtracted before latency has
	// shown itself steady.
	shift time.Duration
	// exact is set by the first throttle answer: nothing is subtracted any more.
	exact bool
}

// take takes a slot. When there is none it says when the next comes free; zero
// when none will before another response.
func (s *slots) take(now time.Time) (at time.Time, taken bool) {
	for len(s.held) > 0 && !s.held[0].After(now) {
		s.held = s.held[1:]
		s.free++
	}
	if s.free > 0 {
		s.free--
		return time.Time{}, true
	}
	if len(s.held) > 0 {
		return s.held[0], false
	}
	return time.Time{}, false
}

// giveBack returns a slot that no request was made with.
func (s *slots) giveBack() { s.free++ }

// answered notes a response to a request sent at sent, and holds its slot.
func (s *slots) answered(sent, now time.Time) {
	trip := now.Sub(sent)
	if !s.timed {
		s.shortest, s.shift, s.timed = trip, trip, true
	}
	s.shortest = min(s.shortest, trip)
	s.shift += (trip - s.shortest - s.shift) / 4
	s.hold(now.Add(window - s.subtracted()))
}

// failed holds the slot of a request that got no response. It may have failed on
// its way out, sooner than any round trip, and have arrived all the same: so no
// more is subtracted than it took. Lost time, when it was given up rather than
// refused, is how much longer it may still be on its way.
func (s *slots) failed(sent, now time.Time, lost time.Duration) {
	s.hold(now.Add(window + lost - min(s.subtracted(), now.Sub(sent))))
}

// subtracted is the time that a slot's next request surely takes to arrive. The
// shortest round trip is that only at steady latency: a request that was slow on
// its way out, before one that is fast, arrives too close to it. With twice the
// shift taken off, 5 ms of jitter cost 2 % of the rate instead of a throttle
// answer in two runs of three.
func (s *slots) subtracted() time.Duration {
	if s.exact {
		return 0
	}
	return min(max(s.shortest-2*s.shift, 0), window)
}

func (s *slots) hold(until time.Time) {
	i, _ := slices.BinarySearchFunc(s.held, until, time.Time.Compare)
	s.held = slices.Insert(s.held, i, until)
}
