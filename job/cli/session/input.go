package session

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/audit"
	"notifyaudit/job/audit/snapshot"
	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/finding"
	"notifyaudit/job/cli/publish"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/report"
)

// Input collects all that the reports are made of, and evaluates the checks and the
// outputs.
func (s *Session) Input(ctx context.Context) (report.Input, manifest.Evaluation, error) {
	m := s.Manifest
	in := report.Input{
		Title: m.Title, Language: report.Language(m.Language), Location: m.Location,
		CampaignTitles: m.CampaignTitles,
		Directory:      m.Directory, Refresh: m.Refresh,
		Explain:    func(code string, lang report.Language) string { return codes.Explain(code, string(lang)) },
		Advise:     func(f *job.Failure, lang report.Language) string { return finding.Advice(f, string(lang)) },
		Provenance: report.Provenance{Version: s.Version},
	}
	for _, source := range m.Sources {
		in.Provenance.Sources = append(in.Provenance.Sources, report.SourceFile{Path: source.Path, SHA256: source.SHA256, ReadAs: source.ReadAs})
	}
	o := audit.Options{Refresh: m.Refresh, Providers: m.Providers}
	if s.DB != nil {
		if err := remember(ctx, s.DB, m.Compare, &in, &o); err != nil {
			return in, manifest.Evaluation{}, err
		}
	}
	if in.Run != nil {
		s.OnRun(in.Run.ID)
		spent, err := s.Spent(ctx, in.Run.StartedAt)
		if err != nil {
			return in, manifest.Evaluation{}, err
		}
		in.Provenance.Spending = spending(m.Providers, spent, in.Run)
	}
	in.Simulated = s.DB != nil && s.DB.Simulated()
	in.Findings = findings(m, erased{s.DB}, in.Run, in.Simulated)
	if s.DB != nil {
		in.Erased = erased{s.DB}.is
	}
	kept, err := keep(ctx, s, o)
	if err != nil {
		return in, manifest.Evaluation{}, err
	}
	in.Results, in.History = until(ctx, kept.Results), kept.History
	e, diagnostics, err := conclude(m, &in, s.Now())
	s.Reporter.Diagnostics(diagnostics)
	return in, e, err
}

// spoolMemory is how much of the results is kept in memory, in bytes; more goes to a
// file.
const spoolMemory = 4 << 20

// keep reads the messages and what the state knows of them, once for all that is
// made of them.
func keep(ctx context.Context, s *Session, o audit.Options) (*snapshot.Snapshot, error) {
	kept, err := snapshot.Take(audit.Results(ctx, s.audited(), s.History(), o), snapshot.Options{
		Histories: func(ids []job.MessageID) ([][]job.Reading, error) { return s.DB.Histories(ctx, ids) },
		Create:    func() snapshot.File { return atomicfile.NewSpool(spoolMemory, s.Manifest.DataDir, "") },
	})
	if err != nil {
		return nil, err
	}
	_ = s.results.Close() // what went before it
	s.results = kept
	return kept, nil
}

// until ends a sequence with the cause of ctx when ctx ends.
func until(ctx context.Context, results func() iter.Seq2[*job.Result, error]) func() iter.Seq2[*job.Result, error] {
	return func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range results() {
				if ctx.Err() != nil {
					r, err = nil, context.Cause(ctx)
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// remember adds what the state knows to the input and the options.
func remember(ctx context.Context, db *state.DB, days int, in *report.Input, o *audit.Options) error {
	run, err := db.LatestRun(ctx)
	if err != nil {
		return fmt.Errorf("look up the latest run: %w", err)
	}
	in.Run, o.Run = run, run
	in.Compared = compared(run, days, in.Location)
	o.Compared = in.Compared
	if o.Stops, err = db.Stops(ctx); err != nil {
		return fmt.Errorf("look up the stopped robots: %w", err)
	}
	in.Provenance.Lineage = db.Lineage()
	if in.Provenance.Serial, err = db.Serial(ctx); err != nil {
		return fmt.Errorf("look up the state's serial: %w", err)
	}
	return nil
}

// compared is the instant that a run's figures are compared with: the beginning of its day
// for one day, and of so many days before that less one, so that a run at any hour is
// compared with whole days. It is zero before the first run.
func compared(run *job.Run, days int, zone *time.Location) time.Time {
	if run == nil {
		return time.Time{}
	}
	year, month, day := run.StartedAt.In(zone).Date()
	return time.Date(year, month, day-days+1, 0, 0, 0, 0, zone)
}

// spending lists the calls of each quota group in the month of the run.
func spending(providers []job.Provider, spent map[string]int, run *job.Run) []report.Spending {
	var all []report.Spending
	for i := range providers {
		limit := &providers[i].Limit
		calls, first := spent[limit.QuotaGroup]
		if !first {
			continue
		}
		delete(spent, limit.QuotaGroup)
		allowed, _ := limit.Monthly()
		all = append(all, report.Spending{
			QuotaGroup: limit.QuotaGroup, Month: job.QuotaMonth(run.StartedAt), Calls: calls, Allowed: allowed,
		})
	}
	return all
}

// findings lists the problems in the manifest's data and why the run did not ask
// messages, in the language of the reports.
func findings(m *manifest.Manifest, e erased, latest *job.Run, simulated bool) []report.Finding {
	var all []report.Finding
	for _, f := range m.Findings {
		f.Examples = e.without(f.Examples)
		all = append(all, finding.Roster(f, m.Language))
	}
	if simulated {
		all = append(all, finding.Simulated(m.Language))
	}
	if latest != nil {
		for _, stop := range latest.Stops {
			if stop.Planned() {
				continue // the messages' own status says so
			}
			all = append(all, finding.Stop(stop, m.Language))
		}
	}
	return all
}

// conclude evaluates the checks and the outputs in one pass over the results, and adds
// them to the input. The diagnostics tell what can't be computed.
func conclude(m *manifest.Manifest, in *report.Input, now time.Time) (e manifest.Evaluation, _ manifest.Diagnostics, err error) {
	if !m.HasChecks() {
		return e, nil, nil
	}
	run := publish.RunValues(*in, now)
	if in.Run != nil {
		now = in.Run.StartedAt
		for _, t := range []time.Time{in.Run.UpdatedAt, in.Run.FinishedAt} {
			if t.After(now) {
				now = t
			}
		}
	}
	values := m.NewValues(run, now)
	for r, err := range in.Results() {
		if err != nil {
			return e, nil, fmt.Errorf("judge the checks: %w", err)
		}
		values.Add(fullyNamed(r))
	}
	e, diagnostics := m.Evaluate(values)
	in.Checks, in.Outputs = concludedIn(e)
	return e, diagnostics, nil
}

// concludedIn converts checks and outputs to what the reports hold of them.
func concludedIn(e manifest.Evaluation) ([]report.Check, map[string]any) {
	var checks []report.Check
	for _, c := range e.Checks {
		checks = append(checks, report.Check{Name: c.Name, Status: report.CheckStatus(c.Status), Message: c.Message})
	}
	outputs := make(map[string]any, len(e.Outputs))
	for _, o := range e.Outputs {
		outputs[o.Name] = o.Value
	}
	return checks, outputs
}

// CheckVerdict returns nil, or an error with status 4 when a check of severity error
// failed.
func CheckVerdict(e manifest.Evaluation) error {
	failed := slices.ContainsFunc(e.Checks, func(c manifest.CheckResult) bool {
		return c.Status == manifest.CheckFail && c.Severity == manifest.SeverityError
	})
	if failed {
		return exit.With(exit.Check, nil)
	}
	return nil
}
