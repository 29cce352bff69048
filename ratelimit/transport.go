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

// Transport returns a round tripper whose every attempt over base waits for its
// turn; judge nil is JudgeStatus. It must be the lowest place that resends
// anything: what base repeats by itself is outside all limits.
//
// The transports of one limiter share its limits. A request is repeated as a
// probe only for requests of the same transport, with their headers: that is how
// a probe has the access token of today.
//
// Besides base's errors it returns ErrStopped, ErrGaveUp, ErrTimeout (wrapped)
// and the cause of the request's context.
func (l *Limiter) Transport(base http.RoundTripper, judge Judge) http.RoundTripper {
	if judge == nil {
		judge = JudgeStatus
	}
	return &transport{limiter: l, base: base, judge: judge}
}

type transport struct {
	limiter *Limiter
	base    http.RoundTripper
	judge   Judge
	kept    atomic.Pointer[kept]
}

// RoundTrip makes one attempt, and before it, while the gate is shut and it is
// this request's turn to knock, a probe.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	w := t.limiter.newWaiter(req, t)
	for {
		a, err := t.limiter.enter(req.Context(), w)
		if err != nil {
			closeBody(req)
			return nil, err
		}
		again := t.kept.Load()
		if !a.probe || again == nil {
			return t.attempt(req, a)
		}
		if err := t.probe(again, req, a); err != nil {
			closeBody(req)
			return nil, err
		}
	}
}

// attempt sends the request itself and tells its Call.
func (t *transport) attempt(req *http.Request, a *attempt) (*http.Response, error) {
	resp, verdict, counts, err := t.send(req, a)
	if verdict == nil {
		return nil, err
	}
	if call := callOf(req.Context()); call != nil && call.record(*verdict, counts) {
		t.limiter.countRetry()
	}
	if verdict.Outcome == Good && verdict.Repeatable {
		t.keep(req)
	}
	return resp, err
}

// send makes the attempt: it holds the slot, bounds the time, asks the judge.
// The verdict is nil when the caller left before there was one.
func (t *transport) send(req *http.Request, a *attempt) (*http.Response, *Verdict, bool, error) {
	l, caller := t.limiter, req.Context()
	ctx, cancel := context.WithTimeoutCause(caller, l.opts.Timeout, ErrTimeout)
	end := sync.OnceFunc(func() {
		cancel()
		l.finish()
	})
	judged := false
	defer func() {
		if !judged { // a panic of base or judge is its caller's affair; the limiter goes on
			l.forgo(a)
			end()
		}
	}()
	resp, err := t.exchange(ctx, req)
	verdict := t.judge(resp, err)
	judged = true
	if left := context.Cause(caller); left != nil && verdict.Outcome != Good {
		l.forgo(a)
		closeResponse(resp)
		end()
		return nil, nil, false, left
	}
	counts := l.settle(a, verdict)
	if err != nil {
		end()
		return nil, &verdict, counts, err
	}
	// Should the body never be closed, the timeout makes room all the same.
	stop := context.AfterFunc(ctx, end)
	resp.Body = &body{ReadCloser: resp.Body, end: func() { stop(); end() }}
	return resp, &verdict, counts, nil
}

// exchange sends the request within ctx, and holds its slot from the response's
// headers, or the failure, on.
func (t *transport) exchange(ctx context.Context, req *http.Request) (*http.Response, error) {
	var sent stopwatch
	req = req.WithContext(sent.trace(ctx))
	// Given up rather than refused, a request may still be on its way.
	failed, lost := true, t.limiter.opts.Timeout
	defer func() { t.limiter.respond(sent.time(), failed, lost) }()
	resp, err := t.base.RoundTrip(req)
	if err == nil {
		failed = false
		resp.Request = req
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

// A body ends its attempt when it is closed.
type body struct {
	io.ReadCloser
	end func()
}

func (b *body) Close() error {
	defer b.end()
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
