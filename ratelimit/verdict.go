package ratelimit

import (
	"net/http"
	"time"
)

// An Outcome is what an attempt came to, as far as limits and retries care.
type Outcome int

// The outcomes of an attempt.
const (
	// Transient is no answer, for now: a server error, a broken connection, a
	// timeout, a body that can't be believed. Worth a retry.
	Transient Outcome = iota
	// Good is an answer.
	Good
	// Final is a refusal that the same request would get again. The server is
	// well.
	Final
	// Foreign is an answer that isn't the server's own: that of a gateway or a
	// proxy on the way. It isn't retried while the gate is open; many alike in a
	// row shut the gate.
	Foreign
	// Throttled is "slower".
	Throttled
	// Banned is "not at all, for minutes".
	Banned
	// Withheld is a request that Base never made: it says nothing of the server.
	// It isn't retried.
	Withheld
)

// A Verdict is what a Judge made of an attempt.
type Verdict struct {
	Outcome Outcome
	// RetryAfter is how long the server asks to be left alone, 0 when it doesn't
	// say. Honoured within 0.5 and 60 s.
	RetryAfter time.Duration
	// Repeatable says of a Good answer that its request changes nothing, so that
	// it may be kept, body included, and sent again as a probe.
	Repeatable bool
	// Likeness is equal for Foreign answers that are alike.
	Likeness string
	// Detail is the judge's own. Call.Verdict hands it on untouched.
	Detail any
}

// A Judge says what an attempt came to. It gets a response or an error, as an
// http.RoundTripper returns them; the response's Request is that of the attempt.
// It may read the body, bounded, and put another in its place: the attempt's
// timeout covers it. It must not close the body it leaves there. It is called by
// many goroutines at a time, also for probes.
type Judge func(resp *http.Response, err error) Verdict

// JudgeStatus goes by the status alone: 429, and 503 with a Retry-After, are
// Throttled; 408, 421, 425, the other 5xx and all below 200 Transient; the other
// 4xx Final. Good answers to GET and HEAD are repeatable.
func JudgeStatus(resp *http.Response, err error) Verdict {
	if err != nil {
		return Verdict{Outcome: Transient}
	}
	after, told := RetryAfter(resp.Header, time.Now())
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && told:
		return Verdict{Outcome: Throttled, RetryAfter: after}
	case status >= 500, status < http.StatusOK, status == http.StatusRequestTimeout,
		status == http.StatusMisdirectedRequest, status == http.StatusTooEarly:
		return Verdict{Outcome: Transient, RetryAfter: after}
	case status >= 400:
		return Verdict{Outcome: Final}
	}
	method := resp.Request.Method
	return Verdict{Outcome: Good, Repeatable: method == http.MethodGet || method == http.MethodHead}
}
