package publish

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

// Try reports, before calls are spent, whether the reports of the run that begins now
// can be written. It removes temporary files that a killed run left.
func (r *Reports) Try(ctx context.Context) error {
	latest, err := r.DB.LatestRun(ctx)
	if err != nil {
		return fmt.Errorf("look up the latest run: %w", err)
	}
	now := r.Now()
	// Paths may contain the run's id: a killed run may have written to other folders.
	coming := manifest.RunValues{ID: "none", StartedAt: now}
	if latest != nil {
		before := manifest.RunValues{ID: latest.ID, StartedAt: latest.StartedAt}
		if err := r.sweep(before); err != nil {
			return fmt.Errorf("nothing was asked: %w", err)
		}
		if latest.Continues(now) {
			coming = before
		}
	}
	reports, diagnostics := r.Manifest.Reports(coming)
	if diagnostics.HasErrors() {
		r.Reporter.Diagnostics(diagnostics)
		return exit.With(exit.Config, nil)
	}
	for _, report := range reports {
		if err := r.tryOne(report); err != nil {
			return fmt.Errorf("%s could not be written, so nothing was asked: %w", filepath.Join(r.Data.Name(), report.Path), err)
		}
	}
	return nil
}

// sweep removes the temporary files in the folders of a run's reports.
func (r *Reports) sweep(run manifest.RunValues) error {
	reports, _ := r.Manifest.Reports(run)
	for _, report := range reports {
		if err := atomicfile.Sweep(r.Data, render.Folder(report), ""); err != nil {
			return err
		}
	}
	return nil
}

// tryOne makes a file in the folder of a report, or in the nearest folder above it that
// exists, and removes it again.
func (r *Reports) tryOne(report manifest.Report) error {
	folder := render.Folder(report)
	for folder != "." {
		if _, err := r.Data.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		folder = path.Dir(folder)
	}
	if err := atomicfile.Sweep(r.Data, folder, ""); err != nil {
		return err
	}
	return atomicfile.NewSet(r.Data).Try(path.Join(folder, path.Base(report.Path)))
}
