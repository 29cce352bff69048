package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
)

// Expire purges the people of readings that are older than the audit keeps them.
// A run that is to be continued is not over: it purges nothing.
func (s *Session) Expire(ctx context.Context) (gone state.Purged, cutoff time.Time, err error) {
	now := s.Now()
	cutoff = now.Add(-s.Manifest.Retention)
	would, err := s.DB.Purgeable(ctx, cutoff)
	if err == nil {
		gone, err = s.Purge(ctx, would, cutoff, now)
	}
	if err != nil {
		err = fmt.Errorf("%w; the run is done and recorded, and the next apply sees to this", err)
	}
	return gone, cutoff, err
}

// Purge takes the people of messages whose latest reading ended before an instant;
// would is what that takes, as the state has just said.
func (s *Session) Purge(ctx context.Context, would state.Purged, before, now time.Time) (state.Purged, error) {
	p := state.Purge{
		Before: before, NotDelivered: map[job.MessageID][]string{}, Audiences: map[job.MessageID]job.Audience{},
	}
	if would.Messages > 0 {
		for batch, err := range job.Batches(s.audited(), purgeBatch) {
			if err != nil {
				return state.Purged{}, err
			}
			if err := s.inForce(ctx, &p, batch); err != nil {
				return state.Purged{}, err
			}
		}
	}
	return s.DB.Purge(ctx, p, now)
}

// purgeBatch is how many messages are looked up in the state at a time.
const purgeBatch = 500

// inForce adds to a purge what the manifest has to say of audiences: whom messages
// were not delivered to, and whom those went to that have no audience recorded.
func (s *Session) inForce(ctx context.Context, p *state.Purge, batch []job.Message) error {
	ids := make([]job.MessageID, len(batch))
	for i := range batch {
		ids[i] = batch[i].ID
	}
	records, err := s.DB.Records(ctx, ids)
	if err != nil {
		return err
	}
	for i, r := range records {
		m := &batch[i]
		if r == nil || r.Last == nil || !r.Last.FinishedAt.Before(p.Before) {
			continue
		}
		if len(m.NotDelivered) > 0 {
			p.NotDelivered[m.ID] = m.NotDelivered
		}
		if r.Audience.Form == job.AudienceUnknown && m.Audience.Form != job.AudienceUnknown && r.PurgedAt.IsZero() {
			p.Audiences[m.ID] = m.Audience
		}
	}
	return nil
}

// rememberReport keeps where a report was written, so that it can be listed when it is
// older than the audit keeps people. One without people is not.
func (s *Session) rememberReport(ctx context.Context, r manifest.Report) error {
	if !s.locked {
		return nil
	}
	paths := []string{r.Path}
	if r.Format == "csv" {
		paths = nil
		for _, name := range reportcsv.FileNames() {
			paths = append(paths, path.Join(r.Path, name))
		}
	}
	if report.People(r.People) == report.PeopleAggregate {
		return s.DB.ForgetReports(ctx, paths)
	}
	for _, p := range paths {
		if err := s.DB.RememberReport(ctx, p, s.Now()); err != nil {
			return fmt.Errorf("remember the report %s: %w", p, err)
		}
	}
	return nil
}

// ReportsBefore are the remembered reports that were written before an instant and
// are still there. It forgets the others.
func (s *Session) ReportsBefore(ctx context.Context, before time.Time) ([]state.WrittenReport, error) {
	all, err := s.DB.ReportsBefore(ctx, before)
	if err != nil {
		return nil, fmt.Errorf("look up the reports that were written: %w", err)
	}
	var there []state.WrittenReport
	var gone []string
	for _, r := range all {
		if _, err := s.data.Lstat(filepath.FromSlash(r.Path)); errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, r.Path)
			continue
		}
		there = append(there, r)
	}
	if len(gone) == 0 {
		return there, nil
	}
	return there, s.DB.ForgetReports(ctx, gone)
}

func (s *Session) ReportPath(r state.WrittenReport) string {
	return filepath.Join(s.Manifest.DataDir, filepath.FromSlash(r.Path))
}
