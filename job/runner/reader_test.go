package runner_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/runner"
)

func TestAnInterruptedReadingGoesOnAtItsCursor(t *testing.T) {
	tests := []struct {
		name  string
		age   time.Duration
		first string // the token of the first query
		calls int
	}{
		{"young", job.MaxCursorAge, "200", 2},
		{"too old", job.MaxCursorAge + time.Second, "", 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{answer: paged(people(450))}
				started := time.Now()
				id := message("dingtalk", 0).ID
				m.pages[id] = people(450)[:200]
				m.record(id).Cursor = &job.Cursor{
					NextToken: "200", Tokens: []string{"200"}, Pages: 1, Readers: 200,
					StartedAt: started, UpdatedAt: started,
				}
				time.Sleep(tt.age)
				if _, err := run(t.Context(), t, m, tasks("dingtalk", 1), provider(a)); err != nil {
					t.Fatal(err)
				}
				if a.asked[0].NextToken != tt.first || a.calls() != tt.calls {
					t.Errorf("asked %+v", a.asked)
				}
				if diff := cmp.Diff(people(450), m.readings[id]); diff != "" {
					t.Error(diff)
				}
				if resumed := m.records[id].Last.StartedAt.Equal(started); resumed != (tt.first != "") {
					t.Errorf("the reading starts at %v", m.records[id].Last.StartedAt)
				}
			})
		})
	}
}

func TestARefusedCursorStartsAgainOnce(t *testing.T) {
	for _, times := range []int{1, 2} {
		t.Run(strconv.Itoa(times), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{}
				refused := 0
				a.answer = func(q job.Query) (job.Page, error) {
					if q.NextToken == "400" && refused < times {
						refused++
						return job.Page{}, refusal(job.ClassCursor, job.ReachMessage, "invalidParameter.cursor.invalid")
					}
					return paged(people(450))(q)
				}
				sum, err := run(t.Context(), t, m, tasks("dingtalk", 1), provider(a))
				if err != nil {
					t.Fatal(err)
				}
				want := runner.OutcomeRead
				if times == 2 {
					want = runner.OutcomeFailed
				}
				if sum.Outcomes[want] != 1 || m.spent != a.calls() || sum.Cost.Metered != a.calls() {
					t.Errorf("%+v, spent %d, %d calls", sum, m.spent, a.calls())
				}
				if times == 1 && len(m.readings[message("dingtalk", 0).ID]) != 450 {
					t.Error("readers were lost")
				}
			})
		})
	}
}

func TestPagesThatCannotBeTrueEndTheMessage(t *testing.T) {
	more := func(ids []string, token string) (job.Page, error) {
		return job.Page{SendStatus: job.SendSuccess, ReadUserIDs: ids, HasMore: true, NextToken: token, Cost: job.Cost{Metered: 1}}, nil
	}
	n := 0
	tests := []struct {
		name     string
		answer   func(job.Query) (job.Page, error)
		audience job.Audience
		calls    int // at most
	}{
		{"the same token for ever", func(job.Query) (job.Page, error) { n++; return more([]string{strconv.Itoa(n)}, "again") }, job.Sized(300), 2},
		{"tokens in a circle", func(job.Query) (job.Page, error) { n++; return more([]string{strconv.Itoa(n)}, strconv.Itoa(n%3)) }, job.Sized(300), 4},
		{"the same people for ever", func(job.Query) (job.Page, error) { n++; return more([]string{"u1", "u1"}, strconv.Itoa(n)) }, job.Sized(300), 4},
		{"empty pages for ever", func(job.Query) (job.Page, error) { n++; return more(nil, strconv.Itoa(n)) }, job.Sized(300), 3},
		{"new people for ever", func(job.Query) (job.Page, error) { n++; return more([]string{strconv.Itoa(n)}, strconv.Itoa(n)) }, job.Sized(300), 120},
		{"and nobody knows how many", func(job.Query) (job.Page, error) { n++; return more([]string{strconv.Itoa(n)}, strconv.Itoa(n)) }, job.Audience{}, 5000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{answer: tt.answer}
				list := tasks("dingtalk", 1)
				list[0].Message.Audience = tt.audience
				sum, err := run(t.Context(), t, m, list, provider(a))
				if err != nil {
					t.Fatal(err)
				}
				if sum.Outcomes[runner.OutcomeIncomplete] != 1 || len(m.readings) != 0 || a.calls() > tt.calls {
					t.Errorf("%d calls, %+v", a.calls(), sum)
				}
			})
		})
	}
}

func TestAnswersThatAreNoReading(t *testing.T) {
	sent := func(ago time.Duration) func(*job.Message) {
		return func(m *job.Message) { m.SentAt = time.Now().Add(-ago) }
	}
	expired := refusal(job.ClassExpired, job.ReachMessage, "processQueryKey.expireTime")
	tests := []struct {
		name   string
		set    func(*job.Message)
		known  *job.Record
		answer func(job.Query) (job.Page, error)
		want   runner.Outcome
	}{
		{name: "processing", want: runner.OutcomePending, answer: func(job.Query) (job.Page, error) {
			return job.Page{SendStatus: job.SendProcessing, Cost: job.Cost{Metered: 1}}, nil
		}},
		{name: "not generated yet", set: sent(20 * time.Minute), want: runner.OutcomePending, answer: func(job.Query) (job.Page, error) { return job.Page{}, expired }},
		{name: "gone, said once", set: sent(48 * time.Hour), want: runner.OutcomePending, answer: func(job.Query) (job.Page, error) { return job.Page{}, expired }},
		{
			name: "gone, said twice", set: sent(48 * time.Hour), want: runner.OutcomeFrozen,
			known:  &job.Record{FirstAskedAt: time.Unix(1, 0), ExpiredSince: time.Unix(1, 0)},
			answer: func(job.Query) (job.Page, error) { return job.Page{}, expired },
		},
		{name: "result of sending unknown", want: runner.OutcomePending, answer: func(job.Query) (job.Page, error) {
			return job.Page{}, refusal(job.ClassProcessing, job.ReachMessage, "unknown.send.result")
		}},
		{
			name: "result of sending unknown for a day", want: runner.OutcomeFrozen,
			known: &job.Record{FirstAskedAt: time.Unix(1, 0)},
			answer: func(job.Query) (job.Page, error) {
				return job.Page{}, refusal(job.ClassProcessing, job.ReachMessage, "unknown.send.result")
			},
		},
		{name: "gave up", want: runner.OutcomeFailed, answer: func(job.Query) (job.Page, error) {
			return job.Page{}, &job.AnswerError{Class: job.ClassTransient, Reach: job.ReachMessage, Temporary: true}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, a := newMemory(), &api{answer: tt.answer}
				list := tasks("dingtalk", 1)
				if tt.set != nil {
					tt.set(list[0].Message)
				}
				if tt.known != nil {
					m.records[list[0].Message.ID] = tt.known
				}
				sum, err := run(t.Context(), t, m, list, provider(a))
				if err != nil || sum.Outcomes[tt.want] != 1 || len(m.readings) != 0 {
					t.Errorf("err %v, %+v", err, sum)
				}
				if f := m.records[list[0].Message.ID].Failure; string(f.Status) != string(tt.want) {
					t.Errorf("failure %+v", f)
				}
			})
		})
	}
}
