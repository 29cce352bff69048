package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/finding"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
)

// A RunResult is the result of a run.
type RunResult struct {
	Run     job.Run
	Summary runner.Summary
	// Unread has the first messages that could not be read, at most namedUnread.
	Unread []UnreadMessage
	// Failure is why the run ended early, or nil.
	Failure error
	// GaveUp means that no further attempt is made to ask what gave up temporarily.
	GaveUp bool
}

// AskAll begins a run, asks the plan's messages and records the end of the run, also
// after the end of ctx. There is a result with an error, too, when messages were
// asked and the state can't record it.
func (s *Session) AskAll(ctx context.Context, made *plan.Plan, maxRequests int) (*RunResult, error) {
	clients, err := s.Clients(ctx, provider.Options{MaxRequests: maxRequests})
	if err != nil {
		return nil, err
	}
	if made.Counts.Asked() > 0 {
		if err := s.Rest(ctx); err != nil {
			return nil, err
		}
	}
	options, err := runOptions(ctx, s)
	if err != nil {
		return nil, err
	}
	begun, err := begin(ctx, s)
	if err != nil {
		return nil, err
	}
	begun.Stops = made.Deferrals()
	s.OnRun(begun.ID)
	r := &RunResult{Run: begun}
	r.Summary, r.Unread, r.Failure = ask(ctx, s, begun, clients, made, options)
	if s.part != nil {
		err = s.part.record(context.WithoutCancel(ctx), s, r)
	} else {
		err = r.record(context.WithoutCancel(ctx), s.DB, s.Now())
	}
	if err != nil && r.Failure != nil && ctx.Err() == nil {
		err = r.Failure // of which this follows
	}
	return r, err
}

// Clients makes a client for each provider, in the providers' order, with the limits of
// o and of what is left of this month's calls.
func (s *Session) Clients(ctx context.Context, o provider.Options) (clients []*provider.Client, err error) {
	o.Now, o.Log = s.Now, s.Log
	if o.Spent, err = s.Spent(ctx, s.Now()); err != nil {
		return nil, err
	}
	if s.Locked {
		o.Held = func(ctx context.Context) error { return state.Held(ctx, s.DB) }
	}
	if s.Simulator {
		if o.Transport, err = provider.Simulator(s.Manifest, s.Scenario, s.Now); err != nil {
			return nil, err
		}
	}
	return provider.Clients(own(s), o) //nolint:contextcheck // making a client asks nothing
}

// runOptions are what the state remembers of earlier runs, as the runner needs it.
func runOptions(ctx context.Context, s *Session) (o runner.Options, err error) {
	o.Now = s.Now
	if o.Before, err = s.DB.LatestRun(ctx); err != nil {
		return o, fmt.Errorf("look up the latest run: %w", err)
	}
	stops, err := s.DB.Stops(ctx)
	if err != nil {
		return o, fmt.Errorf("look up the stopped robots: %w", err)
	}
	o.Stops = plan.NewStops(s.Manifest.Providers, stops)
	return o, nil
}

// ask has the runner ask the plan's messages, with the progress shown. The plan hands them
// over.
func ask(ctx context.Context, s *Session, begun job.Run, clients []*provider.Client, made *plan.Plan, o runner.Options) (runner.Summary, []UnreadMessage, error) {
	watched := Watched{Run: begun, Messages: made.Counts.Asked(), Zone: s.Manifest.Location}
	providers := make([]runner.Provider, len(clients))
	for i, c := range clients {
		watched.Gates = append(watched.Gates, c.Gate)
		providers[i] = runner.Provider{
			Name: c.Provider.Name, Credential: c.Provider.Credential(), QuotaGroup: c.Provider.Limit.QuotaGroup,
			InFlight: c.Provider.Limit.MaxInFlight, Asker: c, Drain: c.Drain,
		}
	}
	watcher := s.Reporter.Watch(ctx, watched)
	defer watcher.Close()
	var unread []UnreadMessage
	o.Shelf = made.Shelf()
	o.Observe = func(e runner.Event) {
		watcher.Observe(e)
		if e.Outcome.Unreadable() && len(unread) < namedUnread {
			unread = append(unread, UnreadMessage{Address: e.Message.Address, Label: e.Message.Label(), Outcome: e.Outcome, Err: e.Err})
		}
	}
	sum, err := runner.Run(ctx, s.Log, s.DB, begun.ID, providers, made.HandOver(), o)
	return sum, unread, err
}

// An UnreadMessage is a message that could not be read.
type UnreadMessage struct {
	// Label names it in logs; see job.Message.Label.
	Address, Label string
	Outcome        runner.Outcome
	Err            *job.AnswerError
}

// record writes the end of the run to the state.
func (r *RunResult) record(ctx context.Context, db *state.DB, now time.Time) error {
	ended := r.Run
	ended.FinishedAt = now
	ended.Complete = r.Complete()
	ended.Calls += r.Summary.Cost.Metered
	ended.Retries += r.Summary.Cost.Retries
	ended.Throttled += r.Summary.Cost.Throttled
	ended.Stops = append(ended.Stops, r.Summary.Stops...)
	return db.FinishRun(ctx, ended)
}

// Complete reports whether the run asked everything that could be asked.
func (r *RunResult) Complete() bool {
	return r.Failure == nil && !interruptedStops(r.Summary)
}

// interruptedStops reports whether a provider gave up temporarily, so that the run can
// be continued.
func interruptedStops(sum runner.Summary) bool {
	for _, stop := range sum.Stops {
		if stop.Temporary && stop.Class != job.ClassQuota {
			return true
		}
	}
	return false
}

// Verdict returns nil, or an error with the exit status of the run: 75, 78 or 3, in this
// order. unreadable counts the messages that the run could not read, including those
// before an interruption.
func (r *RunResult) Verdict(ctx context.Context, unreadable int) error {
	failure, sum := r.Failure, r.Summary
	switch {
	case state.Passes(failure):
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
			return exit.Told(exit.Config, stopped(sum.Stops))
		default:
			status = exit.Incomplete
		}
	}
	if unreadable > 0 {
		status = exit.Incomplete
	}
	switch {
	case r.GaveUp: // no finding: it stays under -findings=ok
		return exit.With(exit.Incomplete, errors.New("the API gave no good answer in the last attempt either: the results are without what it was not asked"))
	case status == exit.OK:
		return nil
	}
	return exit.Told(status, stopped(sum.Stops))
}

// stopped says in short what stopped, without the words of the answers, which may name
// people; nil for nothing.
func stopped(stops []job.Stop) error {
	var all []string
	for _, s := range stops {
		all = append(all, fmt.Sprintf("%s %s stopped: %s", finding.ReachWord(s.Reach, "en"), s.Name, cmp.Or(s.Code, string(s.Class))))
	}
	if len(all) == 0 {
		return nil
	}
	return errors.New(strings.Join(all, "; "))
}

// namedUnread bounds the messages that could not be read and are named.
const namedUnread = 5

// Stopped reports whether the answer about the message caused a stop.
func (m *UnreadMessage) Stopped(stop job.Stop) bool {
	return stop.Class == m.Err.Class && stop.Code == m.Err.Code && stop.RequestID == m.Err.RequestID
}
