package postgres

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job/state"
)

// TestSureOfTheLease: who was not heard of for the time of its lease waits until it knows
// that it has it, or that it has lost it.
func TestSureOfTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lease{}
		began := time.Now()
		l.renewed.Store(&began)
		if err := l.sure(t.Context()); err != nil {
			t.Errorf("just taken: %v", err)
		}
		time.Sleep(leaseTime)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := l.sure(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("not renewed: %v", err)
		}
		waits := make(chan error)
		for name, c := range map[string]struct {
			happens func()
			want    error
		}{
			"renewed": {func() { now := time.Now(); l.renewed.Store(&now) }, nil},
			"lost":    {func() { l.lost.Store(true) }, state.ErrFenced},
		} {
			l.lost.Store(false)
			l.renewed.Store(&began)
			go func() { waits <- l.sure(t.Context()) }()
			synctest.Wait()
			c.happens()
			if err := <-waits; !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
