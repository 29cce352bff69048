package postgres

import (
	"errors"
	"sync"
	"time"

	"notifyaudit/job/state"
)

// An outage is the time in which a server that was reached once can't be used. Its
// calls wait for it together, not each anew.
type outage struct {
	mu    sync.Mutex
	since time.Time
}

// deadline is until when a call that began now waits for the server; without an
// outage longer than for another program, which may hold the tables.
func (o *outage) deadline(now time.Time, patience time.Duration) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		return now.Add(max(restartPatience, patience+minPatience))
	}
	end := o.since.Add(restartPatience)
	if least := now.Add(outagePatience); end.Before(least) {
		return least
	}
	return end
}

// goesOn notes the failure of a call that began at some time.
func (o *outage) goesOn(err error, began time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if errors.Is(err, state.ErrUnavailable) && o.since.IsZero() {
		o.since = began
	}
}

func (o *outage) ends() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.since = time.Time{}
}
