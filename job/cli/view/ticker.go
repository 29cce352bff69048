package view

import (
	"context"
	"sync"
	"time"
)

// firstTick is the time after which every calls for the first time.
const firstTick = time.Second

// every calls do after firstTick and then at the interval, until ctx ends or end is
// called. When end returns, do is not called any more.
func every(ctx context.Context, interval time.Duration, do func()) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	calls.Go(func() {
		tick := time.NewTicker(firstTick)
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
