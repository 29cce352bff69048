package ratelimit_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/ratelimit"
)

// load makes calls requests side by side and returns how long they took.
func load(t *testing.T, s *server, opts ratelimit.Options, calls int) (time.Duration, ratelimit.Stats) {
	t.Helper()
	lim := ratelimit.New(opts)
	rt := lim.Transport(s, nil)
	start := time.Now()
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() { persist(t, rt, fmt.Sprint("/", i)) })
	}
	wg.Wait()
	return time.Since(start), lim.Stats()
}

func TestFullRateAtSteadyLatency(t *testing.T) {
	for _, tc := range []struct {
		perSecond, calls int
		latency          time.Duration
	}{
		{20, 200, 80 * time.Millisecond},
		{20, 200, 0},
		{20, 200, 900 * time.Millisecond},
		{1, 10, 50 * time.Millisecond},
		{3, 60, 300 * time.Millisecond},
		{7, 100, 10 * time.Millisecond},
		{500, 5000, 120 * time.Millisecond},
	} {
		t.Run(fmt.Sprint(tc.perSecond, "/s at ", tc.latency), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &server{there: steady(tc.latency / 4), back: steady(tc.latency - tc.latency/4)}
				took, stats := load(t, s, ratelimit.Options{RequestsPerSecond: tc.perSecond}, tc.calls)
				if got := busiest(s.arrivals(), time.Second); got > tc.perSecond {
					t.Errorf("%d requests arrived in one second, the limit is %d", got, tc.perSecond)
				}
				allowed := time.Duration(tc.calls) * time.Second / time.Duration(tc.perSecond)
				if took > allowed*105/100+tc.latency {
					t.Errorf("took %v, the rate allows %v", took, allowed)
				}
				if stats.Attempts != tc.calls || stats.Throttled != 0 || stats.InFlight != 0 {
					t.Errorf("stats = %+v", stats)
				}
			})
		})
	}
}

// At hundreds a second requests leave a few at a time; at less each by itself.
func TestTrains(t *testing.T) {
	for perSecond, want := range map[int]int{500: 7, 200: 3, 90: 1, 20: 1} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{}
			load(t, s, ratelimit.Options{RequestsPerSecond: perSecond}, 2*perSecond)
			if most := busiest(s.arrivals(), time.Millisecond); most > want || want > 1 && most < want-1 {
				t.Errorf("at %d a second %d requests arrived together, want %d", perSecond, most, want)
			}
		})
	}
}

// Under jitter the server refuses at most one request; from there on the limit
// holds exactly.
func TestJitteredLatency(t *testing.T) {
	const perSecond = 20
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				draw := rand.New(rand.NewPCG(seed, 1))
				var mu sync.Mutex
				jitter := func(int) time.Duration {
					mu.Lock()
					defer mu.Unlock()
					return 10*time.Millisecond + time.Duration(draw.Int64N(int64(100*time.Millisecond)))
				}
				s := &server{limit: perSecond, there: jitter, back: jitter}
				_, stats := load(t, s, ratelimit.Options{RequestsPerSecond: perSecond}, 400)
				if s.refused > 1 || stats.Throttled != s.refused {
					t.Errorf("refused %d times, noticed %d", s.refused, stats.Throttled)
				}
			})
		})
	}
}

// A path that turns from slow out and fast back to the reverse bunches requests
// up at the server, and no client can know beforehand. What is under way when the
// first refusal arrives may be refused too; nothing later is.
func TestExactOnceThrottled(t *testing.T) {
	const perSecond, calls = 20, 600
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		there := func(int) time.Duration {
			if time.Since(begun) > 5*time.Second {
				return 10 * time.Millisecond
			}
			return 400 * time.Millisecond
		}
		back := func(n int) time.Duration { return 410*time.Millisecond - there(n) }
		s := &server{limit: perSecond, there: there, back: back}
		took, stats := load(t, s, ratelimit.Options{RequestsPerSecond: perSecond}, calls)
		if s.refused == 0 {
			t.Fatal("the turn was not felt: the test shows nothing")
		}
		if last := s.refusedAt[s.refused-1]; last.Sub(s.refusedAt[0]) > 410*time.Millisecond {
			t.Errorf("refused again %v after the first refusal", last.Sub(s.refusedAt[0]))
		}
		// Exact is rate / (1 s + round trip); the slow start comes on top.
		if slowest := calls*1410*time.Millisecond/perSecond + 10*time.Second; took > slowest {
			t.Errorf("took %v, want at most %v", took, slowest)
		}
		if stats.Rate != perSecond {
			t.Errorf("rate at the end = %v, want it grown back to %d", stats.Rate, perSecond)
		}
	})
}

// A request that was refused at once may have arrived: its slot is held a whole
// second from when it was sent.
func TestQuickFailureHoldsItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(_ *seen, n int) (int, string) {
			if n == 30 {
				return 0, ""
			}
			return http.StatusOK, "fine"
		}}
		s.back = func(n int) time.Duration {
			if n == 30 {
				return 0
			}
			return 400 * time.Millisecond
		}
		_, _ = load(t, s, ratelimit.Options{RequestsPerSecond: 1}, 40)
		at := s.arrivals()
		if got := at[31].Sub(at[30]); got != time.Second {
			t.Errorf("the next request came %v after one that failed at once, want 1s", got)
		}
	})
}

