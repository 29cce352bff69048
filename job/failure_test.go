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
		f := &job.Failure{RunID: step.run, Code: step.code, At: start.Add(time.Duration(i) * time.Minute)}
		f.Follow(before)
		if f.Runs != step.runs || f.Same != step.same || !f.Since.Equal(start) {
			t.Errorf("answer %d: %d runs, %d the same, since %v; want %d, %d, %v", i, f.Runs, f.Same, f.Since, step.runs, step.same, start)
		}
		before = f
	}
	continued := &job.Failure{RunID: "r4", Code: "a", At: before.At.Add(job.LongestWait)}
	continued.Follow(before)
	if continued.Runs != 5 {
		t.Errorf("a run that goes on after the wait counts again: %+v", continued)
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

func TestRetryAtWaitsLongerAndNeverMissesTheWindow(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		runs       int
		left, want time.Duration
	}{
		{0, 0, 0},
		{1, 0, 45 * time.Minute},
		{2, 0, 105 * time.Minute},
		{5, 0, 15*time.Hour + 45*time.Minute},
		{6, 0, 23*time.Hour + 45*time.Minute},
		{1000, 0, 23*time.Hour + 45*time.Minute},
		{6, 10 * time.Hour, 5 * time.Hour},
		{1, time.Hour, 30 * time.Minute},
		{1, 48 * time.Hour, 45 * time.Minute},
	} {
		var closes time.Time
		if tc.left > 0 {
			closes = at.Add(tc.left)
		}
		if got := job.RetryAt(at, tc.runs, closes).Sub(at); got != tc.want {
			t.Errorf("after %d runs, %v before it closes: waits %v, want %v", tc.runs, tc.left, got, tc.want)
		}
	}
}

func TestAnUnlistedCodeIsFinalOnlyAfterThreeLaterRunsOverHours(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		same int
		span time.Duration
		want job.Status
	}{
		{1, 0, job.StatusFailed}, {3, 24 * time.Hour, job.StatusFailed}, {4, time.Hour, job.StatusFailed}, {4, 3 * time.Hour, job.StatusRejected},
	} {
		if got := job.JudgeUnlisted(&job.Failure{Same: tc.same, Since: at, At: at.Add(tc.span)}); got != tc.want {
			t.Errorf("%d times in %v: %s, want %s", tc.same, tc.span, got, tc.want)
		}
	}
}

func TestAnUnknownResultOfSendingIsPendingWhileTheWindowIsOpen(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	windowed := &job.Message{SentAt: at, Window: 24 * time.Hour}
	asked := &job.Record{FirstAskedAt: at}
	for name, tc := range map[string]struct {
		m    *job.Message
		r    *job.Record
		now  time.Time
		want job.Status
	}{
		"open":               {windowed, asked, at.Add(23 * time.Hour), job.StatusPending},
		"closed":             {windowed, asked, at.Add(24 * time.Hour), job.StatusFrozen},
		"no window, first":   {&job.Message{}, &job.Record{}, at, job.StatusPending},
		"no window, a day":   {&job.Message{}, asked, at.Add(23 * time.Hour), job.StatusPending},
		"no window, no more": {&job.Message{}, asked, at.Add(24 * time.Hour), job.StatusFrozen},
	} {
		if got := job.JudgeUnsent(tc.m, tc.r, tc.now); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
