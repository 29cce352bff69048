package ratelimit

import "time"

// Options are the rules of one credential. The zero value of each is its
// default.
type Options struct {
	// RequestsPerSecond isn't exceeded in any second while latency is steady, and
	// whatever latency does from the first throttle answer on; see the package's
	// promise. Default 20.
	RequestsPerSecond int
	// MaxInFlight bounds the requests under way, each until its body is closed;
	// default RequestsPerSecond.
	MaxInFlight int
	// Timeout is of one attempt, headers and body until it is closed; it begins
	// when the attempt does, after all waiting. Default 10 s.
	Timeout time.Duration
	// MinBackoff and MaxBackoff bound a Call's wait before attempt n, which is
	// drawn from 0 to MinBackoff × 2ⁿ, at most MaxBackoff. Default 1 s and 60 s.
	MinBackoff, MaxBackoff time.Duration
	// MaxAttempts is how often a Call is tried; default 6. Attempts that were
	// throttled or ran into a shut gate don't count.
	MaxAttempts int
	// GiveUpAfter is how long the limiter goes on without one good answer before
	// all requests get ErrGaveUp; default 15 min, negative: it never gives up.
	GiveUpAfter time.Duration
	// OutageAfter is how many different subjects fail in a row, without a good
	// answer between, before the gate shuts; default 5.
	OutageAfter int
	// ForeignAfter is how many Foreign answers in a row, one like the other, shut
	// the gate; default 10.
	ForeignAfter int
	// BanPause is how long a ban shuts the gate; default 5 min.
	BanPause time.Duration
	// Ceiling is shared by the limiters of a process; nil: none.
	Ceiling *Ceiling
	// Draw draws a wait from 0 to limit, for the jitter of a Call's backoff. It is
	// called by many goroutines at a time. Nil: evenly at random.
	Draw func(limit time.Duration) time.Duration
}

func (o Options) withDefaults() Options {
	orElse(&o.RequestsPerSecond, 20)
	orElse(&o.MaxInFlight, o.RequestsPerSecond)
	orElse(&o.Timeout, 10*time.Second)
	orElse(&o.MinBackoff, time.Second)
	orElse(&o.MaxBackoff, time.Minute)
	orElse(&o.MaxAttempts, 6)
	orElse(&o.OutageAfter, 5)
	orElse(&o.ForeignAfter, 10)
	orElse(&o.BanPause, 5*time.Minute)
	if o.Draw == nil {
		o.Draw = evenly
	}
	if o.GiveUpAfter == 0 {
		o.GiveUpAfter = 15 * time.Minute
	}
	return o
}

func orElse[T int | time.Duration](value *T, fallback T) {
	if *value <= 0 {
		*value = fallback
	}
}
