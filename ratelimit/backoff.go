package ratelimit

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The bounds of a Retry-After. Zero would be a hot loop, a day would be a hang.
const (
	MinRetryAfter = 500 * time.Millisecond
	MaxRetryAfter = time.Minute
)

// drawn is full jitter: a wait from 0 to base × 2ⁿ, at most limit, where n counts the
// retries before this one from 0. draw draws from 0 to a limit.
func drawn(draw func(limit time.Duration) time.Duration, base, limit time.Duration, n int) time.Duration {
	if n < 62 && base > 0 && base <= limit>>n {
		limit = base << n
	}
	return draw(limit)
}

// evenly draws a wait from 0 to limit.
func evenly(limit time.Duration) time.Duration {
	if limit <= 0 {
		return 0
	}
	return rand.N(limit + 1)
}

// RetryAfter reads a Retry-After header, seconds or a date (RFC 9110, 10.2.3),
// and keeps it within MinRetryAfter and MaxRetryAfter. False when there is none,
// or none that can be read.
func RetryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if isDigits(value) {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(MaxRetryAfter/time.Second) {
			return MaxRetryAfter, true
		}
		return clampRetryAfter(time.Duration(seconds) * time.Second), true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return clampRetryAfter(date.Sub(now)), true
}

func clampRetryAfter(d time.Duration) time.Duration {
	return min(max(d, MinRetryAfter), MaxRetryAfter)
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
