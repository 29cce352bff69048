package runner_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
)

// next asks the messages again in a run of another name, as the run before it, and
// the stops, that the memory has.
func next(t *testing.T, m *memory, id string, list []plan.Step, before runner.Summary, p runner.Provider) runner.Summary {
	t.Helper()
	o := runner.Options{Before: &job.Run{Stops: before.Stops}}
	app := job.Provider{Name: "dingtalk", AppKey: "key"}
	stops := slices.Clone(m.stops)
	for i := range stops {
		stops[i].Credential = app.Credential()
	}
	o.Stops = plan.NewStops([]job.Provider{app}, stops)
	sum, err := runner.Run(t.Context(), slog.New(slog.DiscardHandler), m, id, []runner.Provider{p}, slices.Values(list), o)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// good answers with a page, bad with a refusal.
func good() (job.Page, error) {
	return job.Page{SendStatus: job.SendSuccess, Cost: job.Cost{Metered: 1}}, nil
}

func bad(class job.ErrorClass, code string) (job.Page, error) {
	return job.Page{}, refusal(class, job.ReachMessage, code)
}

// Ten answers alike in a row stop the robot, whatever went well before, and none of
// the messages is refused for good: the next, healthy run reads them all.
func TestARobotThatStopsInMidRunCostsTenCalls(t *testing.T) {
	for _, code := range []string{"bot.stopped", "resource.not.found", "invalid.processQueryKey", "unheard.of"} {
		class := map[string]job.ErrorClass{"invalid.processQueryKey": job.ClassInvalid, "unheard.of": job.ClassUnknown}[code]
		if class == "" {
			class = job.ClassRobot
		}
		t.Run(code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{latency: 10 * time.Millisecond}
				var mu sync.Mutex
				calls, broken := 0, true
				a.answer = func(job.Query) (job.Page, error) {
					mu.Lock()
					defer mu.Unlock()
					if calls++; broken && calls > 3 {
						return bad(class, code)
					}
					return good()
				}
				list := tasks("dingtalk", 300)
				p := provider(a)
				p.InFlight = 1 // this asker doesn't hold messages back: two are asked at a time
				sum := next(t, m, "run1", list, runner.Summary{}, p)
				if calls > 3+10+1 || sum.Outcomes[runner.OutcomeRead] != 3 || sum.Outcomes[runner.OutcomeFailed] != calls-3 || sum.Outcomes[runner.OutcomeRejected] > 0 {
					t.Errorf("%d calls, %+v", calls, sum)
				}
				if len(m.stops) != 1 || m.stops[0].Runs != 1 || sum.Stops[0].NotAsked != sum.NotAsked {
					t.Errorf("stops %+v, of the run %+v", m.stops, sum.Stops)
				}
				for id, r := range m.records {
					if f := r.Failure; f != nil && (f.Status != job.StatusFailed || f.Runs != 0) {
						t.Errorf("%s: %+v", id.ProcessQueryKey, f)
					}
				}
				left := slices.DeleteFunc(slices.Clone(list), func(s plan.Step) bool { return m.records[s.Message.ID] != nil && m.records[s.Message.ID].Last != nil })
				broken = false
				sum = next(t, m, "run2", left, sum, p)
				if sum.Outcomes[runner.OutcomeRead] != 297 {
					t.Errorf("the healthy run: %+v", sum)
				}
			})
		})
	}
}

// A robot that is found stopped again costs one call, on a message against which
// nothing is known, and the row of runs is counted.
func TestAStoppedRobotIsTriedWithOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: 10 * time.Millisecond}
		a.answer = func(job.Query) (job.Page, error) { return bad(job.ClassRobot, "bot.stopped") }
		list := tasks("dingtalk", 50)
		sum := next(t, m, "run1", list, runner.Summary{}, provider(a))
		for i := range list {
			list[i].Cause = plan.CauseNever
			if m.records[list[i].Message.ID] != nil {
				list[i].Cause = plan.CauseStopped
			}
		}
		before := a.calls()
		sum = next(t, m, "run2", list, sum, provider(a))
		if calls := a.calls() - before; calls != 1 || sum.NotAsked != 49 {
			t.Errorf("%d calls, %+v", calls, sum)
		}
		if last := m.stops[len(m.stops)-1]; last.Runs != 2 {
			t.Errorf("stop %+v", last)
		}
		if key := a.asked[before].ProcessQueryKey; key < "K0010" {
			t.Errorf("tried with %s, which came in the streak", key)
		}
		if a.asked[before].Attempts != 1 {
			t.Errorf("%d attempts, want 1", a.asked[before].Attempts)
		}
	})
}

