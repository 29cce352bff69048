// Package planfile saves plans in files and reads saved plans.
package planfile

import (
	"errors"
	"fmt"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/plan"
)

// Save writes a plan to a file.
func Save(out string, f *plan.File) error {
	if err := atomicfile.Write(out, "plan", f.Write); err != nil {
		return fmt.Errorf("save the plan: %w", err)
	}
	return nil
}

func read(path string) (*plan.File, error) {
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

// Read reads a saved plan.
func Read(path string) (*plan.File, error) {
	f, err := read(path)
	switch {
	case errors.Is(err, plan.ErrNoPlan), errors.Is(err, plan.ErrOtherFormat):
		return nil, fmt.Errorf("%s: %w; nothing was asked: make one with `notifyaudit plan -out FILE`", path, err)
	case err != nil:
		return nil, fmt.Errorf("read the saved plan: %w", err)
	}
	return f, nil
}

// At returns the saved plan at a path; nil if there is none: the path may be
// something else, such as an address.
func At(path string) *plan.File {
	f, err := read(path)
	if err != nil {
		return nil
	}
	return f
}

// Stale returns the error for a saved plan that no longer fits.
func Stale(path string, err error) error {
	return exit.With(exit.Failure, fmt.Errorf("%s: %w; nothing was asked: make a new one with `notifyaudit plan -out FILE`, look at it and apply that", path, err))
}
