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
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// Input gathers all that the reports are made of, and judges the checks and
// computes the outputs.
func (s *Session) Input(ctx context.Context) (report.Input, manifest.Evaluation, error) {
	m := s.Manifest
	in := report.Input{
		Title: m.Title, Language: report.Language(m.Language), Location: m.Location,
		Directory: m.Directory, Refresh: m.Refresh,
		Explain:    func(code string, lang report.Language) string { return dingtalk.Explain(code, string(lang)) },
		Advise:     func(f *job.Failure, lang report.Language) string { return finding.Advice(f, string(lang)) },
		Provenance: report.Provenance{Version: s.Version},
	}
	for _, source := range m.Sources {
		in.Provenance.Sources = append(in.Provenance.Sources, report.SourceFile{Path: source.Path, SHA256: source.SHA256, ReadAs: source.ReadAs})
	}
	o := audit.Options{Refresh: m.Refresh, Providers: m.Providers}
	if s.DB != nil {
		if err := s.remember(ctx, &in, &o); err != nil {
			return in, manifest.Evaluation{}, err
		}
	}
	in.Findings = s.findings(in.Run)
	if s.DB != nil {
		in.Erased = func(userID string) bool { return len(s.unerased([]string{userID})) == 0 }
	}
	kept, err := s.keep(ctx, o)
	if err != nil {
		return in, manifest.Evaluation{}, err
	}
	in.Results, in.History = until(ctx, kept.Results), kept.Histories
	e, err := s.conclude(&in)
	return in, e, err
}

// keep reads the messages and what the state knows of them, once for all that is
// made of them.
func (s *Session) keep(ctx context.Context, o audit.Options) (*snapshot.Snapshot, error) {
	kept, err := snapshot.Take(audit.Results(ctx, s.audited(), s.History(), o), snapshot.Options{
		History: func(ids []job.MessageID) ([][]job.Reading, error) { return s.DB.Histories(ctx, ids) },
		Create:  func() (snapshot.File, error) { return atomicfile.Scratch(s.Manifest.DataDir, "") },
	})
	if err != nil {
		return nil, err
	}
	_ = s.results.Close() // what went before it
	s.results = kept
	return kept, nil
}

// until ends a sequence with the cause of ctx's end.
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

// remember adds what the state knows.
func (s *Session) remember(ctx context.Context, in *report.Input, o *audit.Options) error {
	run, err := s.DB.LatestRun(ctx)
	if err != nil {
		return fmt.Errorf("look up the latest run: %w", err)
	}
	in.Run, o.Run = run, run
	if o.Stops, err = s.DB.Stops(ctx); err != nil {
		return fmt.Errorf("look up the stopped robots: %w", err)
	}
	in.Provenance.Lineage = s.DB.Lineage()
	if in.Provenance.Serial, err = s.DB.Serial(ctx); err != nil {
		return fmt.Errorf("look up the state's serial: %w", err)
	}
	if run == nil {
		return nil
	}
	return s.spending(ctx, in)
}

// spending adds what each quota group has spent in the month of the run.
func (s *Session) spending(ctx context.Context, in *report.Input) error {
	spent, err := s.Spent(ctx, in.Run.StartedAt)
	if err != nil {
		return err
	}
	for _, p := range s.Manifest.Providers {
		group := p.Limit.QuotaGroup
		calls, first := spent[group]
		if !first {
			continue
		}
		delete(spent, group)
		allowed, _ := p.Limit.Monthly()
		in.Provenance.Spending = append(in.Provenance.Spending, report.Spending{
			QuotaGroup: group, Month: job.QuotaMonth(in.Run.StartedAt), Calls: calls, Allowed: allowed,
		})
	}
	return nil
}

// findings are what the manifest found, and why the run left messages unasked,
// in the language of the reports.
func (s *Session) findings(latest *job.Run) []report.Finding {
	var all []report.Finding
	for _, f := range s.Manifest.Findings {
		f.Examples = s.unerased(f.Examples)
		all = append(all, finding.Roster(f, s.Manifest.Language))
	}
	if s.DB != nil && s.DB.Simulated() {
		all = append(all, finding.Simulated(s.Manifest.Language))
	}
	if latest != nil {
		for _, stop := range latest.Stops {
			all = append(all, finding.Stop(stop, s.Manifest.Language))
		}
	}
	return all
}

// conclude judges the checks and computes the outputs, in one pass over the
// results, and hands both to the reports.
func (s *Session) conclude(in *report.Input) (e manifest.Evaluation, err error) {
	m := s.Manifest
	if !m.HasChecks() {
		return e, nil
	}
	now := s.Now()
	if in.Run != nil {
		now = in.Run.StartedAt
		for _, t := range []time.Time{in.Run.UpdatedAt, in.Run.FinishedAt} {
			if t.After(now) {
				now = t
			}
		}
	}
	values := m.NewValues(runValues(*in, s.Now), now)
	for r, err := range in.Results() {
		if err != nil {
			return e, fmt.Errorf("judge the checks: %w", err)
		}
		values.Add(fullyNamed(r))
	}
	e, diagnostics := m.Evaluate(values)
	s.Reporter.Diagnostics(diagnostics)
	in.Checks, in.Outputs = concludedIn(e)
	return e, nil
}

// concludedIn is what the reports hold of checks and outputs.
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

// CheckVerdict is the exit status of a run that is done: 4 when a check of
// severity error failed.
func CheckVerdict(e manifest.Evaluation) error {
	failed := slices.ContainsFunc(e.Checks, func(c manifest.CheckResult) bool {
		return c.Status == manifest.CheckFail && c.Severity == manifest.SeverityError
	})
	if failed {
		return exit.With(exit.Check, nil)
	}
	return nil
}
