package ratelimit

import (
	"net/http"
	"time"
)

// An Outcome classifies the result of an attempt for limits and retries.
type Outcome int

// The outcomes of an attempt.
const (
	// Transient is a temporary failure: a server error, a broken connection, a
	// timeout, an implausible body. It is retried.
	Transient Outcome = iota
	// Good is an answer.
	Good
	// Final is a refusal that the same request would get again. The server works.
	Final
	// Foreign is an answer that isn't the server's own, but that of a gateway or
	// proxy in between. It isn't retried while the gate is open; many identical ones
	// in a row shut the gate.
	Foreign
	// Throttled is an answer such as 429: the rate was too high.
	Throttled
	// Banned is an answer that refuses all requests for some minutes.
	Banned
	// Withheld is a request that Base never sent: it says nothing about the server.
	// It isn't retried.
	Withheld
)

// A Verdict is a Judge's view of an attempt.
type Verdict struct {
	Outcome Outcome
	// RetryAfter is the pause that the server asks for, 0 without one. It is clamped
	// to MinRetryAfter and MaxRetryAfter.
	RetryAfter time.Duration
	// Repeatable means, with Good, that the request changes nothing, so that it may
	// be kept, body included, and sent again as a probe.
	Repeatable bool
	// Likeness is equal for Foreign answers that count as identical.
	Likeness string
	// Detail belongs to the judge. Call.Verdict returns it unchanged.
	Detail any
}

// A Judge classifies an attempt by its response or error, as an http.RoundTripper
// returns them; the response's Request is that of the attempt. It may read the body,
// up to a bound, and replace it: the attempt's timeout covers this. It must not close
// the body that it leaves there. It is called concurrently, also for probes.
type Judge func(resp *http.Response, err error) Verdict

// JudgeStatus is a Judge that only looks at the status: 429, and 503 with a
// Retry-After, are Throttled; 408, 421, 425, other 5xx and those below 200 Transient;
// other 4xx Final. Good answers to GET and HEAD are repeatable.
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
