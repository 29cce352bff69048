package ratelimit

import "time"

// An expected request is the next one of a chain: of those that come one after the
// other, and have a priority above 1 while there are more of them behind.
type expected struct {
	priority int
	// from and until are when a place is kept for it.
	from, until time.Time
}

// lateness is how long after the answer to the one before it a request is still
// expected: it is recorded in between.
const lateness = 20 * time.Millisecond

// expect notes that a request of a chain leaves, and when the next one will come. The
// mutex is held.
func (l *Limiter) expect(w *waiter, now time.Time) {
	if w.priority <= 1 || !w.via.trips.timed {
		return
	}
	due := now.Add(w.via.trips.shortest)
	spacing := time.Duration(float64(time.Second) / float64(l.pace.full))
	l.chains[w.subject] = expected{priority: w.priority - 1, from: due.Add(-spacing), until: due.Add(lateness)}
}

// arrives notes that a request has come. The next one of a chain leaves as soon as it
// has a slot, while nothing has slowed the pace down. The mutex is held.
func (l *Limiter) arrives(w *waiter) {
	_, w.expected = l.chains[w.subject]
	w.expected = w.expected && l.pace.isFull()
	delete(l.chains, w.subject)
}

// keptFrom reports whether the places that are free are kept from a request, for the
// next ones of longer chains: they decide how long everything takes. It says until
// when. The mutex is held.
func (l *Limiter) keptFrom(w *waiter, now time.Time) (until time.Time, kept bool) {
	longer := 0
	for subject, e := range l.chains {
		switch {
		case !now.Before(e.until):
			delete(l.chains, subject)
		case e.priority > w.priority && !now.Before(e.from):
			longer++
			if until.IsZero() || e.until.Before(until) {
				until = e.until
			}
		}
	}
	return until, longer > 0 && min(l.slots.free(now, w.via.trips), l.opts.MaxInFlight-l.inFlight) <= longer
}
