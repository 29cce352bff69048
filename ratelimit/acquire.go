package ratelimit

import (
	"context"
	"time"
)

// A grant lets one request leave now.
type grant struct {
	subject string
	probe   bool
	// closures is how often the gate had been shut when it was given.
	closures int
	// slotWait and gateWait are how long the request waited for it, the second of
	// them while the gate was shut.
	slotWait, gateWait time.Duration
}

// acquire waits for a slot, the spacing, and an open gate, in this order. A
// request that finds the gate shut after the spacing gives its slot back and
// queues again, at the same place.
func (l *Limiter) acquire(ctx context.Context, w *waiter) (*grant, error) {
	for {
		if err := l.lineUp(ctx, w); err != nil {
			return nil, err
		}
		err := l.space(ctx, w)
		g, err := l.begin(w, err)
		if g != nil || err != nil {
			return g, err
		}
	}
}

// lineUp returns when the request has a slot and no other one is in its spacing.
func (l *Limiter) lineUp(ctx context.Context, w *waiter) error {
	l.mu.Lock()
	if l.why != nil {
		l.mu.Unlock()
		return l.why
	}
	l.arrives(w)
	l.queue.add(w)
	l.dispatch(time.Now())
	l.mu.Unlock()

	select {
	case <-w.ready:
		return w.err
	case <-ctx.Done():
	case <-w.withdrawn:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.index >= 0 {
		l.queue.remove(w)
		return w.left(ctx)
	}
	if <-w.ready; w.err == nil {
		l.yield(w)
	}
	return w.left(ctx)
}

// left returns why the waiter stopped waiting; nil while it waits.
func (w *waiter) left(ctx context.Context) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	select {
	case <-w.withdrawn:
		return ErrWithdrawn
	default:
		return nil
	}
}

// train is how early requests may leave, in a batch: at hundreds a second, waking up
// for each of them would take most of the CPU.
const train = 10 * time.Millisecond

// space waits until the request may follow the one before it, and for the
// ceiling of the process.
func (l *Limiter) space(ctx context.Context, w *waiter) error {
	reserved := l.pace.Reserve()
	if delay := reserved.Delay(); delay >= train && !w.expected {
		if err := l.pause(ctx, w, delay); err != nil {
			reserved.Cancel()
			return err
		}
	}
	if l.opts.Ceiling == nil {
		return nil
	}
	for {
		wait := l.opts.Ceiling.take(time.Now())
		if wait == 0 {
			return nil
		}
		if err := l.pause(ctx, w, wait); err != nil {
			return err
		}
	}
}

func (l *Limiter) pause(ctx context.Context, w *waiter, d time.Duration) error {
	if err := w.left(ctx); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return w.left(ctx)
	case <-w.withdrawn:
		return w.left(ctx)
	case <-l.ended:
		return nil // begin says why
	}
}

// begin makes a grant for a request that has its slot and its spacing, unless err
// kept it from them; nil, nil when it found the gate shut.
func (l *Limiter) begin(w *waiter, err error) (*grant, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if err == nil {
		err = l.why
	}
	if !l.gate.admits(w.probe, now) || err != nil {
		l.yield(w)
		return nil, err
	}
	w.probe = l.gate.shut()
	l.entering = false
	l.inFlight++
	l.expect(w, now)
	l.stats.Attempts++
	if w.probe {
		l.stats.Probes++
	}
	l.dispatch(now)
	g := &grant{subject: w.subject, probe: w.probe, closures: l.gate.closures}
	g.gateWait = l.gate.shutFor(now) - w.shutBefore
	g.slotWait = now.Sub(w.since) - g.gateWait
	w.since, w.shutBefore = now, l.gate.shutFor(now)
	return g, nil
}

// yield takes back what the waiter was given. The mutex is held.
func (l *Limiter) yield(w *waiter) {
	l.entering = false
	l.slots.giveBack(w.slot)
	if w.probe {
		l.gate.probing, w.probe = false, false
	}
	l.dispatch(time.Now())
}

// respond holds the request's slot from now on, when its response began or it
// failed.
func (l *Limiter) respond(t *trips, sent time.Time, failed bool, lost time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if failed {
		l.slots.failed(t, sent, now, lost)
	} else {
		l.slots.answered(t, sent, now)
	}
	l.dispatch(now)
}

// settle applies a verdict. It reports whether the attempt counts against its
// Call, when it is a failure and the gate was open all the while, and what became
// of the gate.
func (l *Limiter) settle(g *grant, v Verdict) (counts bool, change GateChange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	counts = (v.Outcome == Transient || v.Outcome == Foreign) && !l.gate.missed(g)
	change.From = l.gate.why
	switch v.Outcome {
	case Good:
		l.gate.answered(g, now)
		l.pace.grow(now)
	case Final:
		l.gate.answered(g, now)
	case Transient:
		l.gate.failed(g, now)
	case Foreign:
		l.gate.foreign(g, now, v.Likeness)
	case Throttled:
		l.stats.Throttled++
		l.slowDown(l.gate.throttled(g, now, v.RetryAfter), now)
	case Banned:
		l.gate.banned(g, now)
		l.slowDown(true, now)
	case Withheld:
		l.gate.released(g)
	}
	change.To, change.ProbeAt = l.gate.why, l.gate.probeAt
	if l.overdue(now) {
		l.end(ErrGaveUp)
	}
	l.dispatch(now)
	return counts, change
}

func (l *Limiter) slowDown(cut bool, now time.Time) {
	l.slots.exact = true
	if cut {
		l.pace.cut(now)
	}
}

// release ends a grant whose caller left: it says nothing of the server.
func (l *Limiter) release(g *grant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gate.released(g)
	l.dispatch(time.Now())
}

// finish makes room for another request in flight.
func (l *Limiter) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inFlight--
	l.settleIdle()
	l.dispatch(time.Now())
}
