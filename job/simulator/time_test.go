package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

var anyKey = map[string]any{"processQueryKey": "k", "maxResults": 200}

func TestLatencyIsHalfThereAndHalfBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"latency": "80ms"}`)
		began := time.Now()
		c.ask(t, chatPath, anyKey)
		if took := time.Since(began); took != 80*time.Millisecond {
			t.Errorf("took %v, want 80ms", took)
		}
		if at := s.Requests()[0].At.Sub(began); at != 40*time.Millisecond {
			t.Errorf("arrived after %v, want 40ms", at)
		}
	})
}

func TestLatencyShiftsBetweenTheDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"latency": "80ms", "shifts": [{"after": "1s", "there": 1}, {"after": "2s", "there": 0.25}]}`)
		for i, want := range []time.Duration{40 * time.Millisecond, 80 * time.Millisecond, 20 * time.Millisecond} {
			began := time.Now()
			c.ask(t, chatPath, anyKey)
			if took := time.Since(began); took != 80*time.Millisecond {
				t.Errorf("took %v, want 80ms", took)
			}
			if at := s.Requests()[i].At.Sub(began); at != want {
				t.Errorf("request %d arrived after %v, want %v", i+1, at, want)
			}
			time.Sleep(time.Second)
		}
	})
}

// A late request arrives, and is metered, whether its caller waits for it or not;
// the log tells who did not.
func TestALateRequestArrivesWithoutItsCaller(t *testing.T) {
	for patience, stays := range map[time.Duration]bool{3 * time.Second: false, 5 * time.Second: true} {
		synctest.Test(t, func(t *testing.T) {
			c, s := newClient(t, `{"latency": "200ms", "faults": [{"kind": "late", "delay": "4s", "attempts": [1]}]}`)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			began := time.Now()
			if _, err := c.try(ctx, chatPath, anyKey); (err == nil) != stays {
				t.Errorf("patience of %v: %v", patience, err)
			}
			time.Sleep(time.Minute)
			r := s.Requests()[0]
			if at := r.At.Sub(began); at != 4100*time.Millisecond || r.Left == stays || s.Metered() != 1 {
				t.Errorf("patience of %v: arrived after %v, %+v; %d metered", patience, at, r, s.Metered())
			}
			c.ask(t, chatPath, anyKey)
			if at := s.Requests()[1].At.Sub(began); at > time.Minute+5*time.Second {
				t.Errorf("the second attempt was late too: %v", at)
			}
		})
	}
}

func TestJitterIsDrawnPerAttemptAndRepeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := func() []time.Duration {
			c, _ := newClient(t, `{"latency": "80ms", "jitter": "40ms"}`)
			var all []time.Duration
			for range 50 {
				began := time.Now()
				c.ask(t, chatPath, anyKey)
				all = append(all, time.Since(began))
			}
			return all
		}
		first, second := run(), run()
		distinct := map[time.Duration]bool{}
		for i, d := range first {
			if d < 80*time.Millisecond || d > 120*time.Millisecond || d != second[i] {
				t.Errorf("attempt %d took %v, then %v; want the same in 80ms to 120ms", i+1, d, second[i])
			}
			distinct[d] = true
		}
		if len(distinct) < 40 {
			t.Errorf("%d different delays of 50", len(distinct))
		}
	})
}

