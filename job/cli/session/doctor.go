package session

import (
	"context"
	"errors"
	"time"

	"notifyaudit/job"
)

// OpenForDoctor opens the state, if there is one, for its account of the calls,
// and takes the locks: a run that is going on has the whole rate.
func (s *Session) OpenForDoctor(ctx context.Context, wait time.Duration) error {
	err := s.OpenToChange(ctx, false, wait)
	if err != nil && !errors.Is(err, ErrNoState) {
		return err
	}
	if err := s.lockCredentials(ctx, s.holder(), wait); err != nil {
		return err
	}
	return nil
}

// Pay puts calls on the state's account, if there is a state.
func (s *Session) Pay(ctx context.Context, p *job.Provider, cost job.Cost) error {
	if s.DB == nil {
		return nil
	}
	// They were made: they count even when the time is up.
	return s.DB.Spend(context.WithoutCancel(ctx), job.Spend{
		QuotaGroup: p.Limit.QuotaGroup, Calls: cost.Metered, At: s.Now(),
	})
}
