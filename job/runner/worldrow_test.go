package runner_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/runner"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

// play runs n messages of one page against a server in a scenario, and returns
// what the server saw.
func play(t *testing.T, sc *scenario.Scenario, n int) (runner.Summary, []simulator.Request) {
	t.Helper()
	sim := simulator.New(simulator.Options{Scenario: sc})
	sum, err := run(t.Context(), t, newMemory(), tasks("dingtalk", n), client(t, sim.RoundTripper()))
	if err != nil {
		t.Fatal(err)
	}
	return sum, sim.Requests()
}

// Row 4: however the server says "slower", and whatever it asks for with it, no
// message fails for it, everybody waits, and the rate comes back.
func TestThrottlingFailsNoMessage(t *testing.T) {
	for name, fault := range map[string]scenario.Fault{
		"per second":       {Kind: scenario.FaultThrottle},
		"per minute":       {Kind: scenario.FaultThrottle, Code: "Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"},
		"by the gateway":   {Kind: scenario.FaultThrottle, Code: "Throttling.User", Status: 429},
		"the old way":      {Kind: scenario.FaultLegacyThrottle},
		"for a day":        {Kind: scenario.FaultThrottle, RetryAfter: "100000"},
		"without a pause":  {Kind: scenario.FaultThrottle, RetryAfter: "0"},
		"until a far date": {Kind: scenario.FaultThrottle, RetryAfter: "Fri, 31 Dec 9999 23:59:59 GMT"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fault.From, fault.Until = scenario.Duration(3*time.Second), scenario.Duration(3*time.Second+100*time.Millisecond)
				start := time.Now()
				sum, seen := play(t, &scenario.Scenario{Latency: scenario.Duration(80 * time.Millisecond), Faults: []scenario.Fault{fault}}, 800)
				if sum.Outcomes[runner.OutcomeRead] != 800 {
					t.Errorf("%+v", sum)
				}
				first := slices.IndexFunc(seen, slower)
				if first < 0 {
					t.Fatal("nothing was throttled: the test shows nothing")
				}
				told, next := seen[first].At.Add(40*time.Millisecond), 0
				for _, r := range seen {
					if since := r.At.Sub(told); since > 40*time.Millisecond && since < time.Second {
						t.Errorf("a request %v after the throttle answer", since)
					}
					if last := seen[len(seen)-1].At; r.At.After(last.Add(-5 * time.Second)) {
						next++
					}
				}
				// Full is 20 a second, less the round trip that isn't subtracted any more.
				if next < 85 {
					t.Errorf("%d requests in the last 5 seconds: the rate did not come back", next)
				}
				if took := time.Since(start); took > 3*time.Minute {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// Row 6: a ban shuts everybody out for five minutes, and one probe finds that it
// is over.
func TestABanIsWaitedOutByAll(t *testing.T) {
	for name, fault := range map[string]scenario.Fault{
		"as JSON":     {Kind: scenario.FaultBan},
		"as a page":   {Kind: scenario.FaultHTML},
		"as a denial": {Kind: scenario.FaultHTML, Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const latency = 500 * time.Millisecond
				fault.From, fault.Until = scenario.Duration(3*time.Second), scenario.Duration(4*time.Minute)
				start := time.Now()
				sum, seen := play(t, &scenario.Scenario{Latency: scenario.Duration(latency), Faults: []scenario.Fault{fault}}, 200)
				if sum.Outcomes[runner.OutcomeRead] != 200 {
					t.Errorf("%+v", sum)
				}
				banned := slices.IndexFunc(seen, func(r simulator.Request) bool { return r.Fault == fault.Kind })
				quiet := seen[banned].At.Add(latency)
				after := slices.IndexFunc(seen, func(r simulator.Request) bool { return r.At.After(quiet) })
				if pause := seen[after].At.Sub(seen[banned].At); pause < 5*time.Minute {
					t.Errorf("asked again %v after the ban", pause)
				}
				if next := seen[after+1].At.Sub(seen[after].At); next < latency {
					t.Errorf("the next request came %v after the probe, before its answer", next)
				}
				if took := time.Since(start); took > 6*time.Minute {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// Row 8: retries, probes and token calls wait for a slot like everybody.
func TestAHerdOfRetriesKeepsTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := &scenario.Scenario{
			Seed: 5, Latency: scenario.Duration(80 * time.Millisecond), RequestsPerSecond: 20,
			// One alone: a second one may meet a token that was never answered well, which is
			// taken for a wrong secret.
			RevokeTokens: []scenario.Duration{scenario.Duration(4 * time.Second)},
			Faults:       []scenario.Fault{{Kind: scenario.FaultSystemError, Share: 0.2}, {Kind: scenario.FaultReset, Share: 0.2}},
		}
		sum, seen := play(t, sc, 400)
		if most := mostInASecond(seen); most > 20 {
			t.Errorf("%d requests in one second", most)
		}
		if slices.ContainsFunc(seen, slower) {
			t.Error("the server's limit was met")
		}
		if sum.Cost.Retries < 150 {
			t.Errorf("%d retries: the test shows nothing: %+v", sum.Cost.Retries, sum)
		}
	})
}

// Row 12: one refresh for all that were refused, and nothing fails.
func TestATokenThatExpiresIsReplacedOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := &scenario.Scenario{
			Latency:      scenario.Duration(300 * time.Millisecond),
			RevokeTokens: []scenario.Duration{scenario.Duration(3 * time.Second), scenario.Duration(6 * time.Second)},
		}
		sum, seen := play(t, sc, 200)
		tokens, refused := 0, 0
		for _, r := range seen {
			if r.Interface == "access_token" {
				tokens++
			}
			if r.Code == "InvalidAuthentication" {
				refused++
			}
		}
		if sum.Outcomes[runner.OutcomeRead] != 200 || tokens != 3 {
			t.Errorf("%d token calls, want 3; %+v", tokens, sum)
		}
		// Only what was under way is refused: who waits in line leaves with the new one.
		if refused < 4 || refused > 2*15 {
			t.Errorf("%d calls were refused", refused)
		}
	})
}

// Row 12: a secret that is wrong from some time on stops the provider with the fix
// to make, and what was read stays read.
func TestASecretThatIsChangedStopsTheProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Options{Scenario: &scenario.Scenario{
			Latency:      scenario.Duration(80 * time.Millisecond),
			RevokeTokens: []scenario.Duration{scenario.Duration(5 * time.Second)},
		}})
		tokens, queries := 0, 0
		server := transport(func(req *http.Request) (*http.Response, error) {
			if !strings.Contains(req.URL.Path, "oauth2") {
				queries++
				return sim.RoundTripper().RoundTrip(req)
			}
			if tokens++; tokens == 1 {
				return sim.RoundTripper().RoundTrip(req)
			}
			return &http.Response{
				StatusCode: http.StatusBadRequest, Header: http.Header{}, Request: req,
				Body: io.NopCloser(strings.NewReader(`{"code":"invalidClientIdOrSecret","message":"无效的clientId或者clientSecret"}`)),
			}, nil
		})
		m := newMemory()
		sum, err := run(t.Context(), t, m, tasks("dingtalk", 1000), client(t, server))
		if err != nil || len(sum.Stops) != 1 {
			t.Fatalf("err %v, %+v", err, sum)
		}
		stop := sum.Stops[0]
		if stop.Class != job.ClassToken || stop.Reach != job.ReachProvider || stop.Code != "invalidClientIdOrSecret" || stop.Temporary {
			t.Errorf("stop %+v", stop)
		}
		if tokens != 2 {
			t.Errorf("%d token calls, want the first and one that was refused", tokens)
		}
		if read := sum.Outcomes[runner.OutcomeRead]; read < 80 || read != len(m.readings) || queries > read+40 {
			t.Errorf("%d read, %d in the state, %d queries", read, len(m.readings), queries)
		}
		if stop.NotAsked == 0 || stop.NotAsked != sum.NotAsked {
			t.Errorf("%d not asked, of which the stop explains %d", sum.NotAsked, stop.NotAsked)
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// Row 25: a panic deep below one message is that message's failure, with its stack
// in the log. The slot, the place in flight and the token are free for the rest.
func TestAPlantedPanicFailsItsMessageAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Options{Scenario: &scenario.Scenario{Latency: scenario.Duration(80 * time.Millisecond)}})
		w := &wire{server: sim.RoundTripper(), panics: "K0030", calm: time.Now().Add(time.Hour)}
		var log bytes.Buffer
		var told atomic.Int64
		m := newMemory()
		sum, err := runner.Run(t.Context(), slog.New(slog.NewTextHandler(&log, nil)), m, "run1",
			[]runner.Provider{client(t, w)}, slices.Values(tasks("dingtalk", 200)), runner.Options{
				Observe: func(e runner.Event) {
					if e.Outcome == runner.OutcomeFailed {
						told.Add(1)
					}
				},
			})
		if err != nil || sum.Outcomes[runner.OutcomeRead] != 199 || sum.Outcomes[runner.OutcomeFailed] != 1 || told.Load() != 1 {
			t.Errorf("err %v, %+v", err, sum)
		}
		f := m.records[message("dingtalk", 30).ID].Failure
		if f == nil || f.Class != job.ClassInternal || f.Status != job.StatusFailed || !strings.Contains(f.Message, "planted") {
			t.Errorf("failure %+v", f)
		}
		if text := log.String(); !strings.Contains(text, "message.m30") || !strings.Contains(text, "worldwire_test.go") {
			t.Errorf("the log has no stack: %s", text)
		}
	})
}

