package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// A Transport is an http.RoundTripper whose every attempt waits for a slot and an
// open gate. No layer below it may resend requests: what Base repeats by itself is
// outside all limits.
//
// Besides Base's errors it returns ErrStopped, ErrGaveUp, ErrWithdrawn, ErrTimeout
// (wrapped) and the cause of the request's context. Its fields are set before its
// first use.
type Transport struct {
	Base http.RoundTripper
	// Judge classifies attempts; nil is JudgeStatus.
	Judge Judge
	// Attempted is called for each attempt that was judged, probes included. It is
	// called concurrently, and may be nil.
	Attempted func(Attempt)

	limiter *Limiter
	// good is the last request that was answered well and may be repeated.
	good *atomic.Pointer[repeatable]
	// trips are the round trips of its requests.
	trips *trips
}

// Transport returns a round tripper over base. The transports of one limiter
// share its limits.
func (l *Limiter) Transport(base http.RoundTripper, judge Judge) *Transport {
	return &Transport{Base: base, Judge: judge, limiter: l, good: &atomic.Pointer[repeatable]{}, trips: &trips{}}
}

// With returns a transport over another base with another judge. A request is
// repeated as a probe only for requests of transports that came of each other
// through With; it then goes through the base of the request that waits, and to
// its judge, with its headers.
func (t *Transport) With(base http.RoundTripper, judge Judge) *Transport {
	return &Transport{Base: base, Judge: judge, limiter: t.limiter, good: t.good, trips: t.trips}
}

// Apart returns a transport like one of With for requests that take another time
// than those of t, such as those to another path: their round trips are known by
// themselves. Where quick and slow ones are taken together, the slow ones lose rate.
func (t *Transport) Apart() *Transport {
	apart := *t
	apart.trips = &trips{}
	return &apart
}

// An Attempt is one request that was sent, or that Base refused to send.
type Attempt struct {
	Request *http.Request
	// Status is the status of the response, 0 without one; Err is the error of Base.
	Status  int
	Err     error
	Verdict Verdict
	// Number counts the attempts of the Call from 1; 0 without a Call and for a
	// repetition of another request.
	Number int
	// Probe means that it was sent while the gate was shut.
	Probe bool
	// SlotWait is how long it waited for its slot and its spacing, GateWait how
	// long for the gate. Duration is the time from sending to the verdict.
	SlotWait, GateWait, Duration time.Duration
	Gate                         GateChange
}

// RoundTrip makes one attempt, and before it, while the gate is shut and this
// request is chosen to probe, a probe.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	w := t.limiter.newWaiter(req, t)
	for {
		g, err := t.limiter.acquire(req.Context(), w)
		if err != nil {
			closeBody(req)
			return nil, err
		}
		if !g.probe {
			return t.attempt(req, g)
		}
		again := t.again(req)
		if again == nil {
			return t.attempt(req, g)
		}
		if err := t.probe(again, req, g); err != nil {
			closeBody(req)
			return nil, err
		}
	}
}

// attempt sends the request itself and tells its Call.
func (t *Transport) attempt(req *http.Request, g *grant) (*http.Response, error) {
	resp, a, counts, err := t.send(req, g)
	if a == nil {
		return nil, err
	}
	if call := callOf(req.Context()); call != nil {
		if call.record(a.Verdict, counts) {
			t.limiter.countRetry()
		}
		a.Number = call.stats.Attempts
	}
	if a.Verdict.Outcome == Good && a.Verdict.Repeatable {
		t.keep(req)
	}
	t.tell(a)
	return resp, err
}

func (t *Transport) tell(a *Attempt) {
	if t.Attempted != nil {
		t.Attempted(*a)
	}
}

// send makes the attempt: it holds the slot, bounds the time, asks the judge.
// The attempt is nil when the caller left before there was a verdict.
func (t *Transport) send(req *http.Request, g *grant) (*http.Response, *Attempt, bool, error) {
	l, caller := t.limiter, req.Context()
	ctx, cancel := context.WithTimeoutCause(caller, l.opts.Timeout, ErrTimeout)
	ending := &ending{limiter: l, cancel: cancel}
	judged := false
	defer func() {
		if !judged { // a panic of Base or Judge is its caller's affair; the limiter goes on
			l.release(g)
			ending.end()
		}
	}()
	a := &Attempt{Request: req, Probe: g.probe, SlotWait: g.slotWait, GateWait: g.gateWait}
	begun := time.Now()
	resp, err := t.exchange(ctx, req)
	a.Verdict, a.Err, a.Duration = t.judge(resp, err), err, time.Since(begun)
	judged = true
	if left := context.Cause(caller); left != nil && a.Verdict.Outcome != Good {
		l.release(g)
		closeResponse(resp)
		ending.end()
		return nil, nil, false, left
	}
	var counts bool
	counts, a.Gate = l.settle(g, a.Verdict)
	if err != nil {
		ending.end()
		return nil, a, counts, err
	}
	a.Status = resp.StatusCode
	// Should the body never be closed, the timeout makes room all the same.
	resp.Body = &body{ReadCloser: resp.Body, stop: context.AfterFunc(ctx, ending.end), ending: ending}
	return resp, a, counts, nil
}

func (t *Transport) judge(resp *http.Response, err error) Verdict {
	if t.Judge == nil {
		return JudgeStatus(resp, err)
	}
	return t.Judge(resp, err)
}

// exchange sends the request within ctx, and holds its slot from the response's
// headers, or the failure, on.
func (t *Transport) exchange(ctx context.Context, req *http.Request) (*http.Response, error) {
	var sent stopwatch
	req = req.WithContext(sent.trace(ctx))
	// Given up rather than refused, a request may still be on its way.
	failed, lost := true, t.limiter.opts.Timeout
	defer func() { t.limiter.respond(t.trips, sent.time(), failed, lost) }()
	resp, err := t.Base.RoundTrip(req)
	if err == nil {
		failed = false
		resp.Request = req
		if resp.Body != nil && resp.StatusCode < http.StatusOK {
			// After 101 the body is the connection: reading it has no end, and no
			// context either.
			_ = resp.Body.Close()
			resp.Body = nil
		}
		if resp.Body == nil {
			resp.Body = http.NoBody
		}
		return resp, nil
	}
	cause := context.Cause(ctx)
	if cause == nil {
		lost = 0
		return nil, err
	}
	err = cause
	if errors.Is(err, ErrTimeout) {
		err = fmt.Errorf("%w (%v)", ErrTimeout, t.limiter.opts.Timeout)
	}
	return nil, err
}

// An ending ends an attempt.
type ending struct {
	limiter *Limiter
	cancel  context.CancelFunc
	ended   atomic.Bool
}

// end makes room for another request, the first time that it is called.
func (e *ending) end() {
	if !e.ended.Swap(true) {
		e.cancel()
		e.limiter.finish()
	}
}

// A body ends its attempt when it is closed.
type body struct {
	io.ReadCloser

	stop   func() bool // the end at the timeout
	ending *ending
}

func (b *body) Close() error {
	defer b.ending.end()
	b.stop()
	return b.ReadCloser.Close()
}

// A stopwatch knows when a request went out. Dialling and handshakes, which only
// the first requests pay for, are no part of a round trip: else the second use of
// a slot would arrive a handshake too early.
type stopwatch struct {
	mu sync.Mutex
	at time.Time
}

func (s *stopwatch) trace(ctx context.Context) context.Context {
	s.at = time.Now()
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.at = time.Now()
		},
	})
}

func (s *stopwatch) time() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at
}

func (l *Limiter) countRetry() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stats.Retries++
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}
