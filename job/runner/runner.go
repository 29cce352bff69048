// Package runner carries a plan out: it asks the planned messages, many at a
// time and each one's pages in order, and records every answer before it goes
// on.
//
// It guarantees: a reading is recorded only when all its pages have arrived; a page is
// recorded before the next one is requested, so that after a kill the next run repeats
// at most the requests that were in flight; a panic, or an answer that the store can't
// keep, fails one message; when the context ends, no request begins any more and the
// answers under way are still recorded.
//
// It stops asking where that only costs calls: ten identical refusals in a row stop a
// robot, whatever succeeded before, and don't count as failures of the messages. The
// next run tries a stopped robot, and a provider that gave up, with one message.
//
// The rate, retries and tokens are the asker's; the plan says which messages to ask.
package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/shelf"
)

// An Asker answers one query after all its retries: with a believed page, a
// *job.AnswerError, or the cause of ctx's end.
type Asker interface {
	Ask(ctx context.Context, q job.Query) (job.Page, error)
}

// A Recorder records what a run learns, each call in one transaction.
type Recorder interface {
	CommitPage(ctx context.Context, c job.PageCommit) error
	CommitReading(ctx context.Context, c job.ReadingCommit) error
	CommitFailure(ctx context.Context, c job.FailureCommit) error
	// ReplaceAudience records the audience of a message that was read anew.
	ReplaceAudience(ctx context.Context, m *job.Message) error
}

// A Rememberer knows what earlier runs recorded.
type Rememberer interface {
	Records(ctx context.Context, ids []job.MessageID) ([]*job.Record, error)
	CursorReaders(ctx context.Context, id job.MessageID) ([]string, error)
}

// A Store is the state as a run needs it. Its errors say what was attempted.
type Store interface {
	Recorder
	Rememberer
	CommitStop(ctx context.Context, stop job.RobotStop) error
	CommitQuotaRefusal(ctx context.Context, refusal job.QuotaRefusal) error
	// Spend counts calls that belong to no other commit.
	Spend(ctx context.Context, spend job.Spend) error
}

// A Provider is one credential to ask through.
type Provider struct {
	// Name is the one in the messages' identities.
	Name string
	// Credential fingerprints the app; see job.Provider.
	Credential string
	QuotaGroup string
	// InFlight is the most requests at a time, 1 or more. The asker keeps to it;
	// the runner works on twice as many messages, so that those that wait for
	// another attempt leave no slot unused.
	InFlight int
	Asker    Asker
	// Drain ends the intake: no request begins any more. It returns when none is
	// under way or ctx is done. Nil: there is nothing to drain.
	Drain func(ctx context.Context)
}

// Options are what a run may vary. The zero value is the default.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Observe is told of every page and of every message's end, one call at a
	// time. It must be quick. The end of a message that was refused is told once it
	// is clear whether its robot was stopped.
	Observe func(Event)
	// Grace is how long answers under way are waited for when the context ends;
	// 0 is 5 s.
	Grace time.Duration
	// Before is the run before this one, or the one that it continues, as it ended;
	// nil before the first. A provider that gave up in it is tried with one message.
	Before *job.Run
	// Stops are the robots' stops in force.
	Stops plan.Stops
	// Shelf keeps the steps' messages: that of their plan, where they stand already. Nil
	// makes another.
	Shelf *shelf.Shelf
}

const defaultGrace = 5 * time.Second

// Run asks the steps' messages through their providers and returns what became of
// them. The error is the cause of ctx's end, or why the store could not record:
// then nothing more was asked. What was learned until then is in the summary and
// in the store either way.
func Run(ctx context.Context, log *slog.Logger, store Store, runID string,
	providers []Provider, steps iter.Seq[plan.Step], opts Options,
) (Summary, error) {
	r := &run{
		store:   store,
		log:     log,
		id:      runID,
		now:     opts.Now,
		grace:   cmp.Or(opts.Grace, defaultGrace),
		counter: newRunCounter(opts.Observe),
	}
	if r.now == nil {
		r.now = time.Now
	}
	replaced := r.open(providers, steps, opts)
	r.log.InfoContext(ctx, "run begins", "messages", r.counter.sum.Planned, "providers", len(providers))
	err := r.replaceAudiences(ctx, replaced)
	if err == nil {
		err = r.carryOut(ctx)
	}
	sum := r.counter.summary()
	reason := "done"
	switch { // an error names messages, whose addresses may name people
	case context.Cause(ctx) != nil:
		reason = "interrupted"
	case err != nil:
		reason = "the state could not record"
	}
	r.log.InfoContext(ctx, "run ends", "asked", sum.Asked(), "not_asked", sum.NotAsked, "unreadable", sum.Unreadable(),
		"calls", sum.Cost.Metered, "retries", sum.Cost.Retries, "throttled", sum.Cost.Throttled, "reason", reason)
	return sum, err
}

