package runner_test

import (
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/ratelimit"
)

func unanswered(class job.ErrorClass, status int) (job.Page, error) {
	return job.Page{}, &job.AnswerError{Class: class, Reach: job.ReachMessage, Status: status, Temporary: true, Cost: job.Cost{Metered: 1}}
}

func TestAMessageThatFailedInEarlierRunsGetsOneAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond}
		a.answer = func(job.Query) (job.Page, error) { return unanswered(job.ClassTransient, 500) }
		for i, attempts := range []int{0, 1, 1} {
			next(t, m, fmt.Sprintf("run%d", i), tasks("dingtalk", 1), runner.Summary{}, provider(a))
			if got := a.asked[i].Attempts; got != attempts {
				t.Errorf("run %d: %d attempts, want %d", i, got, attempts)
			}
			if f := m.records[message("dingtalk", 0).ID].Failure; f.Runs != i+1 || f.Same != i+1 {
				t.Errorf("run %d: %+v", i, f)
			}
		}
	})
}

// Ten answers alike that aren't the API's are everybody's: what came among them is
// asked again in the next run, without a wait. A few are their messages' own.
func TestAGatewaysAnswersAreNotHeldAgainstMessages(t *testing.T) {
	for answers, runs := range map[int]int{5: 1, 30: 0} {
		t.Run(strconv.Itoa(answers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{latency: time.Millisecond}
				a.answer = func(job.Query) (job.Page, error) { return unanswered(job.ClassGateway, 403) }
				sum, err := run(t.Context(), t, m, tasks("dingtalk", answers), provider(a))
				if err != nil || sum.Outcomes[runner.OutcomeFailed] != answers {
					t.Fatalf("err %v, %+v", err, sum)
				}
				for id, r := range m.records {
					if r.Failure.Runs != runs {
						t.Errorf("%s: %d runs, want %d", id.ProcessQueryKey, r.Failure.Runs, runs)
					}
				}
			})
		})
	}
}

// A provider that gives up forgives what failed since its last good answer, and the
// next run tries it with one message.
func TestAProviderThatGaveUpIsTriedWithOneMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: 10 * time.Millisecond}
		n, healthy := 0, false
		a.answer = func(job.Query) (job.Page, error) {
			a.mu.Lock()
			n++
			turn := n
			a.mu.Unlock()
			if healthy || turn <= 2 {
				return good()
			}
			time.Sleep(time.Millisecond) // the good answers are in, the others race
			switch {
			case turn <= 12:
				return unanswered(job.ClassTransient, 503)
			default:
				return job.Page{}, &job.AnswerError{
					Class: job.ClassTransient, Reach: job.ReachProvider, Temporary: true, Err: ratelimit.ErrGaveUp, Cost: job.Cost{Metered: 1},
				}
			}
		}
		list := tasks("dingtalk", 100)
		first := next(t, m, "run1", list, runner.Summary{}, provider(a))
		if len(first.Stops) != 1 || !first.Stops[0].Temporary || first.Stops[0].Reach != job.ReachProvider {
			t.Fatalf("stops %+v", first.Stops)
		}
		for id, r := range m.records {
			if r.Failure != nil && r.Failure.Runs != 0 {
				t.Errorf("%s: %d runs are held against it", id.ProcessQueryKey, r.Failure.Runs)
			}
		}
		n = 5
		before := a.calls()
		second := next(t, m, "run2", list[2:], first, provider(a))
		if calls := a.calls() - before; calls != 1 || a.asked[before].Attempts != 1 || len(second.Stops) != 1 || !second.Stops[0].Temporary {
			t.Errorf("%d calls, %+v", calls, second)
		}
		healthy = true
		third := next(t, m, "run3", list[2:], second, provider(a))
		if third.Outcomes[runner.OutcomeRead] != 98 || a.most < 10 {
			t.Errorf("the healthy run: %+v", third)
		}
	})
}

