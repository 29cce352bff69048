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

// A GateChange is what an attempt made of the gate; From and To are equal when it
// changed nothing.
type GateChange struct {
	From, To Closure
	// ProbeAt is when the next probe may go; it means nothing at an open gate.
	ProbeAt time.Time
}

// A gate is open, or shut with a time for the next probe. Guarded by the
// limiter's mutex.
type gate struct {
	outageAfter  int
	foreignAfter int
	banPause     time.Duration

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
	// alike counts the latest Foreign answers in a row that had one likeness.
	alike    int
	likeness string
	// shutAt is when it was last shut, shutTime how long it was shut before.
	shutAt   time.Time
	shutTime time.Duration
}

func (g *gate) shut() bool { return g.why != Open }

// shutFor is how long the gate has been shut, altogether.
func (g *gate) shutFor(now time.Time) time.Duration {
	if g.shut() {
		return g.shutTime + now.Sub(g.shutAt)
	}
	return g.shutTime
}

// admits reports whether an attempt may begin: the probe too, unless the next one
// was put off since it was chosen.
func (g *gate) admits(probe bool, now time.Time) bool {
	return !g.shut() || probe && g.probing && !g.probeAt.After(now)
}

// missed reports whether the gate was shut at any time since a grant was given.
func (g *gate) missed(a *grant) bool {
	return a.probe || g.shut() || a.closures != g.closures
}

// answered notes that the server is well. Only a probe reopens after "slower": an
// answer to an earlier request says nothing about what may follow.
func (g *gate) answered(a *grant, now time.Time) {
	clear(g.failing)
	g.badSince, g.alike = time.Time{}, 0
	if g.shut() && (a.probe || g.why == ClosedOutage) {
		g.shutTime = g.shutFor(now)
		g.why, g.probing = Open, false
	}
}

func (g *gate) failed(a *grant, now time.Time) {
	g.worsen(now)
	g.alike = 0
	g.failing[a.subject] = true
	g.outage(a, now, len(g.failing) >= g.outageAfter)
}

// foreign notes an answer that isn't the server's own: so many alike in a row are
// an outage, whatever they were about.
func (g *gate) foreign(a *grant, now time.Time, likeness string) {
	g.worsen(now)
	if likeness != g.likeness {
		g.likeness, g.alike = likeness, 0
	}
	g.alike++
	g.outage(a, now, g.alike >= g.foreignAfter)
}

// outage puts the next probe off, or shuts an open gate when there was enough of it.
func (g *gate) outage(a *grant, now time.Time, enough bool) {
	switch {
	case a.probe:
		g.postpone(now, g.why, min(2*g.pause, maxOutagePause))
	case !g.shut() && enough:
		g.close(now, ClosedOutage, firstPause)
	}
}

// throttled reports whether the news is new: a burst of throttle answers shuts
// the gate, and slows the rate, once.
func (g *gate) throttled(a *grant, now time.Time, after time.Duration) bool {
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

func (g *gate) banned(a *grant, now time.Time) {
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

// released notes that a probe ended without a verdict.
func (g *gate) released(a *grant) {
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
	g.shutAt = now
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
