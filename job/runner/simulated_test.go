package runner_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/runner"
	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/ratelimit"
)

// client is the real client and limiter in front of a simulator.
func client(t *testing.T, sim http.RoundTripper) runner.Provider {
	t.Helper()
	const perSecond = 20
	p := job.Provider{
		Name: "dingtalk", Endpoint: "https://api.dingtalk.io", AppKey: "k", AppSecret: job.NewSecret("s"),
		Limit:   job.Limit{RequestsPerSecond: perSecond, MaxInFlight: perSecond},
		Retry:   job.Retry{MaxAttempts: 6, MinBackoff: time.Second, MaxBackoff: time.Minute, GiveUpAfter: 15 * time.Minute},
		Timeout: 10 * time.Second,
	}
	limiter := ratelimit.New(ratelimit.Options{
		RequestsPerSecond: perSecond, MaxInFlight: perSecond, Timeout: p.Timeout,
		MinBackoff: p.Retry.MinBackoff, MaxBackoff: p.Retry.MaxBackoff,
		MaxAttempts: p.Retry.MaxAttempts, GiveUpAfter: p.Retry.GiveUpAfter,
	})
	c, err := dingtalk.New(p, limiter, sim, dingtalk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return runner.Provider{Name: p.Name, Credential: p.Credential(), QuotaGroup: "acme", InFlight: perSecond, Asker: c, Drain: limiter.Drain}
}

// mostInASecond is the most requests that arrived within any second.
func mostInASecond(requests []simulator.Request) int {
	most, from := 0, 0
	slices.SortFunc(requests, func(a, b simulator.Request) int { return a.At.Compare(b.At) })
	for i, r := range requests {
		for r.At.Sub(requests[from].At) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func TestTheRateIsFullAndNeverExceeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Options{Scenario: &scenario.Scenario{Latency: scenario.Duration(80 * time.Millisecond)}})
		m := newMemory()
		start := time.Now()
		sum, err := run(t.Context(), t, m, tasks("dingtalk", 200), client(t, sim.RoundTripper()))
		took := time.Since(start)
		if err != nil || sum.Outcomes[runner.OutcomeRead] != 200 {
			t.Fatalf("err %v, %+v", err, sum)
		}
		most := mostInASecond(sim.Requests())
		if most > 20 {
			t.Errorf("%d requests in one second", most)
		}
		t.Logf("200 calls at 20 a second took %v, at most %d in any second", took, most)
		if want := 10 * time.Second; took > want*105/100 {
			t.Errorf("200 calls at 20 a second took %v", took)
		}
	})
}

func TestTheLongestChainDoesNotWaitForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency = 80 * time.Millisecond
		sc := &scenario.Scenario{Latency: scenario.Duration(latency)}
		list := tasks("dingtalk", 400)
		list[0].Message.ID.ProcessQueryKey, list[0].Pages = "long", 100
		sc.Messages = []scenario.Message{{Key: "long", State: scenario.State{Readers: people(20000)}}}
		sim := simulator.New(simulator.Options{Scenario: sc})
		start := time.Now()
		sum, err := run(t.Context(), t, newMemory(), list, client(t, sim.RoundTripper()))
		took := time.Since(start)
		if err != nil || sum.Cost.Metered != 499 {
			t.Fatalf("err %v, %+v", err, sum)
		}
		// 499 calls at 20 a second, or 100 pages one after the other.
		if want := max(499*time.Second/20, 100*latency); took > want*105/100 {
			t.Errorf("took %v, want about %v", took, want)
		}
	})
}

