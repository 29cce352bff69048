package ratelimit

import "time"

// Options are the limits of one credential. The zero value of each means its
// default.
type Options struct {
	// RequestsPerSecond is not exceeded in any second while latency is steady, and
	// not at any latency after the first throttle answer; see the package comment.
	// Default 20.
	RequestsPerSecond int
	// MaxInFlight bounds the requests under way, each until its body is closed;
	// default RequestsPerSecond.
	MaxInFlight int
	// Timeout bounds one attempt, until its body is closed. It begins with the
	// attempt, after all waiting. Default 10 s.
	Timeout time.Duration
	// MinBackoff and MaxBackoff bound a Call's wait before attempt n, which is
	// drawn from 0 to MinBackoff × 2ⁿ, at most MaxBackoff. Default 1 s and 60 s.
	MinBackoff, MaxBackoff time.Duration
	// MaxAttempts is how often a Call is tried; default 6. Attempts that were
	// throttled or ran into a shut gate don't count.
	MaxAttempts int
	// GiveUpAfter is how long the limiter continues without a good answer before all
	// requests get ErrGaveUp; default 15 min, negative: it never gives up.
	GiveUpAfter time.Duration
	// OutageAfter is how many different subjects have to fail in a row, with no good
	// answer in between, to shut the gate; default 5.
	OutageAfter int
	// ForeignAfter is how many identical Foreign answers in a row shut the gate;
	// default 10.
	ForeignAfter int
	// BanPause is how long a ban shuts the gate; default 5 min.
	BanPause time.Duration
	// Ceiling is shared by the limiters of a process; nil: none.
	Ceiling *Ceiling
	// Draw returns a wait from 0 to limit, for the jitter of a Call's backoff. It is
	// called concurrently. Nil: uniformly at random.
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
