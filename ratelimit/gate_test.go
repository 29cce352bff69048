package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"notifyaudit/ratelimit"
)

// client returns a function that posts body and retries by a Call's policies.
func client(lim *ratelimit.Limiter, rt http.RoundTripper) func(ctx context.Context, body string) error {
	hc := &http.Client{Transport: rt}
	return func(ctx context.Context, body string) error {
		ctx, call := lim.Track(ctx)
		rc := retryablehttp.Client{
			HTTPClient: hc, RetryMax: math.MaxInt, ErrorHandler: retryablehttp.PassthroughErrorHandler,
			CheckRetry: call.CheckRetry, Backoff: call.Backoff,
		}
		req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, "http://api.example/query", []byte(body))
		if err != nil {
			return err
		}
		req.Header.Set("User", body)
		resp, err := rc.Do(req)
		if err != nil {
			return err
		}
		_ = resp.Body.Close()
		if call.Verdict().Outcome != ratelimit.Good {
			return fmt.Errorf("%s: status %d", body, resp.StatusCode)
		}
		return nil
	}
}

// repeatable is JudgeStatus for requests that change nothing though they POST.
func repeatable(resp *http.Response, err error) ratelimit.Verdict {
	v := ratelimit.JudgeStatus(resp, err)
	v.Repeatable = true
	return v
}

func TestThrottleStopsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Two throttle answers in a row: a pause of one second, then of two.
		s := &server{answer: func(_ *seen, n int) (int, string) {
			if n == 3 || n == 4 {
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 10, MaxAttempts: 1})
		ask := client(lim, lim.Transport(s, repeatable))
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if err := ask(t.Context(), strconv.Itoa(i)); err != nil {
					t.Errorf("throttling failed a request: %v", err)
				}
			})
		}
		wg.Wait()
		at := s.arrivals()
		gaps := []time.Duration{at[4].Sub(at[3]), at[5].Sub(at[4])}
		if gaps[0] != time.Second || gaps[1] != 2*time.Second {
			t.Errorf("pauses = %v, want 1s and 2s", gaps)
		}
		if got := at[7].Sub(at[6]); got < 150*time.Millisecond {
			t.Errorf("after the throttle answer requests are %v apart, want the rate halved", got)
		}
		if st := lim.Stats(); st.Throttled != 2 || st.Probes != 2 {
			t.Errorf("stats = %+v", st)
		}
	})
}

func TestProbeRepeatsWhatWasAnsweredWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(r *seen, _ int) (int, string) {
			if strings.HasPrefix(r.body, "dead") {
				return http.StatusInternalServerError, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{MaxAttempts: 3})
		ask := client(lim, lim.Transport(s, repeatable))
		if err := ask(t.Context(), "good"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				if err := ask(t.Context(), fmt.Sprint("dead", i)); err == nil {
					t.Error("a dead subject was answered")
				}
			})
		}
		start := time.Now()
		wg.Wait()
		if took := time.Since(start); took > time.Minute {
			t.Errorf("five dead subjects took %v: taken for an outage", took)
		}
		var probes []*seen
		for _, r := range s.requests[1:] {
			if r.body == "good" {
				probes = append(probes, r)
			}
		}
		if len(probes) == 0 || len(probes) != lim.Stats().Probes {
			t.Fatalf("%d repetitions of the good request, %d probes", len(probes), lim.Stats().Probes)
		}
		if !strings.HasPrefix(probes[0].user, "dead") {
			t.Errorf("the probe had the headers of %q, want those of the request that waits", probes[0].user)
		}
	})
}

// Before anything was answered well, one dead subject must not keep the gate shut
// for the living.
func TestProbeWithoutAnythingGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(r *seen, _ int) (int, string) {
			if strings.HasPrefix(r.body, "dead") {
				return http.StatusInternalServerError, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{MaxAttempts: 3})
		ask := client(lim, lim.Transport(s, repeatable))
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				_ = ask(ratelimit.WithPriority(t.Context(), 9), fmt.Sprint("dead", i))
			})
		}
		synctest.Wait()
		wg.Go(func() {
			if err := ask(t.Context(), "alive"); err != nil {
				t.Errorf("alive: %v", err)
			}
		})
		wg.Wait()
		if took := time.Since(start); took > 2*time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

func TestOutageOfTenMinutes(t *testing.T) {
	for name, failure := range map[string]func() (int, string){
		"500":   func() (int, string) { return http.StatusInternalServerError, "" },
		"reset": func() (int, string) { return 0, "" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				wasted := 0
				s := &server{there: steady(20 * time.Millisecond), back: steady(60 * time.Millisecond)}
				s.answer = func(*seen, int) (int, string) {
					if since := time.Since(begun); since > 10*time.Second && since < 610*time.Second {
						wasted++
						return failure()
					}
					return http.StatusOK, "fine"
				}
				lim := ratelimit.New(ratelimit.Options{})
				ask := client(lim, lim.Transport(s, repeatable))
				var wg sync.WaitGroup
				for i := range 1000 {
					wg.Go(func() {
						if err := ask(t.Context(), strconv.Itoa(i)); err != nil {
							t.Errorf("lost: %v", err)
						}
					})
				}
				wg.Wait()
				if wasted >= 60 || wasted == 0 {
					t.Errorf("%d calls wasted, want under 60", wasted)
				}
				t.Logf("%d calls wasted", wasted)
			})
		})
	}
}

