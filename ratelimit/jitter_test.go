package ratelimit

import (
	"math"
	"testing"
	"time"
)

func TestFullJitter(t *testing.T) {
	const base, limit = time.Second, time.Minute
	for n, ceiling := range map[int]time.Duration{
		0: time.Second, 1: 2 * time.Second, 5: 32 * time.Second, 6: time.Minute, 40: time.Minute, 63: time.Minute, math.MaxInt: time.Minute,
	} {
		var least, most time.Duration = math.MaxInt64, 0
		for range 2000 {
			d := drawn(evenly, base, limit, n)
			least, most = min(least, d), max(most, d)
		}
		if least < 0 || most > ceiling {
			t.Errorf("retry %d waits from %v to %v, want within 0 and %v", n, least, most, ceiling)
		}
		if least > ceiling/10 || most < ceiling*9/10 {
			t.Errorf("retry %d waits from %v to %v, not the whole of 0 to %v", n, least, most, ceiling)
		}
	}
	if got := drawn(evenly, 0, 0, 3); got != 0 {
		t.Errorf("without bounds it waits %v", got)
	}
}
