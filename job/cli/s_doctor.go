package cli

import (
	"context"
	"errors"
	"time"

	"notifyaudit/job"
)

// openForDoctor opens the state, if there is one, for its account of the calls,
// and takes the locks: a run that is going on has the whole rate.
func (s *session) openForDoctor(ctx context.Context, wait time.Duration) error {
	err := s.openToChange(ctx, false, wait)
	if err != nil && !errors.Is(err, errNoState) {
		return err
	}
	if err := s.lockCredentials(ctx, s.holder(), wait); err != nil {
		return err
	}
	return nil
}

// pay puts calls on the state's account, if there is a state.
func (s *session) pay(ctx context.Context, p *job.Provider, cost job.Cost) error {
	if s.db == nil {
		return nil
	}
	// They were made: they count even when the time is up.
	return s.db.Spend(context.WithoutCancel(ctx), job.Spend{
		QuotaGroup: p.Limit.QuotaGroup, Calls: cost.Metered, At: s.now(),
	})
}
