package ratelimit

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// maxUncounted is how many throttled or probing attempts one Call makes. They
// don't count as attempts, but a server that always throttles one request while it
// answers all others must not be asked without end either.
const maxUncounted = 100

// A Call is one request with its retries. It has the policies for
// retryablehttp.Client, whose RetryMax has to be math.MaxInt, since it would
// count throttle answers too. A Call is for one goroutine.
type Call struct {
	opts      Options
	subject   string
	counted   int
	uncounted int
	waits     bool // the last attempt counted, so a backoff follows if it is retried
	verdict   Verdict
	stats     CallStats
}

// CallStats counts the attempts of a Call so far.
type CallStats struct {
	// Attempts counts the request and its retries, Throttled those of them that were
	// throttled, Probes the probes that repeated other requests on its behalf.
	Attempts, Throttled, Probes int
}

// Track begins a Call. Requests made with the context belong to it.
func (l *Limiter) Track(ctx context.Context) (context.Context, *Call) {
	l.mu.Lock()
	l.seq++
	call := &Call{opts: l.opts, subject: anonymous(l.seq)}
	l.mu.Unlock()
	return context.WithValue(ctx, callKey{}, call), call
}

// LimitAttempts takes the place of Options.MaxAttempts for this Call; with
// math.MaxInt only the limiter gives up.
func (c *Call) LimitAttempts(n int) { c.opts.MaxAttempts = n }

// Stats returns the figures so far.
func (c *Call) Stats() CallStats { return c.stats }

// Verdict is the judge's on the last attempt; the zero Verdict before there was
// one. Trust it rather than a nil error: when the attempts run out, Do may return
// a 200 that was not believed.
func (c *Call) Verdict() Verdict { return c.verdict }

// record notes an attempt, and reports whether it was a retry.
func (c *Call) record(v Verdict, counts bool) (retry bool) {
	c.verdict, c.waits = v, counts
	c.stats.Attempts++
	if v.Outcome == Throttled {
		c.stats.Throttled++
	}
	if counts {
		c.counted++
	} else {
		c.uncounted++
	}
	return c.stats.Attempts > 1
}

// CheckRetry is a retryablehttp.CheckRetry. It goes by the last verdict.
func (c *Call) CheckRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if errors.Is(err, ErrStopped) || errors.Is(err, ErrGaveUp) || errors.Is(err, ErrWithdrawn) {
		return false, err
	}
	if c.verdict.Outcome == Good && err == nil {
		return false, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return false, cause
	}
	switch c.verdict.Outcome {
	case Transient:
		return c.stats.Attempts > 0 && c.counted < c.opts.MaxAttempts && c.patient(), nil
	case Foreign:
		return c.stats.Attempts > 0 && !c.waits && c.patient(), nil
	case Throttled, Banned:
		return c.patient(), nil
	default:
		return false, nil
	}
}

func (c *Call) patient() bool { return c.uncounted < maxUncounted }

// Backoff is a retryablehttp.Backoff: full jitter over the attempts that count,
// and no less than the server asked for. After any other attempt it is 0, for
// there the gate does the waiting. The bounds are the limiter's, not its
// arguments.
func (c *Call) Backoff(_, _ time.Duration, _ int, _ *http.Response) time.Duration {
	if !c.waits {
		return 0
	}
	wait := drawn(c.opts.Draw, c.opts.MinBackoff, c.opts.MaxBackoff, c.counted-1)
	if c.verdict.RetryAfter > 0 {
		wait = max(wait, clampRetryAfter(c.verdict.RetryAfter))
	}
	return wait
}
