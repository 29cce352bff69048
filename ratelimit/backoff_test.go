package ratelimit_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/ratelimit"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"0":                              500 * time.Millisecond,
		"1":                              time.Second,
		" 7 ":                            7 * time.Second,
		"007":                            7 * time.Second,
		"60":                             time.Minute,
		"61":                             time.Minute,
		"100000":                         time.Minute,
		"9999999999":                     time.Minute,
		"99999999999999999999999999":     time.Minute,
		"Fri, 20 Nov 2026 09:00:30 GMT":  30 * time.Second,
		"Friday, 20-Nov-26 09:00:30 GMT": 30 * time.Second,
		"Fri Nov 20 09:00:30 2026":       30 * time.Second,
		"Fri, 20 Nov 2026 08:00:00 GMT":  500 * time.Millisecond,
		"Fri, 20 Nov 2099 09:00:00 GMT":  time.Minute,
	} {
		got, ok := ratelimit.RetryAfter(http.Header{"Retry-After": {value}}, now)
		if got != want || !ok {
			t.Errorf("RetryAfter(%q) = %v, %v; want %v", value, got, ok, want)
		}
	}
	for _, value := range []string{"", "-1", "+1", "1.5", "1e9", "0x10", "soon", "Fri, 99 Nov 2026 09:00:30 GMT", "٣"} {
		if got, ok := ratelimit.RetryAfter(http.Header{"Retry-After": {value}}, now); ok || got != 0 {
			t.Errorf("RetryAfter(%q) = %v, %v; want none", value, got, ok)
		}
	}
	if _, ok := ratelimit.RetryAfter(nil, now); ok {
		t.Error("a Retry-After was read from no header")
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"0", "9999999999", "-1", "1.5", "Fri, 20 Nov 2026 09:00:30 GMT", "soon", ""} {
		f.Add(seed, int64(1_800_000_000))
	}
	f.Fuzz(func(t *testing.T, value string, now int64) {
		got, ok := ratelimit.RetryAfter(http.Header{"Retry-After": {value}}, time.Unix(now, 0))
		if ok && (got < ratelimit.MinRetryAfter || got > ratelimit.MaxRetryAfter) || !ok && got != 0 {
			t.Errorf("RetryAfter(%q) = %v, %v", value, got, ok)
		}
	})
}

// The waits between attempts are whatever Draw makes of their bounds.
func TestBackoffIsDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(*seen, int) (int, string) { return http.StatusInternalServerError, "" }}
		lim := ratelimit.New(ratelimit.Options{
			MaxAttempts: 4, MinBackoff: time.Second, MaxBackoff: 3 * time.Second,
			Draw: func(limit time.Duration) time.Duration { return limit },
		})
		begun := time.Now()
		_ = client(lim, lim.Transport(s, nil))(t.Context(), "k")
		if took := time.Since(begun); took != (1+2+3)*time.Second {
			t.Errorf("four attempts took %v, want the longest waits of 1, 2 and 3 seconds", took)
		}
	})
}