// Row 11: pages without end are bounded, cost what the bound allows, and harm
// nobody else.
func TestHostilePagesAreBounded(t *testing.T) {
	for kind, most := range map[scenario.FaultKind]int{
		scenario.FaultLoopToken: 2, scenario.FaultEmptyPages: 3, scenario.FaultEndless: 110,
	} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &scenario.Scenario{
					Latency:  scenario.Duration(80 * time.Millisecond),
					Messages: []scenario.Message{{Key: "K0007", PageSize: 10, State: scenario.State{Readers: people(30)}}},
					Faults:   []scenario.Fault{{Kind: kind, Messages: []string{"K0007"}}},
				}
				list := tasks("dingtalk", 20)
				list[7].Message.Audience = job.Sized(30)
				sim, m := simulator.New(simulator.Options{Scenario: sc}), newMemory()
				sum, err := run(t.Context(), t, m, list, client(t, sim.RoundTripper()))
				if err != nil || sum.Outcomes[runner.OutcomeRead] != 19 || sum.Outcomes[runner.OutcomeIncomplete] != 1 {
					t.Fatalf("err %v, %+v", err, sum)
				}
				f := m.records[list[7].Message.ID].Failure
				if f.Status != job.StatusIncomplete || f.Class != job.ClassUnbelieved || f.Message == "" {
					t.Errorf("failure %+v", f)
				}
				if calls := sum.Cost.Metered - 19; calls > most {
					t.Errorf("%d calls, want %d at most", calls, most)
				}
			})
		})
	}
}
