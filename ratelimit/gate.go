package ratelimit

import "time"

// The pauses of a shut gate: the first, and where doubling ends. A probe twice a
// minute keeps a ten-minute outage under thirty calls; a throttled provider may
// count by the minute.
const (
	firstPause       = time.Second
	maxOutagePause   = 30 * time.Second
	maxThrottlePause = time.Minute
)

// A Closure is why the gate is shut.
type Closure string

// The reasons to shut the gate.
const (
	Open            Closure = ""
	ClosedThrottled Closure = "throttled"
	ClosedBanned    Closure = "banned"
	ClosedOutage    Closure = "outage"
)

// A gate is open, or shut with a time for the next probe. Guarded by the
// limiter's mutex.
type gate struct {
	outageAfter int
	banPause    time.Duration

	why     Closure
	pause   time.Duration
	probeAt time.Time
	probing bool // a probe is chosen or under way
	// closures tells attempts begun before the gate was last shut.
	closures int
	// failing are the subjects that failed since the last good answer, badSince
	// is when the first of them did.
	failing  map[string]bool
	badSince time.Time
}

func (g *gate) shut() bool { return g.why != Open }

// admits reports whether an attempt may begin: of the probe too, unless the next
// one was put off since it was chosen.
func (g *gate) admits(probe bool, now time.Time) bool {
	return !g.shut() || probe && g.probing && !g.probeAt.After(now)
}

// missed reports whether the gate was shut at any time since a began.
func (g *gate) missed(a *attempt) bool {
	return a.probe || g.shut() || a.closures != g.closures
}

// answered notes that the server is well. Only a probe reopens after "slower": an
// answer to an earlier request says nothing about what may follow.
func (g *gate) answered(a *attempt) {
	clear(g.failing)
	g.badSince = time.Time{}
	if a.probe || g.why == ClosedOutage {
		g.why, g.probing = Open, false
	}
}

func (g *gate) failed(a *attempt, now time.Time) {
	g.worsen(now)
	g.failing[a.subject] = true
	if a.probe {
		g.postpone(now, g.why, min(2*g.pause, maxOutagePause))
		return
	}
	if !g.shut() && len(g.failing) >= g.outageAfter {
		g.close(now, ClosedOutage, firstPause)
	}
}

// throttled reports whether the news is new: a burst of throttle answers shuts
// the gate, and slows the rate, once.
func (g *gate) throttled(a *attempt, now time.Time, after time.Duration) bool {
	g.worsen(now)
	if after > 0 {
		after = clampRetryAfter(after)
	}
	switch {
	case a.probe:
		g.postpone(now, ClosedThrottled, max(min(2*g.pause, maxThrottlePause), after))
	case g.shut():
		g.probeAt = later(g.probeAt, now.Add(max(firstPause, after)))
	case a.closures == g.closures || after > 0:
		g.close(now, ClosedThrottled, max(firstPause, after))
		return true
	}
	return false
}

func (g *gate) banned(a *attempt, now time.Time) {
	g.worsen(now)
	if a.probe || g.shut() {
		g.probing = g.probing && !a.probe
		g.why, g.pause = ClosedBanned, firstPause
		g.probeAt = now.Add(g.banPause)
		return
	}
	g.close(now, ClosedBanned, firstPause)
	g.probeAt = now.Add(g.banPause)
}

// forgone notes that a probe ended without a verdict.
func (g *gate) forgone(a *attempt) {
	if a.probe {
		g.probing = false
	}
}

func (g *gate) worsen(now time.Time) {
	if g.badSince.IsZero() {
		g.badSince = now
	}
}

func (g *gate) close(now time.Time, why Closure, pause time.Duration) {
	g.closures++
	g.postpone(now, why, pause)
}

func (g *gate) postpone(now time.Time, why Closure, pause time.Duration) {
	g.why, g.pause, g.probing = why, pause, false
	g.probeAt = now.Add(pause)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