// On trial a message that is known to fail proves nothing.
func TestADeadMessageDoesNotEndTheTrial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond}
		dead := message("dingtalk", 0)
		m.record(dead.ID).Failure = &job.Failure{Status: job.StatusFailed, Class: job.ClassTransient, RunID: "run0", At: time.Now(), Runs: 3}
		a.answer = func(q job.Query) (job.Page, error) {
			if q.ProcessQueryKey == dead.ID.ProcessQueryKey {
				return unanswered(job.ClassTransient, 500)
			}
			return good()
		}
		list := tasks("dingtalk", 20)
		list[0].Cause, list[0].Pages = plan.CauseFailed, 3
		gaveUp := runner.Summary{Stops: []job.Stop{{Reach: job.ReachProvider, Name: "dingtalk", Class: job.ClassTransient, Temporary: true}}}
		sum := next(t, m, "run1", list, gaveUp, provider(a))
		if sum.Outcomes[runner.OutcomeRead] != 19 || sum.Outcomes[runner.OutcomeFailed] != 1 || len(sum.Stops) != 0 {
			t.Errorf("%+v", sum)
		}
	})
}

func TestAnAnswerThatTheStoreCannotKeepFailsItsMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{latency: time.Millisecond, answer: paged(people(3))}
		m.refuseReading = message("dingtalk", 7).ID
		sum, err := run(t.Context(), t, m, tasks("dingtalk", 20), provider(a))
		if err != nil || sum.Outcomes[runner.OutcomeRead] != 19 || sum.Outcomes[runner.OutcomeFailed] != 1 || m.spent != 20 {
			t.Errorf("err %v, %+v, spent %d", err, sum, m.spent)
		}
		if f := m.records[m.refuseReading].Failure; f == nil || f.Class != job.ClassInternal || f.Runs != 0 {
			t.Errorf("failure %+v", f)
		}
	})
}

// The reading begins when it is asked, and not when its message waits for a slot.
func TestAReadingBeginsWhenItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{}
		start := time.Now()
		a.answer = func(q job.Query) (job.Page, error) {
			p, err := paged(people(250))(q)
			p.AskedAt = start.Add(time.Minute)
			if q.NextToken != "" {
				p.AskedAt = start.Add(time.Hour)
			}
			return p, err
		}
		if _, err := run(t.Context(), t, m, tasks("dingtalk", 1), provider(a)); err != nil {
			t.Fatal(err)
		}
		if got := m.records[message("dingtalk", 0).ID].Last.StartedAt.Sub(start); got != time.Minute {
			t.Errorf("it begins after %v, want 1m", got)
		}
	})
}

func TestTheAudienceAloneIsRecordedWithoutACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a := newMemory(), &api{answer: paged(people(3))}
		list := tasks("dingtalk", 3)
		list[1].Pages, list[1].ReplaceAudience = 0, true
		list[2].ReplaceAudience = true
		m.record(list[2].Message.ID).Last = &job.Reading{}
		sum, err := run(t.Context(), t, m, list, provider(a))
		if err != nil || a.calls() != 2 || sum.Planned != 2 || sum.Replaced != 1 {
			t.Errorf("err %v, %d calls, %+v", err, a.calls(), sum)
		}
		// The asked one is recorded before it is asked, since the answer may be none.
		if len(m.replaced) != 3 || m.replaced[0] != list[1].Message.ID || m.replaced[1] != list[2].Message.ID {
			t.Errorf("replaced %v", m.replaced)
		}
	})
}

func TestARefusedQuotaIsRemembered(t *testing.T) {
	for code, want := range map[string]int{"Forbidden.AccessDenied.ApiCountLimitForOrg": 1, "": 0} {
		synctest.Test(t, func(t *testing.T) {
			m, a := newMemory(), &api{latency: time.Millisecond}
			reach := job.ReachQuota
			if code == "" { // the run's own budget
				reach = job.ReachProvider
			}
			a.answer = func(job.Query) (job.Page, error) { return job.Page{}, refusal(job.ClassQuota, reach, code) }
			sum, err := run(t.Context(), t, m, tasks("dingtalk", 50), provider(a))
			if err != nil || len(m.refusals) != want || sum.Outcomes[runner.OutcomeDeferred] == 0 {
				t.Errorf("%q: err %v, refusals %+v, %+v", code, err, m.refusals, sum)
			}
			if want == 1 && (m.refusals[0].QuotaGroup != "acme" || m.refusals[0].Code != code || m.refusals[0].At.IsZero()) {
				t.Errorf("refusal %+v", m.refusals[0])
			}
		})
	}
}
