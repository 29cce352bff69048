package ratelimit

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"
)

// The errors of requests that were not sent, or not completed.
var (
	// ErrStopped ends waiting requests once the limiter drains.
	ErrStopped = errors.New("no new request is made: stopping")
	// ErrGaveUp ends all requests after GiveUpAfter without a good answer.
	ErrGaveUp = errors.New("gave up: no good answer for too long")
	// ErrWithdrawn ends a request that was withdrawn while it waited.
	ErrWithdrawn = errors.New("withdrawn before it was made")
	// ErrTimeout is the cause of an attempt's context once its time is over.
	ErrTimeout = errors.New("no complete answer in time")
)

// A Limiter decides when the requests of a credential may be sent. It is safe for
// concurrent use. It starts no goroutines and needs no closing.
type Limiter struct {
	opts Options
	pace pace
	// ended is closed when no new attempt may begin, for the reason in why.
	ended chan struct{}

	mu       sync.Mutex
	why      error
	slots    slots
	gate     gate
	queue    queue
	entering bool // one request has a slot and waits for its spacing
	inFlight int
	idle     chan struct{} // made by Drain, closed when nothing is in flight
	alarm    *time.Timer   // wakes dispatch when time alone changes something
	seq      uint64
	stats    Stats
	// chains are the requests that are expected, by their subjects.
	chains map[string]expected
}

// New returns a limiter with nothing in flight.
func New(opts Options) *Limiter {
	opts = opts.withDefaults()
	return &Limiter{
		opts:  opts,
		pace:  newPace(opts.RequestsPerSecond),
		ended: make(chan struct{}), chains: make(map[string]expected),
		slots: slots{fresh: opts.RequestsPerSecond},
		gate: gate{
			outageAfter:  opts.OutageAfter,
			foreignAfter: opts.ForeignAfter,
			banPause:     opts.BanPause,
			failing:      map[string]bool{},
		},
	}
}

// Stats are a limiter's figures since it was made.
type Stats struct {
	// Attempts counts requests that left, probes included; Retries those of them
	// after the first of their Call; Throttled the answers that said "slower";
	// Probes the attempts made at a shut gate.
	Attempts, Retries, Throttled, Probes int
	// InFlight are the requests under way, Waiting those in line.
	InFlight, Waiting int
	// Rate is the present limit, in requests a second.
	Rate float64
	// Closure is why the gate is shut, Open when it isn't; ProbeAt is when the
	// next probe may go.
	Closure Closure
	ProbeAt time.Time
	// Since is when the first of the failures came that no good answer has
	// followed, zero when there is none; GivesUpAt is when that will have lasted
	// too long, zero without such a bound.
	Since, GivesUpAt time.Time
}

// Stats returns the figures of the moment.
func (l *Limiter) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.InFlight, s.Waiting, s.Rate = l.inFlight, len(l.queue), float64(l.pace.rate())
	if s.Closure = l.gate.why; s.Closure != Open {
		s.ProbeAt = l.gate.probeAt
	}
	s.Since = l.gate.badSince
	if due, ok := l.giveUpAt(); ok {
		s.GivesUpAt = due
	}
	return s
}

// Drain stops the intake for good: no new attempt begins, and requests that wait
// for one get ErrStopped. It returns when no attempt is in flight any more, or when
// ctx is done. A Call that sleeps between attempts finds out when it wakes:
// cancel its context once Drain has returned.
func (l *Limiter) Drain(ctx context.Context) {
	l.mu.Lock()
	l.end(ErrStopped)
	if l.idle == nil {
		l.idle = make(chan struct{})
		l.settleIdle()
	}
	idle := l.idle
	l.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

// end admits no request any more. The first reason stays.
func (l *Limiter) end(why error) {
	if l.why != nil {
		return
	}
	l.why = why
	close(l.ended)
	for len(l.queue) > 0 {
		w := l.queue[0]
		l.queue.remove(w)
		w.err = why
		w.ready <- struct{}{}
	}
	if l.alarm != nil {
		l.alarm.Stop()
	}
}

func (l *Limiter) settleIdle() {
	if l.idle != nil && l.inFlight == 0 {
		select {
		case <-l.idle:
		default:
			close(l.idle)
		}
	}
}

// anonymous is the subject of a request that has none; no name begins with NUL.
func anonymous(seq uint64) string { return "\x00" + strconv.FormatUint(seq, 10) }

// dispatch admits the next request, if one may go now, and arranges to be called again
// when time alone changes that. The mutex is held.
func (l *Limiter) dispatch(now time.Time) {
	if l.gate.shut() && l.overdue(now) {
		l.end(ErrGaveUp)
	}
	if l.why != nil || l.entering || len(l.queue) == 0 || l.inFlight >= l.opts.MaxInFlight {
		return
	}
	next := l.queue[0]
	if l.gate.shut() {
		if l.gate.probing {
			return
		}
		if l.gate.probeAt.After(now) {
			l.wakeAt(now, l.earlier(l.gate.probeAt))
			return
		}
		next = l.queue.prober(l.gate.failing)
	} else if until, kept := l.keptFrom(next, now); kept {
		l.wakeAt(now, until)
		return
	}
	slot, at, found := l.slots.take(now, next.via.trips)
	if !found {
		if !at.IsZero() {
			l.wakeAt(now, at)
		}
		return
	}
	l.entering = true
	l.queue.remove(next)
	next.slot = slot
	next.probe = l.gate.shut()
	l.gate.probing = next.probe
	next.ready <- struct{}{}
}

// overdue reports whether it is time to give up.
func (l *Limiter) overdue(now time.Time) bool {
	due, ok := l.giveUpAt()
	return ok && !now.Before(due)
}

// giveUpAt is when it is time to give up, unless a good answer comes before.
func (l *Limiter) giveUpAt() (time.Time, bool) {
	since := l.gate.badSince
	return since.Add(l.opts.GiveUpAfter), l.opts.GiveUpAfter > 0 && !since.IsZero()
}

// earlier is at, or the time to give up when that comes first.
func (l *Limiter) earlier(at time.Time) time.Time {
	if due, ok := l.giveUpAt(); ok && due.Before(at) {
		return due
	}
	return at
}

func (l *Limiter) wakeAt(now, at time.Time) {
	if l.alarm != nil {
		l.alarm.Reset(at.Sub(now))
		return
	}
	l.alarm = time.AfterFunc(at.Sub(now), func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.dispatch(time.Now())
	})
}
