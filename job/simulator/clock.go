package simulator

import (
	"time"

	"notifyaudit/job/simulator/scenario"
)

// A clock measures the time since the start, which scenarios count in.
type clock struct {
	now   func() time.Time
	start time.Time
}

// elapsed is the time since the start.
func (k clock) elapsed(at time.Time) scenario.Duration {
	return scenario.Duration(at.Sub(k.start))
}

// within reports whether an instant lies in [from, until), times since the start of
// which an until of 0 is never.
func (k clock) within(at time.Time, from, until scenario.Duration) bool {
	elapsed := k.elapsed(at)
	return elapsed >= from && (until == 0 || elapsed < until)
}