// Row 3.
func TestAnOutageLosesNothing(t *testing.T) {
	for _, kind := range []scenario.FaultKind{
		scenario.FaultSystemError, scenario.FaultReset, scenario.FaultEOF, scenario.FaultTimeout, scenario.FaultHTML,
	} {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &scenario.Scenario{
					Latency: scenario.Duration(80 * time.Millisecond),
					Outages: []scenario.Outage{{From: scenario.Duration(10 * time.Second), Until: scenario.Duration(610 * time.Second), Kind: kind}},
				}
				sum, seen := play(t, sc, 1000)
				if sum.Outcomes[runner.OutcomeRead] != 1000 {
					t.Fatalf("%+v", sum)
				}
				wasted := slices.DeleteFunc(seen, func(r simulator.Request) bool { return !business(r) || r.Fault == "" })
				if len(wasted) >= 60 {
					t.Errorf("%d requests were wasted on the outage", len(wasted))
				}
				t.Logf("%d calls were wasted on an outage of ten minutes, of 1,000 messages none was lost", len(wasted))
				// Once the gate is shut one probe goes at a time.
				for i := max(1, len(wasted)-15); i < len(wasted); i++ {
					if apart := wasted[i].At.Sub(wasted[i-1].At); apart < time.Second {
						t.Errorf("a probe %v after another", apart)
					}
				}
			})
		})
	}
}

func TestFaultsOfEveryKindChangeNoFigure(t *testing.T) {
	kinds := []scenario.FaultKind{
		scenario.FaultSystemError, scenario.FaultReset, scenario.FaultEOF, scenario.FaultTruncate,
		scenario.FaultTimeout, scenario.FaultSlowBody, scenario.FaultThrottle, scenario.FaultGarbage,
		scenario.FaultEmptyObject, scenario.FaultNull, scenario.FaultErrorIn200, scenario.FaultWrongCase,
		scenario.FaultDuplicateKey, scenario.FaultTrailing, scenario.FaultBadUTF8, scenario.FaultNoHasMore,
	}
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := &scenario.Scenario{
					Seed: 3, Latency: scenario.Duration(80 * time.Millisecond),
					Faults: []scenario.Fault{{Kind: kind, Share: 0.1}},
				}
				list := tasks("dingtalk", 60)
				for i, task := range list {
					sc.Messages = append(sc.Messages, scenario.Message{
						Key: task.Message.ID.ProcessQueryKey, PageSize: 40,
						State: scenario.State{Readers: people(i * 3)},
					})
				}
				sim, m := simulator.New(simulator.Options{Scenario: sc}), newMemory()
				sum, err := runner.Run(t.Context(), slog.New(slog.DiscardHandler), m, "run1",
					[]runner.Provider{client(t, sim.RoundTripper())}, slices.Values(list), runner.Options{})
				if err != nil {
					t.Fatal(err)
				}
				for i, task := range list {
					got, read := m.readings[task.Message.ID]
					if read && !slices.Equal(got, people(i*3)) {
						t.Errorf("message %d: %d readers, want %d", i, len(got), i*3)
					}
				}
				if sum.Outcomes[runner.OutcomeRead] < 59 {
					t.Errorf("%+v", sum)
				}
			})
		})
	}
}

func TestCancelAtAnyInstantKeepsTheRateAndTheState(t *testing.T) {
	for i := range 25 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := simulator.New(simulator.Options{Scenario: &scenario.Scenario{Latency: scenario.Duration(300 * time.Millisecond)}})
				m := newMemory()
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*97*time.Millisecond)
				defer cancel()
				end := time.Now().Add(time.Duration(i) * 97 * time.Millisecond)
				_, err := run(ctx, t, m, tasks("dingtalk", 500), client(t, sim.RoundTripper()))
				if err == nil {
					t.Fatal("it came to an end")
				}
				if took := time.Since(end); took > 10*time.Second {
					t.Errorf("it took %v to end", took)
				}
				answered := 0
				for _, r := range sim.Requests() {
					if r.At.After(end.Add(150 * time.Millisecond)) {
						t.Errorf("a request %v after the end", r.At.Sub(end))
					}
					if r.Interface == "private_chat" {
						answered++
					}
				}
				if len(m.readings) != answered {
					t.Errorf("%d readings of %d answers", len(m.readings), answered)
				}
			})
		})
	}
}
