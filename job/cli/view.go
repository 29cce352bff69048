package cli

import (
	"context"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
)

// What follows says things to whoever reads: a person, on standard error, or with
// -json a program, as events on standard output.

// tell shows the mistakes in the manifest.
func (s *session) tell(ds manifest.Diagnostics) {
	if s.program.events != nil {
		s.program.events.diagnostics(ds)
		return
	}
	s.err.diagnostics(ds)
}

// showPlan shows a plan on the given screen.
func (s *session) showPlan(on printer, p *plan.Plan, savedTo string) {
	if s.program.events != nil {
		s.program.events.plan(p, savedTo)
		return
	}
	on.plan(p)
}

// watch begins to show how far a run is; the returned func ends it.
func (s *session) watch(ctx context.Context, r job.Run, messages int) (observe func(runner.Event), done func()) {
	if s.program.events != nil {
		s.program.events.runStarted(r, messages)
	}
	p, finish := startProgress(ctx, s.err, s.program.events, s.program.env.Now, messages)
	unwatch := s.watchGates(ctx, p.note)
	return p.observe, func() {
		unwatch()
		finish()
	}
}

// tellOutcome says what the run did.
func (s *session) tellOutcome(runID string, sum runner.Summary, troubles []trouble, failure error) {
	if s.program.events != nil {
		s.program.events.outcome(runID, complete(sum, failure), sum)
		return
	}
	s.outcome(sum, troubles)
}

// wrote names a report that is in its place.
func (s *session) wrote(format, path string) {
	if s.program.events != nil {
		s.program.events.reportWritten(format, path)
		return
	}
	s.err.Printf("wrote %s\n", path)
}
