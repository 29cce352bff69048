package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/report"
)

// conclude judges the checks and computes the outputs, in one pass over the
// results, and hands both to the reports.
func (s *session) conclude(in *report.Input) (e manifest.Evaluation, err error) {
	m := s.manifest
	if !m.HasChecks() {
		return e, nil
	}
	now := s.program.env.Now()
	if in.Run != nil {
		now = in.Run.StartedAt
		for _, t := range []time.Time{in.Run.UpdatedAt, in.Run.FinishedAt} {
			if t.After(now) {
				now = t
			}
		}
	}
	values := m.NewValues(runValues(*in, s.program.env.Now), now)
	for r, err := range in.Results() {
		if err != nil {
			return e, fmt.Errorf("judge the checks: %w", err)
		}
		values.Add(s.uncut(r))
	}
	e, diagnostics := m.Evaluate(values)
	s.reporter.Diagnostics(diagnostics)
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

// checkVerdict is the exit status of a run that is done: 4 when a check of
// severity error failed.
func checkVerdict(e manifest.Evaluation) error {
	failed := slices.ContainsFunc(e.Checks, func(c manifest.CheckResult) bool {
		return c.Status == manifest.CheckFail && c.Severity == manifest.SeverityError
	})
	if failed {
		return exit.With(exit.Check, nil)
	}
	return nil
}

// checks shows the checks that did not pass, and counts the others.
func (s printer) checks(all []manifest.CheckResult) {
	passed := 0
	for _, c := range all {
		label := ""
		switch {
		case c.Status == manifest.CheckPass:
			passed++
			continue
		case c.Status == manifest.CheckUnknown:
			label = s.Paint(term.Dim, "Check unknown:")
		case c.Severity == manifest.SeverityWarning:
			label = s.Paint(term.Yellow, "Check failed (a warning):")
		default:
			label = s.Paint(term.Red, "Check failed:")
		}
		s.Say(label + " " + c.Name + ": " + c.Message)
	}
	if passed > 0 {
		s.Printf("%s %s.\n", s.Paint(term.Green, "Checks passed:"), term.Count(passed))
	}
}

// conclusion shows the checks, those that passed by name too, and the outputs
// that are about what was shown before.
func (s printer) conclusion(e manifest.Evaluation) {
	if len(e.Checks)+len(e.Outputs) > 0 {
		s.Println("")
	}
	for _, c := range e.Checks {
		if c.Status == manifest.CheckPass {
			s.Say(s.Paint(term.Green, "Check passed:") + " " + c.Name)
		}
	}
	s.checks(slices.DeleteFunc(slices.Clone(e.Checks), func(c manifest.CheckResult) bool { return c.Status == manifest.CheckPass }))
	s.outputs(e.Outputs)
}

// outputs shows the outputs as JSON values, one a line.
func (s printer) outputs(all []manifest.OutputValue) {
	for _, o := range all {
		text, err := json.Marshal(o.Value)
		if err != nil { // nothing that an output holds can fail
			text = fmt.Append(nil, o.Value)
		}
		s.Printf("%s = %s\n", s.Paint(term.Bold, o.Name), text)
	}
}
