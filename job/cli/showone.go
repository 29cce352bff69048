package cli

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/event"
	"notifyaudit/job/plan"
	"notifyaudit/report"
)

// How much of a message or a block is shown.
const (
	shownReadings = 12
	shownReaders  = 10
	shownMessages = 20
)

// A subject is one message as `show ADDRESS` knows it.
type subject struct {
	result *job.Result
	next   plan.Line
	drift  plan.Drift
	// history is every reading, observed what those of the audience in force say.
	history  []job.Reading
	observed []report.Observation
}

// showAddress shows one message of the manifest, or the messages of one block,
// which the plan is about.
func (s *session) showAddress(ctx context.Context, in report.Input, address string, made *plan.Plan) error {
	in.Results = only(in.Results, address)
	s.conclusion = s.manifest.About(s.conclusion, address)
	in.Checks, in.Outputs = concludedIn(s.conclusion)
	switch {
	case s.program.events != nil:
		o, err := s.planOptions(ctx, s.program.env.Now())
		if err != nil {
			return err
		}
		return s.eventsOf(ctx, in, func(r *job.Result) (*plan.Plan, error) {
			alone := func(yield func(job.Message, error) bool) { yield(r.Message, nil) }
			return plan.Make(ctx, alone, s.history(), s.manifest.Providers, o)
		})
	case made.Counts.Sum() == 1:
		return s.showOne(ctx, in, made)
	}
	return s.showBlock(in, made, made.Groups[0].Block)
}

// showOne shows the only message there is.
func (s *session) showOne(ctx context.Context, in report.Input, made *plan.Plan) error {
	for r, err := range in.Results() {
		if err != nil {
			return err
		}
		one, err := s.subject(ctx, r, made)
		if err != nil {
			return err
		}
		s.out.subject(one, s)
	}
	s.out.conclusion(s.conclusion)
	return nil
}

// outlook is the plan for what the address names.
func (s *session) outlook(ctx context.Context, address string) (*plan.Plan, error) {
	o, err := s.planOptions(ctx, s.program.env.Now())
	if err != nil {
		return nil, err
	}
	o.Targets = []string{address}
	return plan.Make(ctx, s.audited(), s.history(), s.manifest.Providers, o)
}

// only leaves the results that the address names.
func only(results func() iter.Seq2[*job.Result, error], address string) func() iter.Seq2[*job.Result, error] {
	return func() iter.Seq2[*job.Result, error] {
		return func(yield func(*job.Result, error) bool) {
			for r, err := range results() {
				if err == nil && r.Message.Address != address && job.Block(r.Message.Address) != address {
					continue
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
		}
	}
}

// subject gathers what is known of one message, which the plan is about alone.
func (s *session) subject(ctx context.Context, r *job.Result, made *plan.Plan) (*subject, error) {
	one := &subject{result: r}
	for _, g := range made.Groups {
		one.drift = g.Drift
		for _, part := range g.Parts {
			if len(part.Examples) > 0 {
				one.next = part.Examples[0]
			}
		}
	}
	if s.db == nil {
		return one, nil
	}
	for reading, err := range s.db.History(ctx, r.Message.ID) {
		if err != nil {
			return nil, err
		}
		one.history = append(one.history, reading)
	}
	readings, err := s.db.Histories(ctx, []job.MessageID{r.Message.ID})
	if err != nil {
		return nil, err
	}
	one.observed = report.Observations(r, readings[0])
	return one, nil
}

// latest are the readers who were seen last, the latest first; nobody who was
// erased.
func (o *subject) latest() []job.Reader {
	all := slices.DeleteFunc(slices.Clone(o.result.Readers), func(r job.Reader) bool { return job.Erased(r.UserID) })
	slices.SortStableFunc(all, func(a, b job.Reader) int {
		return cmp.Or(b.FirstSeenAt.Compare(a.FirstSeenAt), cmp.Compare(a.UserID, b.UserID))
	})
	return all[:min(len(all), shownReaders)]
}

// share is the read rate by a reading, and how many had read the message by then:
// of the audience in force, or without a rate by what the reading itself counted.
func (o *subject) share(r *job.Reading) (read int, rate float64, known bool) {
	for i := range o.observed {
		if of := &o.observed[i]; of.Reading.StartedAt.Equal(r.StartedAt) {
			return of.Read, float64(of.Read) / float64(of.Audience), true
		}
	}
	return r.Read, 0, false
}

// eventsOf writes the report of what was named, and the details of each message,
// for which next makes the plan.
func (s *session) eventsOf(ctx context.Context, in report.Input, next func(*job.Result) (*plan.Plan, error)) error {
	events := s.program.events
	if err := events.report(in); err != nil {
		return err
	}
	for r, err := range in.Results() {
		if err != nil {
			return err
		}
		made, err := next(r)
		if err != nil {
			return err
		}
		one, err := s.subject(ctx, r, made)
		if err != nil {
			return err
		}
		events.details(one)
	}
	return events.failed()
}

// details writes what is known of one message.
func (s *eventStream) details(o *subject) {
	e := event.MessageDetails{
		Header: s.header(event.TypeMessageDetails), Address: o.result.Message.Address,
		Next: o.next, Drift: o.drift, History: []event.Reading{}, Latest: []event.Reader{},
	}
	if o.result.Failure != nil {
		e.Failure = failureEvent(o.result.Failure)
	}
	for _, r := range o.history {
		e.History = append(e.History, event.Reading{
			RunID: r.RunID, StartedAt: r.StartedAt.UTC(), FinishedAt: r.FinishedAt.UTC(),
			SendStatus: r.SendStatus, Readers: r.Readers, Read: r.Read,
		})
	}
	for _, r := range o.latest() {
		reader := event.Reader{UserID: r.UserID, FirstSeenAt: r.FirstSeenAt.UTC()}
		if !r.NotSeenAt.IsZero() {
			reader.NotSeenAt = new(time.Time)
			*reader.NotSeenAt = r.NotSeenAt.UTC()
		}
		e.Latest = append(e.Latest, reader)
	}
	s.write(e)
}