// What was never sent is no answer: it doesn't open the gate, and the outage is
// found out as if it had not been.
func TestWithheldIsNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(*seen, int) (int, string) { return http.StatusInternalServerError, "" }}
		lim := ratelimit.New(ratelimit.Options{MaxAttempts: 1})
		rt := lim.Transport(s, func(resp *http.Response, err error) ratelimit.Verdict {
			if resp != nil && resp.Request.Header.Get("User") == "poor" {
				return ratelimit.Verdict{Outcome: ratelimit.Withheld}
			}
			return ratelimit.JudgeStatus(resp, err)
		})
		ask := client(lim, rt)
		for i := range 5 {
			_ = ask(t.Context(), strconv.Itoa(i))
			if err := ask(t.Context(), "poor"); err == nil {
				t.Fatal("a request that was never sent was answered well")
			}
			if got := lim.Stats().Closure; (got == ratelimit.ClosedOutage) != (i == 4) {
				t.Errorf("after %d failures and what was withheld the gate is %q", i+1, got)
			}
		}
		if got := len(s.arrivals()); got != 10 {
			t.Errorf("%d attempts, want each once", got)
		}
	})
}

func TestBan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(_ *seen, n int) (int, string) { return http.StatusOK, strconv.Itoa(n) }}
		judge := func(resp *http.Response, _ error) ratelimit.Verdict {
			body, _ := io.ReadAll(resp.Body)
			if string(body) == "1" {
				return ratelimit.Verdict{Outcome: ratelimit.Banned}
			}
			return ratelimit.Verdict{Outcome: ratelimit.Good, Repeatable: true}
		}
		lim := ratelimit.New(ratelimit.Options{MaxAttempts: 1})
		ask := client(lim, lim.Transport(s, judge))
		for i := range 3 {
			if err := ask(t.Context(), strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
		at := s.arrivals()
		if got := at[2].Sub(at[1]); got != 5*time.Minute {
			t.Errorf("the first request after the ban came %v later, want 5m", got)
		}
		if got := s.requests[2].body; got != "0" {
			t.Errorf("the probe was %q, want the request answered well", got)
		}
	})
}

func TestGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(*seen, int) (int, string) { return http.StatusBadGateway, "" }}
		lim := ratelimit.New(ratelimit.Options{GiveUpAfter: 10 * time.Minute})
		ask := client(lim, lim.Transport(s, nil))
		start := time.Now()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				if err := ask(t.Context(), strconv.Itoa(i)); !errors.Is(err, ratelimit.ErrGaveUp) {
					t.Errorf("error = %v, want ErrGaveUp", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took < 10*time.Minute || took > 10*time.Minute+time.Second {
			t.Errorf("gave up after %v, want 10m", took)
		}
		if err := ask(t.Context(), "later"); !errors.Is(err, ratelimit.ErrGaveUp) {
			t.Errorf("a later request: %v, want ErrGaveUp", err)
		}
	})
}

// A probe prefers a request known to be good, even to a more urgent one of another
// transport.
func TestProbeOfTwoTransports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(_ *seen, n int) (int, string) {
			if n == 1 {
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{})
		ask := client(lim, lim.Transport(s, repeatable))
		other := client(lim, lim.Transport(s, repeatable))
		if err := ask(t.Context(), "good"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() { _ = ask(t.Context(), "waiting") })
		synctest.Wait()
		wg.Go(func() { _ = other(ratelimit.WithPriority(t.Context(), 9), "urgent") })
		wg.Wait()
		if got := s.requests[2].body; got != "good" {
			t.Errorf("the probe was %q, want the request answered well", got)
		}
	})
}

// An outage costs attempts only those who found it out.
func TestAttemptsAtAShutGateDontCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		s := &server{back: steady(80 * time.Millisecond), answer: func(*seen, int) (int, string) {
			if time.Since(begun) < time.Minute {
				return http.StatusInternalServerError, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{MaxAttempts: 1})
		ask := client(lim, lim.Transport(s, repeatable))
		var mu sync.Mutex
		var lost int
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				err := ask(t.Context(), strconv.Itoa(i))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					lost++
				}
			})
		}
		wg.Wait()
		if lost != 5 {
			t.Errorf("%d lost, want the 5 that shut the gate", lost)
		}
	})
}

func TestNobodyProbesForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(*seen, int) (int, string) { return http.StatusInternalServerError, "" }}
		lim := ratelimit.New(ratelimit.Options{OutageAfter: 1, GiveUpAfter: -1})
		ask := client(lim, lim.Transport(s, repeatable))
		if err := ask(t.Context(), "alone"); err == nil {
			t.Error("no error")
		}
	})
}