func TestTimedOutAttemptHoldsItsSlotLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{back: func(n int) time.Duration {
			if n == 0 {
				return time.Hour
			}
			return 0
		}}
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 1, Timeout: 3 * time.Second})
		rt := lim.Transport(s, nil)
		if _, err := get(t, rt, "/silent"); err == nil {
			t.Fatal("a silent server was an answer")
		}
		persist(t, rt, "/next")
		at := s.arrivals()
		if got, want := at[1].Sub(at[0]), 7*time.Second; got != want {
			t.Errorf("the slot was used again after %v, want timeout + 1 s + timeout = %v", got, want)
		}
	})
}

func TestNothingSubtractedOnceThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{back: steady(400 * time.Millisecond), answer: func(_ *seen, n int) (int, string) {
			if n == 30 {
				return http.StatusTooManyRequests, ""
			}
			return http.StatusOK, "fine"
		}}
		_, _ = load(t, s, ratelimit.Options{RequestsPerSecond: 1}, 60)
		at := s.arrivals()
		if got := at[29].Sub(at[28]); got > 1010*time.Millisecond {
			t.Errorf("requests are %v apart at steady latency, want 1s", got)
		}
		if got := at[59].Sub(at[58]); got != 1400*time.Millisecond {
			t.Errorf("after a throttle answer requests are %v apart, want 1 s + the round trip", got)
		}
	})
}

// An answer that takes no time at all is timed too: the long trips after it are no
// reason to subtract anything.
func TestNoTimeAtAllIsATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{there: func(n int) time.Duration {
			if n >= 10 {
				return 3 * time.Second
			}
			return 0
		}}
		_, _ = load(t, s, ratelimit.Options{RequestsPerSecond: 1}, 30)
		at := s.arrivals()
		for i := 11; i < len(at); i++ {
			if apart := at[i].Sub(at[i-1]); apart != 4*time.Second {
				t.Errorf("request %d arrived %v after the one before, want 3s and a second", i, apart)
			}
		}
	})
}

// The first requests pay for dialling. What that takes is no part of a round trip:
// the next ones don't, and would come too early.
func TestHandshakesAreNoRoundTrip(t *testing.T) {
	const perSecond = 20
	synctest.Test(t, func(t *testing.T) {
		s := &server{limit: perSecond, there: steady(20 * time.Millisecond), back: steady(20 * time.Millisecond)}
		var mu sync.Mutex
		dialled := 0
		dialling := roundTripper(func(req *http.Request) (*http.Response, error) {
			mu.Lock()
			dialled++
			fresh := dialled <= 2*perSecond
			mu.Unlock()
			if fresh {
				time.Sleep(300 * time.Millisecond)
			}
			httptrace.ContextClientTrace(req.Context()).GotConn(httptrace.GotConnInfo{Reused: !fresh})
			return s.RoundTrip(req)
		})
		lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: perSecond})
		rt := lim.Transport(dialling, nil)
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { persist(t, rt, "/") })
		}
		wg.Wait()
		if s.refused != 0 {
			t.Errorf("refused %d times", s.refused)
		}
	})
}

func TestMaxInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{back: steady(2 * time.Second)}
		took, _ := load(t, s, ratelimit.Options{RequestsPerSecond: 100, MaxInFlight: 2}, 10)
		if want := 10 * time.Second; took < want || took > want+100*time.Millisecond {
			t.Errorf("10 calls of 2 s, two at a time, took %v, want %v", took, want)
		}
	})
}

func TestCeilingIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		ceiling := ratelimit.NewCeiling()
		var wg sync.WaitGroup
		for range 3 {
			lim := ratelimit.New(ratelimit.Options{RequestsPerSecond: 500, Ceiling: ceiling})
			rt := lim.Transport(s, nil)
			for range 100 {
				wg.Go(func() {
					for range 100 {
						persist(t, rt, "/")
					}
				})
			}
		}
		wg.Wait()
		at := s.arrivals()
		if got := busiest(at, 20*time.Second); got >= 10_000 || len(at) != 30_000 {
			t.Errorf("%d of %d requests in 20 s, want under 10,000", got, len(at))
		}
	})
}

// What the package says of latency that shifts between the two directions. That the
// limit holds once the server has throttled is TestExactOnceThrottled.
func TestAShiftOfLatencyBreaksThePromise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		late := func(before, after time.Duration) func(int) time.Duration {
			return func(int) time.Duration {
				if time.Since(begun) < 3*time.Second {
					return before
				}
				return after
			}
		}
		s := &server{there: late(400*time.Millisecond, 0), back: late(0, 400*time.Millisecond)}
		load(t, s, ratelimit.Options{RequestsPerSecond: 20}, 200)
		if most := busiest(s.arrivals(), time.Second); most != 27 {
			t.Errorf("%d requests in a second, the documentation says 27", most)
		}
	})
}
