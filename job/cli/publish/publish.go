// Package publish writes the reports of a manifest below its data folder, and has the
// state remember them.
package publish

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
)

// A Reporter is told what becomes of reports.
type Reporter interface {
	// Diagnostics are the mistakes in a manifest.
	Diagnostics(ds manifest.Diagnostics)
	// ReportWritten is called when a report is in its place.
	ReportWritten(format, path string)
}

// Reports are the reports of a manifest.
type Reports struct {
	Manifest *manifest.Manifest
	// Data is the data folder.
	Data     *os.Root
	DB       *state.DB
	Reporter Reporter
	Log      *slog.Logger
	Now      func() time.Time
	// Locked means that no other process writes: then temporary files that a killed run
	// left are removed, and the state remembers what is written.
	Locked bool
}

// Write writes all reports.
func (r *Reports) Write(ctx context.Context, in report.Input) error {
	reports, diagnostics := r.Manifest.Reports(RunValues(in, r.Now()))
	r.Reporter.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return exit.With(exit.Config, nil)
	}
	for _, one := range reports {
		if r.Locked {
			if err := atomicfile.Sweep(r.Data, render.Folder(one), ""); err != nil {
				return err
			}
		}
		paths, err := r.write(in, one)
		if err != nil {
			return err
		}
		if err := r.removeFormer(ctx, &one, paths); err != nil {
			return err
		}
		if err := r.remember(ctx, one, paths); err != nil {
			return err
		}
		r.Log.Info("report written", "format", one.Format, "path", one.Path)
		r.Reporter.ReportWritten(one.Format, filepath.Join(r.Manifest.DataDir, one.Path))
	}
	return nil
}

// write writes one report, and returns the paths of its files.
func (r *Reports) write(in report.Input, one manifest.Report) ([]string, error) {
	if one.Split != "" {
		return render.Split(r.Data, in, one)
	}
	paths := []string{one.Path}
	if one.Format == "csv" {
		paths = nil
		for _, name := range reportcsv.FileNames() {
			paths = append(paths, path.Join(one.Path, name))
		}
	}
	return paths, render.Below(r.Data, in, one)
}

// removeFormer removes the files that earlier runs wrote for groups that a split report no
// longer has, such as the people of a manager who has left: somebody could still send them.
// It leaves a file that the state does not remember, or that another program wrote.
func (r *Reports) removeFormer(ctx context.Context, written *manifest.Report, paths []string) error {
	if !r.Locked || written.Split == "" {
		return nil
	}
	earlier, err := r.Written(ctx)
	if err != nil {
		return err
	}
	of := written.GroupPath()
	var gone []string
	for _, file := range earlier {
		if !of.MatchString(file.Path) || slices.Contains(paths, file.Path) || origin.Check(written.Format, r.Path(file)) != nil {
			continue
		}
		if err := r.Data.Remove(filepath.FromSlash(file.Path)); err != nil {
			return fmt.Errorf("remove the report of a group that is no more: %w", err)
		}
		gone = append(gone, file.Path)
	}
	if len(gone) == 0 {
		return nil
	}
	r.Log.Info("reports of former groups removed", "format", written.Format, "files", len(gone))
	return r.DB.ForgetReports(ctx, gone)
}

// remember records where a report with people was written, so that it can be listed
// when it is older than the retention.
func (r *Reports) remember(ctx context.Context, written manifest.Report, paths []string) error {
	if !r.Locked {
		return nil
	}
	if report.People(written.People) == report.PeopleAggregate {
		return r.DB.ForgetReports(ctx, paths)
	}
	for _, p := range paths {
		if err := r.DB.RememberReport(ctx, p, r.Now()); err != nil {
			return err
		}
	}
	return nil
}

// Before returns the reports that Written returns and that were written before an
// instant.
func (r *Reports) Before(ctx context.Context, before time.Time) ([]state.WrittenReport, error) {
	all, err := r.Written(ctx)
	return slices.DeleteFunc(all, func(one state.WrittenReport) bool { return !one.WrittenAt.Before(before) }), err
}

// Written returns the recorded reports that still exist, the oldest first. It forgets
// those that don't.
func (r *Reports) Written(ctx context.Context) ([]state.WrittenReport, error) {
	all, err := r.DB.WrittenReports(ctx)
	if err != nil {
		return nil, fmt.Errorf("look up the reports that were written: %w", err)
	}
	var there []state.WrittenReport
	var gone []string
	for _, one := range all {
		if _, err := r.Data.Lstat(filepath.FromSlash(one.Path)); errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, one.Path)
			continue
		}
		there = append(there, one)
	}
	if len(gone) == 0 {
		return there, nil
	}
	return there, r.DB.ForgetReports(ctx, gone)
}

// Path returns the path of a report.
func (r *Reports) Path(written state.WrittenReport) string {
	return filepath.Join(r.Manifest.DataDir, filepath.FromSlash(written.Path))
}

// RunValues returns the values that paths of reports can refer to: those of the latest
// run or, if nothing was asked yet, of now.
func RunValues(in report.Input, now time.Time) manifest.RunValues {
	if in.Run == nil {
		return manifest.RunValues{ID: "none", StartedAt: now}
	}
	return manifest.RunValues{ID: in.Run.ID, StartedAt: in.Run.StartedAt}
}