// Some subjects fail for good among many that are answered: the gate stays open.
func TestAttemptsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := &server{answer: func(r *seen, _ int) (int, string) {
			if r.body == "dead" {
				asked++
				return http.StatusInternalServerError, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{MaxAttempts: 4})
		ask := client(lim, lim.Transport(s, repeatable))
		if err := ask(t.Context(), "dead"); err == nil {
			t.Error("no error from a subject that never answers")
		}
		if asked != 4 {
			t.Errorf("asked %d times, want MaxAttempts = 4", asked)
		}
		if st := lim.Stats(); st.Retries != 3 {
			t.Errorf("retries = %d, want 3", st.Retries)
		}
	})
}

// A server that throttles one request for ever is left alone in the end.
func TestThrottledForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(r *seen, _ int) (int, string) {
			if r.body == "sore" {
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "fine"
		}}
		lim := ratelimit.New(ratelimit.Options{})
		ask := client(lim, lim.Transport(s, repeatable))
		if err := ask(t.Context(), "good"); err != nil {
			t.Fatal(err)
		}
		if err := ask(t.Context(), "sore"); err == nil {
			t.Error("no error")
		}
	})
}

func TestPriorityThenFirstCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{back: steady(100 * time.Millisecond)}
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 1})
		ask := client(lim, lim.Transport(s, nil))
		var wg sync.WaitGroup
		for i, priority := range []int{0, 1, 5, 1, 5} {
			wg.Go(func() { _ = ask(ratelimit.WithPriority(t.Context(), priority), strconv.Itoa(i)) })
			synctest.Wait()
		}
		left, leave := context.WithCancelCause(t.Context())
		reason := errors.New("changed my mind")
		wg.Go(func() {
			if err := ask(ratelimit.WithPriority(left, 9), "left"); !errors.Is(err, reason) {
				t.Errorf("who left got %v, want the cause", err)
			}
		})
		synctest.Wait()
		leave(reason)
		wg.Wait()
		var order []string
		for _, r := range s.requests {
			order = append(order, r.body)
		}
		if want := []string{"0", "2", "4", "1", "3"}; !slices.Equal(order, want) {
			t.Errorf("order = %v, want %v", order, want)
		}
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{back: steady(5 * time.Second)}
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 2})
		ask := client(lim, lim.Transport(s, nil))
		var mu sync.Mutex
		var answered, stopped int
		var wg sync.WaitGroup
		for i := range 6 {
			wg.Go(func() {
				err := ask(t.Context(), strconv.Itoa(i))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					answered++
				case errors.Is(err, ratelimit.ErrStopped):
					stopped++
				default:
					t.Errorf("error = %v", err)
				}
			})
		}
		time.Sleep(time.Second)
		start := time.Now()
		lim.Drain(t.Context())
		if took := time.Since(start); took < 4400*time.Millisecond || took > 4500*time.Millisecond {
			t.Errorf("drained after %v, want nearly 4.5s, when the last answer in flight came", took)
		}
		wg.Wait()
		if answered != 2 || stopped != 4 {
			t.Errorf("%d answered, %d stopped; want 2 and 4", answered, stopped)
		}
		over, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		lim.Drain(over)
	})
}

func TestDrainWaitsNoLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{back: steady(8 * time.Second)}
		lim := ratelimit.New(ratelimit.Options{})
		ask := client(lim, lim.Transport(s, nil))
		var wg sync.WaitGroup
		wg.Go(func() { _ = ask(t.Context(), "slow") })
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		lim.Drain(ctx)
		if took := time.Since(start); took != time.Second {
			t.Errorf("drained for %v, want 1s", took)
		}
		wg.Wait()
	})
}

// The caller's context is the only thing that stops a probe without a verdict;
// the next in line takes over.
func TestProbeTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(_ *seen, n int) (int, string) {
			if n == 0 {
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "fine"
		}}
		s.back = func(n int) time.Duration {
			if n == 1 {
				return 5 * time.Second
			}
			return 0
		}
		lim := ratelimit.New(ratelimit.Options{})
		ask := client(lim, lim.Transport(s, nil))
		impatient, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := ask(ratelimit.WithPriority(impatient, 1), "impatient"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error = %v", err)
			}
		})
		wg.Go(func() {
			if err := ask(t.Context(), "patient"); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		if st := lim.Stats(); st.Closure != ratelimit.Open || st.InFlight != 0 || st.Waiting != 0 {
			t.Errorf("stats = %+v", st)
		}
	})
}

// A base that panics takes its own request down and nothing else.
func TestPanicStaysItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(_ *seen, n int) (int, string) {
			if n == 0 {
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "fine"
		}}
		rude := roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.URL.Path == "/panic" {
				panic("planted")
			}
			return s.RoundTrip(req)
		})
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 1})
		rt := lim.Transport(rude, nil)
		if _, err := get(t, rt, "/throttled"); err != nil {
			t.Fatal(err)
		}
		func() { // it is the probe
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_, _ = get(t, rt, "/panic")
		}()
		persist(t, rt, "/next")
		if st := lim.Stats(); st.InFlight != 0 || st.Closure != ratelimit.Open {
			t.Errorf("stats = %+v", st)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
