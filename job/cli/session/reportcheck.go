package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/manifest"
)

// TryReports makes sure, before calls are spent on them, that the reports of the
// run that begins now can be written. What a run that was killed left half-written
// is removed.
func (s *Session) TryReports(ctx context.Context) error {
	latest, err := s.DB.LatestRun(ctx)
	if err != nil {
		return fmt.Errorf("look up the latest run: %w", err)
	}
	now := s.Now()
	// The paths may name the run: one that was killed may have written elsewhere.
	coming := manifest.RunValues{ID: "none", StartedAt: now}
	if latest != nil {
		before := manifest.RunValues{ID: latest.ID, StartedAt: latest.StartedAt}
		if err := s.sweepReports(before); err != nil {
			return fmt.Errorf("nothing was asked: %w", err)
		}
		if latest.Continues(now) {
			coming = before
		}
	}
	reports, diagnostics := s.Manifest.Reports(coming)
	if diagnostics.HasErrors() {
		s.Reporter.Diagnostics(diagnostics)
		return exit.With(exit.Config, nil)
	}
	for _, r := range reports {
		if err := s.tryReport(r); err != nil {
			return fmt.Errorf("%s could not be written, so nothing was asked: %w", filepath.Join(s.data.Name(), r.Path), err)
		}
	}
	return nil
}

// sweepReports removes what is half-written in the folders that the reports of a
// run lie in.
func (s *Session) sweepReports(run manifest.RunValues) error {
	reports, _ := s.Manifest.Reports(run)
	for _, r := range reports {
		if err := atomicfile.Sweep(s.data, render.Folder(r), ""); err != nil {
			return err
		}
	}
	return nil
}

// tryReport makes a file in the folder of a report, or where that folder would be
// made, and removes it again.
func (s *Session) tryReport(r manifest.Report) error {
	folder := render.Folder(r)
	if info, err := s.data.Lstat(filepath.FromSlash(r.Path)); err == nil && info.IsDir() && r.Format != "csv" {
		return errors.New("it is a folder: remove it, or give the report another path")
	}
	for folder != "." {
		if _, err := s.data.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		folder = path.Dir(folder)
	}
	if err := atomicfile.Sweep(s.data, folder, ""); err != nil {
		return err
	}
	return atomicfile.NewSet(s.data).Try(path.Join(folder, path.Base(r.Path)))
}
