package runner_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/ratelimit"
)

func run(ctx context.Context, t *testing.T, m *memory, list []plan.Step, providers ...runner.Provider) (runner.Summary, error) {
	t.Helper()
	return runner.Run(ctx, slog.New(slog.DiscardHandler), m, "run1", providers, slices.Values(list), runner.Options{})
}

func TestEveryPageIsRecordedBeforeTheNextIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		answer := paged(people(450))
		a := &api{latency: 80 * time.Millisecond}
		a.answer = func(q job.Query) (job.Page, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			if want := len(m.log); q.NextToken != "" && want == 0 {
				t.Error("the second page was asked before the first was recorded")
			}
			return answer(q)
		}
		sum, err := run(t.Context(), t, m, tasks("dingtalk", 1), provider(a))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"page message.m0 1", "page message.m0 2", "read message.m0"}, m.log); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(people(450), m.readings[message("dingtalk", 0).ID]); diff != "" {
			t.Error(diff)
		}
		if sum.Cost.Metered != 3 || m.spent != 3 || sum.Outcomes[runner.OutcomeRead] != 1 || sum.NotAsked != 0 {
			t.Errorf("summary %+v, spent %d", sum, m.spent)
		}
	})
}

func TestTheFirstRequestOfARobotGoesAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Second}
		alone := true
		a.answer = func(job.Query) (job.Page, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			if len(a.asked) == 1 && a.most > 1 {
				alone = false
			}
			return job.Page{SendStatus: job.SendSuccess, Cost: job.Cost{Metered: 1}}, nil
		}
		_, err := run(t.Context(), t, m, tasks("dingtalk", 100), provider(a))
		if err != nil || !alone {
			t.Errorf("err %v, first alone %v", err, alone)
		}
		if a.most < 20 {
			t.Errorf("at most %d requests side by side, want 20 or more", a.most)
		}
	})
}

func TestAWrongRobotCostsTenCalls(t *testing.T) {
	for _, class := range []job.ErrorClass{job.ClassRobot, job.ClassInvalid, job.ClassUnknown} {
		t.Run(string(class), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{latency: 80 * time.Millisecond}
				a.answer = func(job.Query) (job.Page, error) {
					return job.Page{}, refusal(class, job.ReachMessage, "invalidParameter.robotCode.invalid")
				}
				sum, err := run(t.Context(), t, m, tasks("dingtalk", 500), provider(a))
				if err != nil {
					t.Fatal(err)
				}
				if a.calls() != 10 || sum.Outcomes[runner.OutcomeFailed] != 10 || sum.NotAsked != 490 {
					t.Errorf("%d calls, %+v", a.calls(), sum)
				}
				if len(sum.Stops) != 1 || sum.Stops[0].NotAsked != 490 || sum.Stops[0].Reach != job.ReachRobot {
					t.Errorf("stops %+v", sum.Stops)
				}
				if len(m.stops) != 1 || m.stops[0].RobotCode != "ding1" || m.stops[0].Credential != "c1" {
					t.Errorf("recorded stops %+v", m.stops)
				}
			})
		})
	}
}

func TestFinalAnswersStopWhatTheySpeakFor(t *testing.T) {
	tests := []struct {
		name  string
		err   error
		calls int // at most
		reach job.Reach
		hr    bool // whether the other provider goes on
	}{
		{"token", refusal(job.ClassToken, job.ReachProvider, "InvalidAuthentication"), 1, job.ReachProvider, true},
		{"permission", refusal(job.ClassDenied, job.ReachProvider, "Forbidden.AccessDenied.AccessTokenPermissionDenied"), 1, job.ReachProvider, true},
		{"robot permission", refusal(job.ClassDenied, job.ReachRobot, "unauthorized"), 1, job.ReachRobot, true},
		{"quota", refusal(job.ClassQuota, job.ReachQuota, "Forbidden.AccessDenied.ApiCountLimitForOrg"), 1, job.ReachQuota, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory()
				a := &api{latency: time.Millisecond, answer: func(job.Query) (job.Page, error) { return job.Page{}, tt.err }}
				hr := &api{latency: time.Second, answer: paged(people(3))}
				other := provider(hr)
				other.Name = "dingtalk.hr"
				list := slices.Concat(tasks("dingtalk", 50), tasks("dingtalk.hr", 50))
				sum, err := run(t.Context(), t, m, list, provider(a), other)
				if err != nil {
					t.Fatal(err)
				}
				if a.calls() > tt.calls || len(sum.Stops) != 1 || sum.Stops[0].Reach != tt.reach {
					t.Errorf("%d calls, stops %+v", a.calls(), sum.Stops)
				}
				if got := sum.Outcomes[runner.OutcomeRead] == 50; got != tt.hr {
					t.Errorf("the other provider's messages: %+v", sum.Outcomes)
				}
				if sum.NotAsked != sum.Stops[0].NotAsked {
					t.Errorf("not asked %d, of which the stop explains %d", sum.NotAsked, sum.Stops[0].NotAsked)
				}
			})
		})
	}
}

func TestAPanicIsOneMessagesFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond}
		a.answer = func(q job.Query) (job.Page, error) {
			if q.ProcessQueryKey == "K0003" {
				panic("planted")
			}
			return paged(people(2))(q)
		}
		sum, err := run(t.Context(), t, m, tasks("dingtalk", 20), provider(a))
		if err != nil || sum.Outcomes[runner.OutcomeRead] != 19 || sum.Outcomes[runner.OutcomeFailed] != 1 {
			t.Errorf("err %v, %+v", err, sum)
		}
		f := m.records[message("dingtalk", 3).ID].Failure
		if f.Class != job.ClassInternal || !strings.Contains(f.Message, "planted") {
			t.Errorf("failure %+v", f)
		}
	})
}

func TestTheEndOfTheContextKeepsWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: 800 * time.Millisecond, answer: paged(people(2))}
		why := errors.New("signal")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(5*time.Second+100*time.Millisecond, func() { cancel(why) })
		start := time.Now()
		p := provider(a)
		p.Drain = func(ctx context.Context) {
			select {
			case <-time.After(800 * time.Millisecond):
			case <-ctx.Done():
			}
		}
		sum, err := run(ctx, t, m, tasks("dingtalk", 1000), p)
		if !errors.Is(err, why) {
			t.Errorf("err %v, want %v", err, why)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
		if len(m.readings) != a.calls() || sum.Outcomes[runner.OutcomeRead] != a.calls() || sum.NotAsked != 1000-a.calls() {
			t.Errorf("%d calls, %d readings, %+v", a.calls(), len(m.readings), sum)
		}
	})
}

func TestAStoreThatCannotRecordEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond, answer: paged(people(2))}
		m.refuse = errors.New("disk full")
		_, err := run(t.Context(), t, m, tasks("dingtalk", 1000), provider(a))
		if !errors.Is(err, m.refuse) || a.calls() > 40 {
			t.Errorf("err %v after %d calls", err, a.calls())
		}
	})
}

func TestTheLongestChainGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond, answer: paged(people(2))}
		list := tasks("dingtalk", 30)
		list[7].Pages, list[21].Pages = 3, 9
		p := provider(a)
		p.InFlight = 1 // two messages at a time
		if _, err := run(t.Context(), t, m, list, p); err != nil {
			t.Fatal(err)
		}
		if first := a.asked[0].ProcessQueryKey; first != "K0021" {
			t.Errorf("first %s", first)
		}
		then := []string{a.asked[1].ProcessQueryKey, a.asked[2].ProcessQueryKey}
		if !slices.Contains(then, "K0007") {
			t.Errorf("then %v", then)
		}
	})
}

func TestAnAnswerThatDoesNotRefuseTheRobotLetsTheRestFollow(t *testing.T) {
	for _, class := range []job.ErrorClass{job.ClassExpired, job.ClassTransient, job.ClassUnbelieved} {
		t.Run(string(class), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{latency: 300 * time.Millisecond}
				a.answer = func(job.Query) (job.Page, error) {
					return job.Page{}, &job.AnswerError{Class: class, Reach: job.ReachMessage, Temporary: true, Cost: job.Cost{Metered: 1}}
				}
				if _, err := run(t.Context(), t, m, tasks("dingtalk", 30), provider(a)); err != nil {
					t.Fatal(err)
				}
				if a.calls() != 30 || a.most < 10 {
					t.Errorf("%d calls, at most %d side by side", a.calls(), a.most)
				}
			})
		})
	}
}

func TestAnswersBeforeTheEndAreOnTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: 100 * time.Millisecond}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("signal")
		a.answer = func(job.Query) (job.Page, error) {
			cancel(why)
			return job.Page{}, &job.AnswerError{Class: job.ClassTransient, Err: ratelimit.ErrStopped, Cost: job.Cost{Metered: 2}}
		}
		sum, err := run(ctx, t, m, tasks("dingtalk", 1), provider(a))
		if !errors.Is(err, why) || m.spent != 2 || sum.Cost.Metered != 2 || sum.NotAsked != 1 {
			t.Errorf("err %v, spent %d, %+v", err, m.spent, sum)
		}
	})
}

// The state is asked for many messages at a time, whichever robot and provider they
// have.
func TestRecordsAreReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond}
		a.answer = func(job.Query) (job.Page, error) {
			return job.Page{SendStatus: job.SendSuccess, Cost: job.Cost{Metered: 1}}, nil
		}
		const n = 2000
		list := tasks("dingtalk", n)
		for i := range list {
			list[i].Message.RobotCode = []string{"r1", "r2", "r3"}[i%3]
			m.records[list[i].Message.ID] = &job.Record{Calls: i}
		}
		sum, err := run(t.Context(), t, m, list, provider(a))
		if err != nil || sum.Outcomes[runner.OutcomeRead] != n {
			t.Fatal(sum, err)
		}
		if m.lookups > 20 {
			t.Errorf("%d look-ups for %d messages", m.lookups, n)
		}
	})
}
