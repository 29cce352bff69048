package job_test

import (
	"testing"
	"time"

	"notifyaudit/job"
)

// "Within 30 minutes of sent_at: pending. Later, or read before: gone. No sent_at
// and never read: pending until 24 h after it was first asked, then gone. Gone
// needs two such answers at least an hour apart.".
func naiveExpired(sentAgo, firstAskedAgo, expiredAgo int, read bool) job.Status {
	const unset = -1
	young := sentAgo != unset && sentAgo <= 30
	patient := sentAgo == unset && !read && (firstAskedAgo == unset || firstAskedAgo < 24*60)
	confirmed := expiredAgo != unset && expiredAgo >= 60
	if young || patient || !confirmed {
		return job.StatusPending
	}
	return job.StatusFrozen
}

func TestJudgeExpiredIsTheVendorsRow(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	// In minutes before now; -1 is never.
	instant := func(minutes int) time.Time {
		if minutes < 0 {
			return time.Time{}
		}
		return now.Add(-time.Duration(minutes) * time.Minute)
	}
	values := []int{-1, 0, 29, 30, 31, 59, 60, 61, 24*60 - 1, 24 * 60, 24*60 + 1}
	frozen := 0
	for _, sent := range values {
		for _, asked := range values {
			for _, expired := range values {
				for _, read := range []bool{false, true} {
					m := &job.Message{SentAt: instant(sent)}
					r := &job.Record{FirstAskedAt: instant(asked), ExpiredSince: instant(expired)}
					if read {
						r.Last = &job.Reading{}
					}
					got, want := job.JudgeExpired(m, r, now), naiveExpired(sent, asked, expired, read)
					if got != want {
						t.Errorf("sent %d, first asked %d, expired %d min ago, read %t: got %s, want %s", sent, asked, expired, read, got, want)
					}
					if want == job.StatusFrozen {
						frozen++
					}
				}
			}
		}
	}
	if frozen == 0 {
		t.Error("nothing was ever gone")
	}
}
