package session

import (
	"context"
	"path/filepath"
	"time"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// WriteReports writes the manifest's reports after a run.
func (s *Session) WriteReports(ctx context.Context) (manifest.Evaluation, error) {
	in, e, err := s.Input(ctx)
	if err != nil {
		return e, err
	}
	return e, s.WriteAll(ctx, in)
}

// WriteAll writes the manifest's reports below the data folder.
func (s *Session) WriteAll(ctx context.Context, in report.Input) error {
	reports, diagnostics := s.Manifest.Reports(runValues(in, s.Now))
	s.Reporter.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return exit.With(exit.Config, nil)
	}
	for _, r := range reports {
		if s.locked {
			if err := atomicfile.Sweep(s.data, render.Folder(r), ""); err != nil {
				return err
			}
		}
		if err := render.Below(s.data, in, r); err != nil {
			return err
		}
		if err := s.rememberReport(ctx, r); err != nil {
			return err
		}
		s.Reporter.ReportWritten(r.Format, filepath.Join(s.Manifest.DataDir, r.Path))
	}
	return nil
}

// runValues are what the paths of reports can refer to: the latest run's, or
// now's when nothing was asked yet.
func runValues(in report.Input, now func() time.Time) manifest.RunValues {
	if in.Run == nil {
		return manifest.RunValues{ID: "none", StartedAt: now()}
	}
	return manifest.RunValues{ID: in.Run.ID, StartedAt: in.Run.StartedAt}
}
