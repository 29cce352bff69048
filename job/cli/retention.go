package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
	reportcsv "notifyaudit/report/csv"
)

// expire purges the people of readings that are older than the audit keeps them,
// and lists the reports that are. It is the last of an apply: a run that is to be
// continued is not over.
func (s *session) expire(ctx context.Context) error {
	if s.manifest.Retention == 0 {
		return nil
	}
	now := s.program.env.Now()
	cutoff := now.Add(-s.manifest.Retention)
	var gone state.Purged
	would, err := s.db.Purgeable(ctx, cutoff)
	if err == nil {
		gone, err = s.purge(ctx, would, cutoff, now)
	}
	if err == nil || gone.Messages > 0 {
		s.tellPurged(gone, cutoff)
	}
	if err != nil {
		return fmt.Errorf("%w; the run is done and recorded, and the next apply sees to this", err)
	}
	old, err := s.reportsBefore(ctx, cutoff)
	if err != nil {
		return err
	}
	s.tellOldReports(old)
	return nil
}

// purge takes the people of messages whose latest reading ended before an instant;
// would is what that takes, as the state has just said.
func (s *session) purge(ctx context.Context, would state.Purged, before, now time.Time) (state.Purged, error) {
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
	return s.db.Purge(ctx, p, now)
}

// purgeBatch is how many messages are looked up in the state at a time.
const purgeBatch = 500

// inForce adds to a purge what the manifest has to say of audiences: whom messages
// were not delivered to, and whom those went to that have no audience recorded.
func (s *session) inForce(ctx context.Context, p *state.Purge, batch []job.Message) error {
	ids := make([]job.MessageID, len(batch))
	for i := range batch {
		ids[i] = batch[i].ID
	}
	records, err := s.db.Records(ctx, ids)
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
func (s *session) rememberReport(ctx context.Context, r manifest.Report) error {
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
		return s.db.ForgetReports(ctx, paths)
	}
	for _, p := range paths {
		if err := s.db.RememberReport(ctx, p, s.program.env.Now()); err != nil {
			return fmt.Errorf("remember the report %s: %w", p, err)
		}
	}
	return nil
}

// reportsBefore are the remembered reports that were written before an instant and
// are still there. It forgets the others.
func (s *session) reportsBefore(ctx context.Context, before time.Time) ([]state.WrittenReport, error) {
	all, err := s.db.ReportsBefore(ctx, before)
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
	return there, s.db.ForgetReports(ctx, gone)
}

// tellPurged says what a purge took.
func (s *session) tellPurged(gone state.Purged, before time.Time) {
	if s.program.events != nil {
		s.program.events.purged(gone, before)
		return
	}
	if gone.Messages > 0 {
		s.err.Say(purgedWords(gone, before, s.manifest.Location))
	}
}

func purgedWords(gone state.Purged, before time.Time, zone *time.Location) string {
	return fmt.Sprintf("Purged the people of %s last read before %s: their counts stay, and %s no longer in the state.",
		term.Plural(gone.Messages, "message"), term.Time(before, zone), are(gone.People))
}

// are is "1 person is", "2 people are".
func are(n int) string {
	if n == 1 {
		return "1 person is"
	}
	return term.People(n) + " are"
}

// tellOldReports lists the reports that are older than the audit keeps people.
func (s *session) tellOldReports(old []state.WrittenReport) {
	if s.program.events != nil {
		for _, r := range old {
			s.program.events.reportExpired(s.reportPath(r), r.WrittenAt)
		}
		return
	}
	if len(old) > 0 {
		s.err.Say("These reports are older than retention and may name people; nothing deletes them but you:")
		s.listReports(old)
	}
}

// listedReports is how many reports are listed.
const listedReports = 20

func (s *session) listReports(all []state.WrittenReport) {
	for _, r := range all[:min(len(all), listedReports)] {
		s.err.Println("  " + r.WrittenAt.In(s.manifest.Location).Format(time.DateOnly) + "  " + s.reportPath(r))
	}
	if more := len(all) - listedReports; more > 0 {
		s.err.Printf("  and %s\n", term.Plural(more, "more file"))
	}
}

func (s *session) reportPath(r state.WrittenReport) string {
	return filepath.Join(s.manifest.DataDir, filepath.FromSlash(r.Path))
}