// A run is one call of Run.
type run struct {
	store   Store
	log     *slog.Logger
	id      string
	now     func() time.Time
	grace   time.Duration
	counter *runCounter
	queues  []*queue
}

// open sorts the steps into the providers' queues, and returns the messages whose
// audience alone is recorded.
func (r *run) open(providers []Provider, steps iter.Seq[plan.Step], opts Options) (replaced []*job.Message) {
	byName, on := make(map[string]*queue, len(providers)), cmp.Or(opts.Shelf, new(shelf.Shelf))
	for _, p := range providers {
		q := newQueue(p, gaveUp(opts.Before, p.Name))
		byName[p.Name] = q
		r.queues = append(r.queues, q)
	}
	for s := range steps {
		if !s.Asks() {
			replaced = append(replaced, s.Message)
			continue
		}
		if q, found := byName[s.Message.ID.Provider]; found {
			q.add(s, on, opts.Stops.Of(s.Message))
			r.counter.sum.Planned++
		}
	}
	for _, q := range r.queues {
		q.sort()
	}
	return replaced
}

// gaveUp reports whether the run ended without an answer of the provider.
func gaveUp(before *job.Run, provider string) bool {
	if before == nil {
		return false
	}
	for i := range before.Stops {
		if s := &before.Stops[i]; s.Reach == job.ReachProvider && s.Name == provider && s.Temporary && s.Class != job.ClassQuota {
			return true
		}
	}
	return false
}

// replaceAudiences records the audiences of messages that aren't asked.
func (r *run) replaceAudiences(ctx context.Context, messages []*job.Message) error {
	for _, m := range messages {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := r.store.ReplaceAudience(context.WithoutCancel(ctx), m); err != nil {
			return fmt.Errorf("record the audience of %s: %w", m.Address, err)
		}
		r.counter.sum.Replaced++
	}
	return nil
}

// carryOut works the queues off until they are empty, the context ends or the
// store fails.
func (r *run) carryOut(ctx context.Context) error {
	hard, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	var workers sync.WaitGroup
	done := make(chan struct{})
	var failure error
	var once sync.Once
	fail := func(err error) {
		once.Do(func() {
			failure = err
			r.close()
			cancel(err)
		})
	}
	for _, q := range r.queues {
		for range min(2*q.provider.InFlight, q.left()) {
			workers.Go(func() {
				if err := r.work(hard, q); err != nil {
					fail(err)
				}
			})
		}
	}
	wound := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(wound)
		r.windDown(hard, done)
		cancel(context.Cause(ctx))
	})
	workers.Wait()
	close(done)
	if !stop() {
		<-wound
	}
	if failure == nil {
		failure = r.concludeAll(ctx)
	}
	if failure != nil && !errors.Is(failure, context.Cause(ctx)) {
		return failure
	}
	return context.Cause(ctx)
}

// close ends the intake of messages.
func (r *run) close() {
	for _, q := range r.queues {
		q.close()
	}
}

// windDown ends the intake and waits for the answers under way, and for the
// workers to record them, for as long as the grace lasts.
func (r *run) windDown(ctx context.Context, done <-chan struct{}) {
	r.close()
	ctx, cancel := context.WithTimeout(ctx, r.grace)
	defer cancel()
	var drains sync.WaitGroup
	for _, q := range r.queues {
		if q.provider.Drain != nil {
			drains.Go(func() { q.provider.Drain(ctx) })
		}
	}
	drains.Wait()
	// A message between two attempts would wait for nothing.
	settle := time.NewTimer(r.grace / 5)
	defer settle.Stop()
	select {
	case <-done:
	case <-settle.C:
	case <-ctx.Done():
	}
}

// work asks messages of one queue until there are none. Its error is the
// store's.
func (r *run) work(ctx context.Context, q *queue) error {
	for {
		s, robot, more := q.next()
		if !more {
			return nil
		}
		err := r.message(ctx, q, robot, s)
		q.finish(robot)
		if err != nil {
			return err
		}
	}
}
