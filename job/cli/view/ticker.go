package view

import (
	"context"
	"sync"
	"time"
)

// every begins to call do, first after a time and then at an interval, until the
// returned func is called or ctx ends; do is not called any more when that returns.
func every(ctx context.Context, first, interval time.Duration, do func()) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	calls.Go(func() {
		tick := time.NewTicker(first)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				tick.Reset(interval)
				do()
			}
		}
	})
	return func() {
		cancel()
		calls.Wait()
	}
}
