package job

import "time"

// How long a message that fails waits between two runs that ask it: an hour after
// the first, twice as long after each further one, a day at most.
const (
	FirstWait   = time.Hour
	LongestWait = 24 * time.Hour
)

// RunAllowance is how much of a wait is taken to be the failed run's own time: a
// wait is meant between the beginnings of two runs, and a failure is known at its
// own instant only. Without it an hourly run would ask every second hour.
const RunAllowance = 15 * time.Minute

// Patience is how long to wait after so many runs in a row that failed; nothing
// after none.
func Patience(runs int) time.Duration {
	if runs <= 0 {
		return 0
	}
	wait := FirstWait
	for range runs - 1 {
		if wait *= 2; wait >= LongestWait {
			return LongestWait
		}
	}
	return wait
}

// RetryAt is when to ask again what was refused in so many runs in a row, the last
// time at an instant. A wait that is longer than half of the time until the message
// closes is cut to that, so that there is a last try before; the zero time never
// closes.
func RetryAt(at time.Time, runs int, closes time.Time) time.Time {
	wait := max(0, Patience(runs)-RunAllowance)
	if left := closes.Sub(at); !closes.IsZero() && left > 0 {
		wait = min(wait, left/2)
	}
	return at.Add(wait)
}
