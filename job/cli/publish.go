package cli

import (
	"context"
	"fmt"
	"slices"

	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// published adds what the reports that name nobody have shown so far. They repeat
// it, whatever else the state knows by now: new figures are published by apply.
func (s *session) published(ctx context.Context, in *report.Input) error {
	if s.db == nil {
		return nil
	}
	cells, err := s.db.Cells(ctx)
	if err != nil {
		return err
	}
	in.Published = &report.Published{Cells: cells, Repeat: true}
	return nil
}

// publish decides what the reports that name nobody show from now on, and keeps it
// before anybody sees it.
func (s *session) publish(ctx context.Context, in report.Input) (report.Input, error) {
	reports, _ := s.manifest.Reports(runValues(in, s.program.env.Now)) // told when they are written
	guarded := slices.IndexFunc(reports, func(r manifest.Report) bool { p := privacyOf(r); return !p.Named() })
	if guarded < 0 {
		return in, nil
	}
	in.Published = &report.Published{Cells: in.Published.Cells, Whole: s.whole && in.Run != nil && in.Run.Complete}
	in, changed, err := report.Publish(in, privacyOf(reports[guarded]))
	if err != nil {
		return in, err
	}
	if err := s.db.SaveCells(ctx, changed); err != nil {
		return in, stateError(err)
	}
	if in.Provenance.Serial, err = s.db.Serial(ctx); err != nil {
		return in, fmt.Errorf("look up the state's serial: %w", err)
	}
	return in, nil
}