// What stopped a robot and was about messages after all doesn't stop it again in the
// run that finds out.
func TestBadKeysStopAGoodRobotOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: 10 * time.Millisecond}
		a.answer = func(q job.Query) (job.Page, error) {
			if q.ProcessQueryKey >= "K0010" && q.ProcessQueryKey < "K0060" {
				return bad(job.ClassInvalid, "invalid.processQueryKey")
			}
			return good()
		}
		list := tasks("dingtalk", 100)
		p := provider(a)
		p.InFlight = 1
		sum := next(t, m, "run1", list, runner.Summary{}, p)
		// One that is refused before the last good answer comes is no streak.
		alone := sum.Outcomes[runner.OutcomeRejected]
		if alone > 1 || sum.Outcomes[runner.OutcomeRead] > 12 {
			t.Errorf("first %+v", sum)
		}
		left := slices.DeleteFunc(slices.Clone(list), func(s plan.Step) bool {
			r := m.records[s.Message.ID]
			return r != nil && (r.Last != nil || r.Failure.Status == job.StatusRejected)
		})
		for i := range left {
			if left[i].Message.ID.ProcessQueryKey < "K0060" {
				left[i].Cause = plan.CauseStopped
			}
		}
		sum = next(t, m, "run2", left, sum, p)
		if sum.Outcomes[runner.OutcomeRejected]+alone != 50 || len(m.readings) != 50 || sum.NotAsked != 0 {
			t.Errorf("second %+v, %d readings", sum, len(m.readings))
		}
	})
}

// Fewer refusals than a streak are about the messages; but a robot that was good and
// is stopped may be started again.
func TestAFewRefusals(t *testing.T) {
	for name, tc := range map[string]struct {
		class      job.ErrorClass
		reversible bool
		good       int
		want       runner.Outcome
	}{
		"bad keys":                      {job.ClassInvalid, false, 20, runner.OutcomeRejected},
		"a robot that was never good":   {job.ClassRobot, true, 0, runner.OutcomeRejected},
		"a robot that stops at last":    {job.ClassRobot, true, 20, runner.OutcomeFailed},
		"a robot code that isn't right": {job.ClassRobot, false, 20, runner.OutcomeRejected},
		"a code that no page lists":     {job.ClassUnknown, false, 20, runner.OutcomeFailed},
		"the same, and nothing before":  {job.ClassUnknown, false, 0, runner.OutcomeFailed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{latency: 10 * time.Millisecond}
				n := 0
				a.answer = func(job.Query) (job.Page, error) {
					a.mu.Lock()
					defer a.mu.Unlock()
					if n++; n > tc.good {
						return job.Page{}, &job.AnswerError{Class: tc.class, Reach: job.ReachMessage, Code: "some.code", Reversible: tc.reversible}
					}
					return good()
				}
				sum, err := run(t.Context(), t, m, tasks("dingtalk", tc.good+5), provider(a))
				if err != nil || sum.Outcomes[tc.want] != 5 || sum.Outcomes[runner.OutcomeRead] != tc.good || len(m.stops) != 0 {
					t.Errorf("err %v, %+v", err, sum)
				}
				for _, r := range m.records {
					if f := r.Failure; f != nil && (f.Runs != 1 || f.Same != 1 || string(f.Status) != string(tc.want)) {
						t.Errorf("failure %+v", f)
					}
				}
			})
		})
	}
}

// An unlisted code is final after three later runs over hours.
func TestAnUnlistedCodeIsAskedInThreeLaterRuns(t *testing.T) {
	for pause, last := range map[time.Duration]job.Status{time.Hour + time.Minute: job.StatusRejected, time.Minute: job.StatusFailed} {
		synctest.Test(t, func(t *testing.T) {
			m, a := newMemory(), &api{latency: time.Millisecond}
			a.answer = func(job.Query) (job.Page, error) { return bad(job.ClassUnknown, "unheard.of") }
			for i, want := range []job.Status{job.StatusFailed, job.StatusFailed, job.StatusFailed, last} {
				id := "run" + string(rune('1'+i))
				next(t, m, id, tasks("dingtalk", 1), runner.Summary{}, provider(a))
				if got := m.records[message("dingtalk", 0).ID].Failure.Status; got != want {
					t.Errorf("every %s, %s: %s, want %s", pause, id, got, want)
				}
				time.Sleep(pause)
			}
		})
	}
}

// An interrupted run can't tell whether refusals are everybody's.
func TestAnInterruptedRunRefusesNothingForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: 10 * time.Millisecond}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("signal")
		n := 0
		a.answer = func(job.Query) (job.Page, error) {
			a.mu.Lock()
			defer a.mu.Unlock()
			if n++; n == 3 {
				cancel(why)
			}
			return bad(job.ClassInvalid, "invalid.processQueryKey")
		}
		p := provider(a)
		p.InFlight = 1
		sum, err := run(ctx, t, m, tasks("dingtalk", 50), p)
		if !errors.Is(err, why) || sum.Outcomes[runner.OutcomeRejected] != 0 || sum.Outcomes[runner.OutcomeFailed] == 0 {
			t.Errorf("err %v, %+v", err, sum)
		}
	})
}
