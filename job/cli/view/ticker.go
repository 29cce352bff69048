package view

import (
	"context"
	"sync"
	"time"
)

// every begins to call do at an interval, until the returned func is called or ctx
// ends; do is not called any more when that returns.
func every(ctx context.Context, interval time.Duration, do func()) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	calls.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do()
			}
		}
	})
	return func() {
		cancel()
		calls.Wait()
	}
}
