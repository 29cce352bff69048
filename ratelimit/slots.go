package ratelimit

import (
	"slices"
	"time"
)

// window is the time in which the limit counts.
const window = time.Second

// slots enforce the limit. The limiter's mutex guards them.
type slots struct {
	// fresh counts the slots that no request has used yet.
	fresh int
	// held are those of answered requests, by when they come free for others like them.
	held []slot
	// exact is set by the first throttle answer: nothing is subtracted any more.
	exact bool
}

// A slot lets one request leave; the zero one, at once.
type slot struct {
	// whole is a second after the answer to its last request, of which trips are the
	// round trips.
	whole time.Time
	trips *trips
	// subtracted is how much sooner another request like that may leave.
	subtracted time.Duration
}

// free is when the slot comes free for others like its last request.
func (h *slot) free() time.Time { return h.whole.Add(-h.subtracted) }

// take takes a slot for a request with these round trips. If there is none, at is when
// the next one comes free; zero if none will before another response.
func (s *slots) take(now time.Time, by *trips) (taken slot, at time.Time, found bool) {
	if s.fresh > 0 {
		s.fresh--
		return slot{}, time.Time{}, true
	}
	for i := range s.held {
		h := s.held[i]
		if !at.IsZero() && !h.free().Before(at) {
			break
		}
		free := s.freeFor(&h, by)
		if !free.After(now) {
			s.held = slices.Delete(s.held, i, i+1)
			return h, time.Time{}, true
		}
		if at.IsZero() || free.Before(at) {
			at = free
		}
	}
	return slot{}, at, false
}

// free is how many slots there are for requests with such round trips.
func (s *slots) free(now time.Time, by *trips) int {
	n := s.fresh
	for i := range s.held {
		h := &s.held[i]
		if h.free().After(now) {
			break
		}
		if !s.freeFor(h, by).After(now) {
			n++
		}
	}
	return n
}

// freeFor is when a slot comes free for requests with such round trips.
func (s *slots) freeFor(h *slot, by *trips) time.Time {
	if h.trips == by {
		return h.free()
	}
	return h.whole.Add(-min(h.subtracted, s.subtracted(by)))
}

// giveBack returns a slot that no request was made with.
func (s *slots) giveBack(h slot) {
	if h.whole.IsZero() {
		s.fresh++
		return
	}
	s.hold(h)
}

// answered notes a response to a request sent at sent, and holds its slot.
func (s *slots) answered(t *trips, sent, now time.Time) {
	t.note(now.Sub(sent))
	s.hold(slot{whole: now.Add(window), trips: t, subtracted: s.subtracted(t)})
}

// failed holds the slot of a request that got no response. It may have failed on
// its way out, sooner than any round trip, and have arrived all the same: so no
// more is subtracted than it took. Lost time, when it was given up rather than
// refused, is how much longer it may still be on its way.
func (s *slots) failed(t *trips, sent, now time.Time, lost time.Duration) {
	s.hold(slot{whole: now.Add(window + lost), trips: t, subtracted: min(s.subtracted(t), now.Sub(sent))})
}

func (s *slots) hold(h slot) {
	i, _ := slices.BinarySearchFunc(s.held, h.free(), func(a slot, free time.Time) int { return a.free().Compare(free) })
	s.held = slices.Insert(s.held, i, h)
}

// subtracted is the time that a slot's next request surely takes to arrive. The
// shortest round trip is that only at steady latency: a request that was slow on
// its way out, before one that is fast, arrives too close to it. With twice the
// shift taken off, 5 ms of jitter cost 2 % of the rate instead of a throttle
// answer in two runs of three.
func (s *slots) subtracted(t *trips) time.Duration {
	if s.exact {
		return 0
	}
	return min(max(t.shortest-2*t.shift, 0), window)
}

// trips are the round trips of requests that take equally long. Guarded by the
// limiter's mutex.
type trips struct {
	// shortest is the shortest one seen, once timed.
	shortest time.Duration
	timed    bool
	// shift is how far they are above the shortest: a moving average that starts at
	// the first trip, so that nothing is subtracted before latency has shown itself
	// steady.
	shift time.Duration
}

func (t *trips) note(trip time.Duration) {
	if !t.timed {
		t.shortest, t.shift, t.timed = trip, trip, true
	}
	t.shortest = min(t.shortest, trip)
	t.shift += (trip - t.shortest - t.shift) / 4
}
