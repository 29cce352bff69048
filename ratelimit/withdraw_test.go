package ratelimit_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/ratelimit"
)

// What waits is taken back, what is under way is not disturbed.
func TestWaitingRequestsAreWithdrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{there: steady(300 * time.Millisecond)}
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 5})
		rt := lim.Transport(s, nil)
		withdrawn := make(chan struct{})
		time.AfterFunc(500*time.Millisecond, func() { close(withdrawn) })
		ctx := ratelimit.WithWithdrawal(t.Context(), withdrawn)
		var wg sync.WaitGroup
		var mu sync.Mutex
		answered, taken := 0, 0
		for i := range 40 {
			wg.Go(func() {
				req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://api.example/"+strconv.Itoa(i), http.NoBody)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = roundTrip(rt, req)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					answered++
				case errors.Is(err, ratelimit.ErrWithdrawn):
					taken++
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if arrived := len(s.arrivals()); answered != 3 || arrived != 3 || taken != 37 {
			t.Errorf("%d answered, %d arrived, %d withdrawn; want 3, 3, 37", answered, arrived, taken)
		}
		// The slots that were given back are there for others.
		if _, err := get(t, rt, "/later"); err != nil {
			t.Error(err)
		}
	})
}

// A withdrawn Call isn't retried.
func TestAWithdrawnCallEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(*seen, int) (int, string) { return http.StatusTooManyRequests, "" }}
		lim := ratelimit.New(ratelimit.Options{})
		withdrawn := make(chan struct{})
		time.AfterFunc(10*time.Second, func() { close(withdrawn) })
		err := client(lim, lim.Transport(s, nil))(ratelimit.WithWithdrawal(t.Context(), withdrawn), "k")
		if !errors.Is(err, ratelimit.ErrWithdrawn) {
			t.Errorf("err = %v", err)
		}
	})
}

// Ten answers alike that aren't the server's shut the gate; fewer, or others between,
// don't. Each fails its own request at the first attempt while the gate is open.
func TestForeignAnswersShutTheGate(t *testing.T) {
	judge := func(resp *http.Response, err error) ratelimit.Verdict {
		v := ratelimit.JudgeStatus(resp, err)
		if v.Outcome == ratelimit.Final {
			v.Outcome, v.Likeness = ratelimit.Foreign, strconv.Itoa(resp.StatusCode)
		}
		return v
	}
	for name, tc := range map[string]struct {
		answer func(n int) int
		asked  int
		shut   bool
	}{
		"nine alike":        {func(int) int { return 403 }, 9, false},
		"ten alike":         {func(int) int { return 403 }, 10, true},
		"two kinds":         {func(n int) int { return 403 + n%2 }, 20, false},
		"a good one midway": {func(n int) int { return map[bool]int{true: 200, false: 403}[n%10 == 9] }, 30, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{answer: func(_ *seen, n int) (int, string) { return tc.answer(n), "" }}
				lim := ratelimit.New(ratelimit.Options{})
				ask := client(lim, lim.Transport(s, judge))
				for i := range tc.asked {
					_ = ask(t.Context(), strconv.Itoa(i))
				}
				if n := len(s.arrivals()); n != tc.asked {
					t.Errorf("%d requests for %d calls", n, tc.asked)
				}
				if got := lim.Stats().Closure; (got == ratelimit.ClosedOutage) != tc.shut {
					t.Errorf("the gate: %q, want shut %t", got, tc.shut)
				}
			})
		})
	}
}

// While the gate is shut a foreign answer fails nobody: the probes find out when the
// server is back.
func TestForeignAnswersAtAShutGateFailNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		s := &server{answer: func(*seen, int) (int, string) {
			if since := time.Since(begun); since > time.Second && since < 3*time.Minute {
				return http.StatusForbidden, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{})
		judge := func(resp *http.Response, err error) ratelimit.Verdict {
			v := repeatable(resp, err)
			if v.Outcome == ratelimit.Final {
				v.Outcome, v.Likeness = ratelimit.Foreign, "403"
			}
			return v
		}
		ask := client(lim, lim.Transport(s, judge))
		var wg sync.WaitGroup
		var mu sync.Mutex
		failed := 0
		for i := range 200 {
			wg.Go(func() {
				if err := ask(t.Context(), strconv.Itoa(i)); err != nil {
					mu.Lock()
					defer mu.Unlock()
					failed++
				}
			})
		}
		wg.Wait()
		if failed != 10 {
			t.Errorf("%d failed, want the 10 that shut the gate", failed)
		}
	})
}

// A switch of protocols has no body to read and no answer in it.
func TestAStatusBelow200EndsTheAttempt(t *testing.T) {
	closed := 0
	base := roundTripper(func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusSwitchingProtocols, Request: req, Body: &endless{closed: &closed}}, nil
	})
	// Between two attempts a body is read to its end.
	lim := ratelimit.New(ratelimit.Options{MaxAttempts: 2, MinBackoff: time.Millisecond, MaxBackoff: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := client(lim, lim.Transport(base, nil))(ctx, "k"); err == nil || ctx.Err() != nil {
		t.Errorf("err = %v, context: %v", err, ctx.Err())
	}
	if closed != 2 {
		t.Errorf("the connection was closed %d times", closed)
	}
}

// An endless body never comes to its end.
type endless struct{ closed *int }

func (e *endless) Read([]byte) (int, error) { select {} }
func (e *endless) Close() error             { *e.closed++; return nil }
