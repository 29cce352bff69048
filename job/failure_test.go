package job_test

import (
	"math"
	"testing"
	"time"

	"notifyaudit/job"
)

func TestFollowCountsRunsAndNotAnswers(t *testing.T) {
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	var before *job.Failure
	for i, step := range []struct {
		run, code  string
		runs, same int
	}{
		{"r1", "a", 1, 1}, {"r1", "a", 1, 1}, {"r2", "a", 2, 2}, {"r3", "b", 3, 1}, {"r3", "a", 3, 1}, {"r4", "a", 4, 2},
	} {
		f := &job.Failure{RunID: step.run, Code: step.code, At: start.Add(time.Duration(i) * time.Hour)}
		f.Follow(before)
		if f.Runs != step.runs || f.Same != step.same || !f.Since.Equal(start) {
			t.Errorf("answer %d: %d runs, %d the same, since %v; want %d, %d, %v", i, f.Runs, f.Same, f.Since, step.runs, step.same, start)
		}
		before = f
	}
	f := &job.Failure{RunID: "r5", At: start}
	f.Follow(&job.Failure{RunID: "r4", At: start.Add(-time.Hour)})
	if f.Runs != 1 || !f.Since.Equal(start) {
		t.Errorf("after an answer that isn't held against the message: %+v", f)
	}
}

func TestRefreshWait(t *testing.T) {
	for name, tc := range map[string]struct {
		refresh   job.Refresh
		age, want time.Duration
	}{
		"young":          {job.DefaultRefresh(), time.Hour, time.Hour},
		"old":            {job.DefaultRefresh(), 100 * time.Hour, 10 * time.Hour},
		"read too early": {job.Refresh{Age: 1}, -time.Hour, 0},
		"absurd":         {job.Refresh{Age: math.MaxFloat64}, time.Hour, math.MaxInt64},
	} {
		if got := tc.refresh.Wait(tc.age); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestRunLastSeen(t *testing.T) {
	var none *job.Run
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	if !none.LastSeen().IsZero() {
		t.Error("no run was seen")
	}
	for _, r := range []job.Run{{StartedAt: at}, {StartedAt: at.Add(-time.Hour), UpdatedAt: at}, {UpdatedAt: at.Add(-time.Hour), FinishedAt: at}} {
		if got := r.LastSeen(); !got.Equal(at) {
			t.Errorf("LastSeen of %+v = %v", r, got)
		}
	}
}
