package cli

import (
	"context"
	"errors"
	"fmt"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
)

// A runResult is what came of a plan's messages.
type runResult struct {
	run     job.Run
	summary runner.Summary
	// unread are the first messages that could not be read, to be named.
	unread []unreadMessage
	// failure is why the run did not come to its end, or nil.
	failure error
}

// askAll begins a run, asks the plan's messages and records how the run ended:
// what was learned is recorded even when the time is up.
func (s *session) askAll(ctx context.Context, made *plan.Plan, maxRequests int) (*runResult, error) {
	clients, err := s.clients(ctx, clientOptions{maxRequests: maxRequests})
	if err != nil {
		return nil, err
	}
	if made.Counts.Asked() > 0 {
		if err := s.rest(ctx); err != nil {
			return nil, err
		}
	}
	begun, err := s.db.BeginRun(ctx, s.now())
	if err != nil {
		return nil, fmt.Errorf("begin the run: %w", err)
	}
	r := &runResult{run: begun}
	r.summary, r.unread, r.failure = s.ask(ctx, begun, clients, made)
	if err := s.finish(context.WithoutCancel(ctx), r); err != nil {
		if ctx.Err() == nil { // else it is the interruption
			err = errors.Join(r.failure, err)
		}
		return nil, err
	}
	return r, nil
}

// ask has the runner ask the plan's messages, with the progress shown.
func (s *session) ask(ctx context.Context, begun job.Run, clients []*client, made *plan.Plan) (runner.Summary, []unreadMessage, error) {
	watched := watched{run: begun, messages: made.Counts.Asked(), zone: s.manifest.Location}
	providers := make([]runner.Provider, len(clients))
	for i, c := range clients {
		watched.gates = append(watched.gates, c.gate)
		providers[i] = runner.Provider{
			Name: c.provider.Name, Credential: c.provider.Credential(), QuotaGroup: c.provider.Limit.QuotaGroup,
			InFlight: c.provider.Limit.MaxInFlight, Asker: c, Drain: c.drain,
		}
	}
	watcher := s.reporter.Watch(ctx, watched)
	defer watcher.Close()
	tasks := func(yield func(runner.Task) bool) {
		for step := range made.Asks() {
			if !yield(runner.Task{Message: step.Message, Pages: step.Pages, ReplaceAudience: step.ReplaceAudience}) {
				return
			}
		}
	}
	var unread []unreadMessage
	sum, err := runner.Run(ctx, s.log, s.db, begun.ID, providers, tasks, runner.Options{
		Now: s.now,
		Observe: func(e runner.Event) {
			watcher.Observe(e)
			if e.Outcome.Unreadable() && len(unread) < namedUnread {
				unread = append(unread, unreadMessage{address: e.Message.Address, outcome: e.Outcome, err: e.Err})
			}
		},
	})
	return sum, unread, err
}

// An unreadMessage is one that could not be read.
type unreadMessage struct {
	address string
	outcome runner.Outcome
	err     *job.AnswerError
}

// finish records how the run ended.
func (s *session) finish(ctx context.Context, r *runResult) error {
	ended := r.run
	ended.FinishedAt = s.now()
	ended.Complete = r.complete()
	ended.Calls += r.summary.Cost.Metered
	ended.Retries += r.summary.Cost.Retries
	ended.Throttled += r.summary.Cost.Throttled
	ended.Stops = r.summary.Stops
	if err := s.db.FinishRun(ctx, ended); err != nil {
		return fmt.Errorf("record the end of the run: %w", err)
	}
	return nil
}

// complete reports whether everything planned was asked, as far as it could be.
func (r *runResult) complete() bool {
	return r.failure == nil && !interruptedStops(r.summary)
}

// interruptedStops reports whether a provider gave up for now: the run can be
// continued.
func interruptedStops(sum runner.Summary) bool {
	for _, stop := range sum.Stops {
		if stop.Temporary && stop.Class != job.ClassQuota {
			return true
		}
	}
	return false
}

// verdict is the exit status of a run, by the contract's order: 75, 78, 3. What the
// checks add comes after it. Unreadable counts the messages that the whole run
// could not read, the part before an interruption included.
func (r *runResult) verdict(ctx context.Context, unreadable int) error {
	failure, sum := r.failure, r.summary
	switch {
	case errors.Is(failure, state.ErrFenced):
		return exit.With(exit.Retry, failure)
	case failure != nil && ctx.Err() != nil:
		return exit.With(exit.Retry, errors.New("interrupted: run it again within the hour and it goes on where it stopped"))
	case failure != nil:
		return exit.With(exit.Failure, failure)
	case interruptedStops(sum):
		return exit.With(exit.Retry, errors.New("the API gave no good answer for too long: run it again within the hour and it goes on where it stopped"))
	}
	status := exit.OK
	for _, stop := range sum.Stops {
		switch stop.Class {
		case job.ClassToken, job.ClassDenied, job.ClassEndpoint:
			return exit.With(exit.Config, nil)
		default:
			status = exit.Incomplete
		}
	}
	if unreadable > 0 {
		status = exit.Incomplete
	}
	if status == exit.OK {
		return nil
	}
	return exit.With(status, nil)
}

// remaining is what the quota group of a provider may still spend in this run,
// and whether there is a bound at all.
func remaining(p *job.Provider, spent map[string]int) (int, bool) {
	allowed, limited := p.Limit.Monthly()
	if !limited {
		return 0, false
	}
	return max(0, allowed-spent[p.Limit.QuotaGroup]), true
}

// namedUnread is how many of the messages that could not be read are named.
const namedUnread = 5

// stopped reports whether a stop is for the same answer.
func (m *unreadMessage) stopped(stop job.Stop) bool {
	return stop.Class == m.err.Class && stop.Code == m.err.Code && stop.RequestID == m.err.RequestID
}
