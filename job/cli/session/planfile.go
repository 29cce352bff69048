package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
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

// SavePlan writes a plan to a file.
func SavePlan(out string, f *plan.File) error {
	if err := atomicfile.Write(out, "plan", f.Write); err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	return nil
}

func readPlan(path string) (*plan.File, error) {
	f, err := atomicfile.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, plan.ErrNoPlan
	}
	return plan.ReadFile(f)
}

// SavedPlan reads a saved plan.
func SavedPlan(path string) (*plan.File, error) {
	f, err := readPlan(path)
	switch {
	case errors.Is(err, plan.ErrNoPlan), errors.Is(err, plan.ErrOtherFormat):
		return nil, fmt.Errorf("%s: %w; nothing was asked: make one with `notifyaudit plan -out FILE`", path, err)
	case err != nil:
		return nil, fmt.Errorf("read the saved plan: %w", err)
	}
	return f, nil
}

// PlanAt returns the saved plan at a path; nil if there is none: the path may be
// something else, such as an address.
func PlanAt(path string) *plan.File {
	f, err := readPlan(path)
	if err != nil {
		return nil
	}
	return f
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
		return nil, StalePlan(path, err)
	}
	made, err := f.Restore(s.audited(), now)
	if errors.Is(err, plan.ErrStale) || errors.Is(err, plan.ErrNoPlan) {
		return nil, StalePlan(path, err)
	}
	return made, err
}

// StalePlan returns the error for a saved plan that no longer fits.
func StalePlan(path string, err error) error {
	return exit.With(exit.Failure, fmt.Errorf("%s: %w; nothing was asked: make a new one with `notifyaudit plan -out FILE`, look at it and apply that", path, err))
}