// Requests that arrive faster than allowed are let in exactly as often as a
// sliding second allows, refused ones not counted.
func TestThrottlingIsATrueSlidingWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"requests_per_second": 20, "retry_after": "1"}`)
		for range 300 {
			c.ask(t, chatPath, anyKey)
			time.Sleep(13 * time.Millisecond)
		}
		var admitted []time.Time
		for _, r := range s.Requests() {
			if r.Status == http.StatusOK {
				admitted = append(admitted, r.At)
				continue
			}
			if r.Status != http.StatusForbidden || r.Code != "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi" {
				t.Fatalf("refused with %d %s", r.Status, r.Code)
			}
			in := 0
			for _, at := range admitted {
				if r.At.Sub(at) < time.Second {
					in++
				}
			}
			if in != 20 {
				t.Errorf("refused at %v with %d admitted in the second before, want 20", r.At, in)
			}
		}
		for i := 20; i < len(admitted); i++ {
			if gap := admitted[i].Sub(admitted[i-20]); gap < time.Second {
				t.Errorf("21 admitted in %v", gap)
			}
		}
		if s.Metered() != len(admitted) {
			t.Errorf("%d metered, want the %d admitted", s.Metered(), len(admitted))
		}
	})
}

func TestARequestASecondLaterIsOutOfTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, `{"requests_per_second": 1, "retry_after": "nonsense"}`)
		want := []int{200, 403, 200}
		for i, pause := range []time.Duration{999_999_999, 1, 0} {
			a := c.ask(t, chatPath, anyKey)
			if a.status != want[i] {
				t.Errorf("request %d: status %d, want %d", i+1, a.status, want[i])
			}
			if after := a.header.Get("Retry-After"); (after == "nonsense") != (a.status == 403) {
				t.Errorf("request %d: Retry-After %q", i+1, after)
			}
			time.Sleep(pause)
		}
	})
}

func TestTheLimitIsPerAppAndInterface(t *testing.T) {
	c, s := newClient(t, `{"requests_per_second": 1}`)
	c.ask(t, chatPath, anyKey)
	if a := c.ask(t, groupPath, anyKey); a.status != 200 {
		t.Errorf("another interface: %s", a.raw)
	}
	c.token = c.ask(t, tokenPath, map[string]any{"appKey": "k", "appSecret": "s"}).text("accessToken")
	if a := c.ask(t, chatPath, anyKey); a.status != 200 {
		t.Errorf("another app: %s", a.raw)
	}
	if a := c.ask(t, chatPath, anyKey); a.status != 403 {
		t.Errorf("the same app and interface: %s", a.raw)
	}
	if last := s.Requests()[4]; last.App != "k" || last.Interface != "private_chat" {
		t.Errorf("logged as app %q, interface %q", last.App, last.Interface)
	}
}

func TestTheQuotaTurnsWithTheMonthInShanghai(t *testing.T) {
	now := time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC)
	sc := load(t, `{"requests_per_month": 2}`)
	s := simulator.New(simulator.Options{Scenario: sc, AccessTokens: []string{"t"}, Now: func() time.Time { return now }})
	c := &client{via: s.RoundTripper(), token: "t"}
	c.ask(t, tokenPath, map[string]any{"appKey": "k", "appSecret": "s"})
	var got []int
	for range 3 {
		got = append(got, c.ask(t, chatPath, anyKey).status)
	}
	now = now.Add(time.Second)
	got = append(got, c.ask(t, chatPath, anyKey).status)
	if want := fmt.Sprint([]int{200, 200, 403, 200}); fmt.Sprint(got) != want {
		t.Errorf("statuses %v, want %s", got, want)
	}
	if s.Metered() != 1 {
		t.Errorf("%d metered in the new month, want 1", s.Metered())
	}
}

func TestTenThousandIn20SecondsAreBannedFor5Minutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{}`)
		for range 10_000 {
			if a := c.ask(t, chatPath, anyKey); a.fields["sendStatus"] != "SUCCESS" {
				t.Fatalf("banned too early: %s", a.raw)
			}
		}
		time.Sleep(20*time.Second - 1)
		for i, want := range []bool{true, true, false} {
			a := c.ask(t, chatPath, anyKey)
			if banned := a.fields["status"] == 1111.0 && a.text("punish") == "deny"; banned != want {
				t.Errorf("request %d: banned %t, want %t: %s", i+1, banned, want, a.raw)
			}
			time.Sleep(5*time.Minute - 1 + time.Duration(i))
		}
		if s.Metered() != 10_001 {
			t.Errorf("%d metered, want 10,001", s.Metered())
		}
	})
}

func TestTokensExpireAndAreRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newClient(t, `{"token_lifetime": "10m", "revoke_tokens": ["25m"]}`)
		get := func() string {
			a := c.ask(t, tokenPath, map[string]any{"appKey": "k", "appSecret": "s"})
			if a.fields["expireIn"] != 600.0 {
				t.Errorf("token call: %s", a.raw)
			}
			return a.text("accessToken")
		}
		holds := func(want bool) {
			t.Helper()
			a := c.ask(t, chatPath, anyKey)
			if (a.status == 200) != want || (a.text("code") == "InvalidAuthentication") == want {
				t.Errorf("after %v: %d %s", time.Now(), a.status, a.raw)
			}
		}
		first := get()
		c.token = first
		time.Sleep(5 * time.Minute)
		if again := get(); again != first { // renewed: 15m
			t.Errorf("%s became %s", first, again)
		}
		time.Sleep(10*time.Minute - 1)
		holds(true)
		time.Sleep(time.Nanosecond)
		holds(false)
		c.token = get()
		if c.token == first {
			t.Error("an expired token came back")
		}
		time.Sleep(10*time.Minute - 1)
		holds(true)
		c.token = get()
		time.Sleep(time.Nanosecond) // 25m
		holds(false)
		c.token = get()
		holds(true)
	})
}

func TestTheContextEndsARequestAnywhere(t *testing.T) {
	cause := errors.New("enough")
	tests := map[string]string{
		"on the way": `{"latency": "10s"}`,
		"timeout":    `{"faults": [{"kind": "timeout"}]}`,
		"slow body":  `{"faults": [{"kind": "slow_body", "delay": "1m"}]}`,
	}
	for name, sc := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := newClient(t, sc)
				ctx, cancel := context.WithTimeoutCause(t.Context(), 3*time.Second, cause)
				defer cancel()
				began := time.Now()
				_, err := c.try(ctx, chatPath, anyKey)
				if !errors.Is(err, cause) || time.Since(began) != 3*time.Second {
					t.Errorf("%v after %v, want %v after 3s", err, time.Since(began), cause)
				}
			})
		})
	}
}

func TestTroublesOnTheWayAreRealErrors(t *testing.T) {
	tests := map[scenario.FaultKind]struct {
		err    error
		status int
	}{
		scenario.FaultReset:    {syscall.ECONNRESET, 0},
		scenario.FaultEOF:      {io.ErrUnexpectedEOF, 0},
		scenario.FaultTimeout:  {io.ErrUnexpectedEOF, 0},
		scenario.FaultTruncate: {io.ErrUnexpectedEOF, 200},
		scenario.FaultSlowBody: {nil, 200},
	}
	for kind, tt := range tests {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := newClient(t, fmt.Sprintf(`{"faults": [{"kind": %q, "attempts": [1]}]}`, kind))
				a, err := c.try(t.Context(), chatPath, anyKey)
				if !errors.Is(err, tt.err) || a.status != tt.status {
					t.Errorf("%d %v, want %d %v", a.status, err, tt.status, tt.err)
				}
				honest := c.ask(t, chatPath, anyKey)
				if kind == scenario.FaultTruncate && (len(a.raw) == 0 || len(a.raw) >= len(honest.raw)) {
					t.Errorf("cut to %q of %q", a.raw, honest.raw)
				}
				if kind == scenario.FaultSlowBody && a.raw != honest.raw {
					t.Errorf("slow body %q, want %q", a.raw, honest.raw)
				}
				log := s.Requests()
				if log[0].Fault != kind || log[0].Status != tt.status || log[1].Fault != "" || log[1].Attempt != 2 {
					t.Errorf("log %+v", log)
				}
			})
		})
	}
}

func TestManyAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := newClient(t, `{"latency": "10ms", "jitter": "5ms", "faults": [{"kind": "system_error", "share": 0.2}]}`)
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				for range 20 {
					_, _ = c.try(t.Context(), chatPath, map[string]any{"processQueryKey": fmt.Sprint("k", i)})
				}
			})
		}
		wg.Wait()
		failed, log := 0, s.Requests()
		for i, r := range log {
			if i > 0 && r.At.Before(log[i-1].At) {
				t.Fatalf("request %d is logged before it arrived", i)
			}
			if r.Status == 500 {
				failed++
			}
		}
		if failed < 150 || failed > 250 {
			t.Errorf("%d of 1000 failed, want about 200", failed)
		}
	})
}
