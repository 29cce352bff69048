package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"notifyaudit/job/state"
)

const (
	// restartPatience is how long a server that was reached once is waited for in
	// all: as long as it takes to restart or to promote a replica.
	restartPatience = 30 * time.Second
	// outagePatience is how long each call waits after that: a server that is there
	// again answers in this time.
	outagePatience = 300 * time.Millisecond
	// lastWait is how long it is waited for, in all, after the context of the state
	// has ended: what was answered should still be recorded, and the process has to
	// end.
	lastWait = 3 * time.Second
)

// An outage is the time in which a server that was reached once can't be used. Its
// calls wait for it together, not each anew. It is safe for concurrent use.
type outage struct {
	mu sync.Mutex
	// since is zero while there is none.
	since time.Time
	// last is until when is waited, whatever else; zero before the state's context
	// has ended. over is closed then.
	last time.Time
	over chan struct{}
	stop func() bool
}

func newOutage(ctx context.Context) *outage {
	o := &outage{over: make(chan struct{})}
	o.stop = context.AfterFunc(ctx, func() {
		o.mu.Lock()
		o.last = time.Now().Add(lastWait)
		o.mu.Unlock()
		time.AfterFunc(lastWait, func() { close(o.over) })
	})
	return o
}

// deadline is until when a call that begins now waits for the server; without an
// outage longer than for another program, which may hold the tables.
func (o *outage) deadline(now time.Time, patience time.Duration) time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	end := now.Add(max(restartPatience, patience+minPatience))
	if !o.since.IsZero() {
		end = o.since.Add(restartPatience)
	}
	if !o.last.IsZero() && o.last.Before(end) {
		end = o.last
	}
	if least := now.Add(outagePatience); end.Before(least) {
		return least
	}
	return end
}

// limit returns a context that ends at a deadline, or when all waiting is over.
func (o *outage) limit(ctx context.Context, deadline time.Time) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	select {
	case <-o.over: // the deadline is near
	default:
		go func() {
			select {
			case <-o.over:
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	return ctx, cancel
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

// errSilent means that a call was not answered in time.
var errSilent = fmt.Errorf("%w: no answer in time", state.ErrUnavailable)
