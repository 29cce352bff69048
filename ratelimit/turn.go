package ratelimit

import (
	"context"
	"time"
)

// An attempt is one request that may leave now.
type attempt struct {
	subject string
	probe   bool
	// closures is how often the gate had been shut when it began.
	closures int
}

// enter waits for the request's turn: slot, spacing, gate. Who finds the gate
// shut after the spacing gives the slot back and stands in line again, at the
// same place.
func (l *Limiter) enter(ctx context.Context, w *waiter) (*attempt, error) {
	for {
		if err := l.lineUp(ctx, w); err != nil {
			return nil, err
		}
		err := l.space(ctx)
		a, err := l.begin(w, err)
		if a != nil || err != nil {
			return a, err
		}
	}
}

// lineUp returns when the request has a slot and nobody else is in its spacing.
func (l *Limiter) lineUp(ctx context.Context, w *waiter) error {
	l.mu.Lock()
	if l.why != nil {
		l.mu.Unlock()
		return l.why
	}
	l.queue.add(w)
	l.dispatch(time.Now())
	l.mu.Unlock()

	select {
	case <-w.turn:
		return w.err
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.index >= 0 {
		l.queue.remove(w)
		return context.Cause(ctx)
	}
	if <-w.turn; w.err == nil {
		l.standAside(w)
	}
	return context.Cause(ctx)
}

// space waits until the request may follow the one before it, and for the
// ceiling of the process.
func (l *Limiter) space(ctx context.Context) error {
	reserved := l.pace.Reserve()
	if err := l.pause(ctx, reserved.Delay()); err != nil {
		reserved.Cancel()
		return err
	}
	if l.opts.Ceiling == nil {
		return nil
	}
	for {
		wait := l.opts.Ceiling.take(time.Now())
		if wait == 0 {
			return nil
		}
		if err := l.pause(ctx, wait); err != nil {
			return err
		}
	}
}

func (l *Limiter) pause(ctx context.Context, d time.Duration) error {
	if err := context.Cause(ctx); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-l.ended:
		return nil // begin says why
	}
}

// begin makes an attempt of a request that has its slot and its spacing, unless
// err kept it from them; nil, nil when it found the gate shut.
func (l *Limiter) begin(w *waiter, err error) (*attempt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		err = l.why
	}
	if !l.gate.admits(w.probe, time.Now()) || err != nil {
		l.standAside(w)
		return nil, err
	}
	w.probe = l.gate.shut()
	l.entering = false
	l.inFlight++
	l.stats.Attempts++
	if w.probe {
		l.stats.Probes++
	}
	l.dispatch(time.Now())
	return &attempt{subject: w.subject, probe: w.probe, closures: l.gate.closures}, nil
}

// standAside takes back what the waiter was given. The mutex is held.
func (l *Limiter) standAside(w *waiter) {
	l.entering = false
	l.slots.giveBack()
	if w.probe {
		l.gate.probing, w.probe = false, false
	}
	l.dispatch(time.Now())
}

// respond holds the attempt's slot from now on, when its response began or it
// failed.
func (l *Limiter) respond(sent time.Time, failed bool, lost time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if failed {
		l.slots.failed(sent, now, lost)
	} else {
		l.slots.answered(sent, now)
	}
	l.dispatch(now)
}

// settle applies a verdict, and reports whether it counts against its Call: when
// it is a failure and the gate was open all the while.
func (l *Limiter) settle(a *attempt, v Verdict) (counts bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	counts = v.Outcome == Transient && !l.gate.missed(a)
	switch v.Outcome {
	case Good:
		l.gate.answered(a)
		l.pace.grow(now)
	case Final:
		l.gate.answered(a)
	case Transient:
		l.gate.failed(a, now)
	case Throttled:
		l.stats.Throttled++
		l.slowDown(l.gate.throttled(a, now, v.RetryAfter), now)
	case Banned:
		l.gate.banned(a, now)
		l.slowDown(true, now)
	case Withheld:
		l.gate.forgone(a)
	}
	if l.overdue(now) {
		l.end(ErrGaveUp)
	}
	l.dispatch(now)
	return counts
}

func (l *Limiter) slowDown(cut bool, now time.Time) {
	l.slots.exact = true
	if cut {
		l.pace.cut(now)
	}
}

// forgo ends an attempt whose caller left: it says nothing about the server.
func (l *Limiter) forgo(a *attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gate.forgone(a)
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
