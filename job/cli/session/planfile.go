package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"notifyaudit/job/cli/planfile"
	"notifyaudit/job/plan"
)

// Pin returns what a plan is made for: the manifest and the state. A state in which
// nothing was ever recorded counts as no state.
func (s *Session) Pin(ctx context.Context, now time.Time) (plan.Pin, error) {
	p := plan.Pin{ManifestHash: s.Manifest.Hash}
	if s.DB == nil {
		return p, nil
	}
	run, err := s.DB.LatestRun(ctx)
	if err != nil {
		return p, fmt.Errorf("look up the latest run: %w", err)
	}
	messages, err := s.DB.Count(ctx)
	if err != nil {
		return p, fmt.Errorf("count the messages in the state: %w", err)
	}
	if run == nil && messages == 0 {
		return p, nil
	}
	if run.Continues(now) {
		p.Run = run.ID
	}
	p.Lineage = s.DB.Lineage()
	if p.Serial, err = s.DB.Serial(ctx); err != nil {
		return p, fmt.Errorf("look up the state's serial: %w", err)
	}
	return p, nil
}

// Restore makes a saved plan ready to be carried out, unless it is stale. The state has
// to be locked, so that it does not change after the comparison.
func (s *Session) Restore(ctx context.Context, path string, f *plan.File) (*plan.Plan, error) {
	now := s.Now()
	pin, err := s.Pin(ctx, now)
	if err != nil {
		return nil, err
	}
	if err := f.Check(pin); err != nil {
		return nil, planfile.Stale(path, err)
	}
	made, err := f.Restore(s.audited(), now)
	if errors.Is(err, plan.ErrStale) || errors.Is(err, plan.ErrNoPlan) {
		return nil, planfile.Stale(path, err)
	}
	return made, err
}
