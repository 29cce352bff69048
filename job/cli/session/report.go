package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"time"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
)

// Reports are those of the manifest, below the data folder.
type Reports struct {
	manifest *manifest.Manifest
	data     *os.Root
	db       *state.DB
	reporter Reporter
	log      *slog.Logger
	now      func() time.Time
	// locked says that nobody else writes: left-over files are removed, and what is
	// written is remembered.
	locked bool
}

// Reports are those of the session, whose data folder is open.
func (s *Session) Reports() *Reports {
	return &Reports{manifest: s.Manifest, data: s.data, db: s.DB, reporter: s.Reporter, log: s.Log, now: s.Now, locked: s.locked}
}

// Write writes the manifest's reports below the data folder.
func (r *Reports) Write(ctx context.Context, in report.Input) error {
	reports, diagnostics := r.manifest.Reports(runValues(in, r.now()))
	r.reporter.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return exit.With(exit.Config, nil)
	}
	for _, one := range reports {
		if r.locked {
			if err := atomicfile.Sweep(r.data, render.Folder(one), ""); err != nil {
				return err
			}
		}
		if err := render.Below(r.data, in, one); err != nil {
			return err
		}
		if err := r.remember(ctx, one); err != nil {
			return err
		}
		r.log.Info("report written", "format", one.Format, "path", one.Path)
		r.reporter.ReportWritten(one.Format, filepath.Join(r.manifest.DataDir, one.Path))
	}
	return nil
}

// remember keeps where a report was written, so that it can be listed when it is
// older than the audit keeps people. One without people is not.
func (r *Reports) remember(ctx context.Context, written manifest.Report) error {
	if !r.locked {
		return nil
	}
	paths := []string{written.Path}
	if written.Format == "csv" {
		paths = nil
		for _, name := range reportcsv.FileNames() {
			paths = append(paths, path.Join(written.Path, name))
		}
	}
	if report.People(written.People) == report.PeopleAggregate {
		return r.db.ForgetReports(ctx, paths)
	}
	for _, p := range paths {
		if err := r.db.RememberReport(ctx, p, r.now()); err != nil {
			return fmt.Errorf("remember the report %s: %w", p, err)
		}
	}
	return nil
}

// Before are the remembered reports that were written before an instant and
// are still there. It forgets the others.
func (r *Reports) Before(ctx context.Context, before time.Time) ([]state.WrittenReport, error) {
	all, err := r.db.ReportsBefore(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("look up the reports that were written: %w", err)
	}
	var there []state.WrittenReport
	var gone []string
	for _, one := range all {
		if _, err := r.data.Lstat(filepath.FromSlash(one.Path)); errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, one.Path)
			continue
		}
		there = append(there, one)
	}
	if len(gone) == 0 {
		return there, nil
	}
	return there, r.db.ForgetReports(ctx, gone)
}

// Path is the path of a report, from where the program runs.
func (r *Reports) Path(written state.WrittenReport) string {
	return filepath.Join(r.manifest.DataDir, filepath.FromSlash(written.Path))
}

// runValues are what the paths of reports can refer to: the latest run's, or
// now's when nothing was asked yet.
func runValues(in report.Input, now time.Time) manifest.RunValues {
	if in.Run == nil {
		return manifest.RunValues{ID: "none", StartedAt: now}
	}
	return manifest.RunValues{ID: in.Run.ID, StartedAt: in.Run.StartedAt}
}
