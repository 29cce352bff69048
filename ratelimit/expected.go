package ratelimit

import "time"

// An expected request is the next one of a chain: requests that follow one another,
// each with the number of those that are left as its priority.
type expected struct {
	priority int
	// from and until bound the time during which a slot is kept for it.
	from, until time.Time
}

// lateness is how long after the previous answer a request is still expected: the
// caller records the answer in between.
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

// keptFrom reports whether the free slots are kept for the next requests of longer
// chains, which bound the duration of the whole run, and until when. The mutex is held.
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
