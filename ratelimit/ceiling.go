package ratelimit

import (
	"sync"
	"time"
)

// The vendor whose API this was written for bans an address for 10,000 calls in
// 20 s. A tenth is kept back for requests that arrive closer together than they
// left.
const (
	ceilingCalls  = 9_000
	ceilingWindow = 20 * time.Second
)

// A Ceiling bounds the requests of all limiters that share it: under 10,000 in
// any 20 seconds. Its methods may be called by many goroutines.
type Ceiling struct {
	window time.Duration

	mu     sync.Mutex
	starts []time.Time // of the latest calls, a ring
	next   int         // the oldest of them, once the ring is full
}

// NewCeiling returns an unused ceiling.
func NewCeiling() *Ceiling { return newCeiling(ceilingCalls, ceilingWindow) }

func newCeiling(calls int, window time.Duration) *Ceiling {
	return &Ceiling{window: window, starts: make([]time.Time, 0, calls)}
}

// take counts a request that starts now, or says how long to wait before asking
// again.
func (c *Ceiling) take(now time.Time) (wait time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.starts) < cap(c.starts) {
		c.starts = append(c.starts, now)
		return 0
	}
	if wait := c.starts[c.next].Add(c.window).Sub(now); wait > 0 {
		return wait
	}
	c.starts[c.next] = now
	c.next = (c.next + 1) % len(c.starts)
	return 0
}
