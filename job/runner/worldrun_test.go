package runner_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/simulator"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/ratelimit"
)

// A history is what happened in a world: two runs against one server, recorded in
// one state.
type history struct {
	world  *world
	server *simulator.Simulator
	wire   *wire
	db     *state.DB
	start  time.Time
	runs   []*ran
}

// A ran is one run and what it left behind.
type ran struct {
	id          string
	begun, over time.Time
	// ended is when the run was cancelled or killed; zero when it was not.
	ended   time.Time
	err     error
	sum     runner.Summary
	asked   map[string]bool // the keys that were planned
	stats   []ratelimit.Stats
	budgets map[string]*callBudget
	before  map[string]*job.Record // by key, when it began
	after   map[string]*job.Record // and when it was over
	readers map[string][]string    // by key, when it was over
	// ledger is all that the state says was spent, when it was over.
	ledger int
}

// probes is how many probes the run made.
func (r *ran) probes() (n int) {
	for _, s := range r.stats {
		n += s.Probes
	}
	return n
}

// A callBudget is calls that may be spent.
type callBudget struct{ spent, limit atomic.Int64 }

// Spend takes a call, if one is left.
func (p *callBudget) Spend() bool {
	if n := p.spent.Add(1); p.limit.Load() > 0 && n > p.limit.Load() {
		p.spent.Add(-1)
		return false
	}
	return true
}

// Refund gives one back.
func (p *callBudget) Refund() { p.spent.Add(-1) }

var errKilled = errors.New("killed")

// A mortal store records nothing any more once it was killed: the state then is as
// a kill leaves it.
type mortal struct {
	*state.DB
	until time.Time
}

func (m mortal) dead() error {
	if !m.until.IsZero() && !time.Now().Before(m.until) {
		return errKilled
	}
	return nil
}

func (m mortal) CommitPage(ctx context.Context, c job.PageCommit) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.CommitPage(ctx, c)
}

func (m mortal) CommitReading(ctx context.Context, c job.ReadingCommit) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.CommitReading(ctx, c)
}

func (m mortal) CommitFailure(ctx context.Context, c job.FailureCommit) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.CommitFailure(ctx, c)
}

func (m mortal) CommitStop(ctx context.Context, s job.RobotStop) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.CommitStop(ctx, s)
}

func (m mortal) CommitQuotaRefusal(ctx context.Context, r job.QuotaRefusal) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.CommitQuotaRefusal(ctx, r)
}

func (m mortal) ReplaceAudience(ctx context.Context, msg *job.Message) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.ReplaceAudience(ctx, msg)
}

func (m mortal) Spend(ctx context.Context, s job.Spend) error {
	if err := m.dead(); err != nil {
		return err
	}
	return m.DB.Spend(ctx, s)
}

// live plays a world through, in the state at path below dir. It is called in a
// bubble.
func (w *world) live(ctx context.Context, dir, path string) (h *history, err error) {
	h = &history{world: w, start: time.Now(), server: simulator.New(simulator.Options{Scenario: &w.scenario})}
	h.wire = &wire{server: h.server.RoundTripper(), panics: w.panics, calm: h.start.Add(w.calm)}
	if h.db, err = sqlite.Open(ctx, dir, path, state.OpenOptions{Create: true}); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.db.Close()) }()
	lock, err := h.db.Lock(ctx, "a world", 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := h.apply(ctx, w.end, w.budget); err != nil {
		return nil, err
	}
	time.Sleep(max(0, time.Until(h.start.Add(w.calm))) + w.gap)
	return h, h.apply(ctx, byItself, 0)
}

// apply does what the command of that name does: it plans, asks and records.
func (h *history) apply(ctx context.Context, end ending, budget int) error {
	made, err := h.plan(ctx)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	before, err := h.db.LatestRun(ctx)
	if err != nil {
		return err
	}
	begun, err := h.db.BeginRun(ctx, time.Now())
	if err != nil {
		return err
	}
	r := &ran{id: begun.ID, begun: time.Now(), asked: map[string]bool{}, budgets: map[string]*callBudget{}}
	h.runs = append(h.runs, r)
	if r.before, _, err = h.look(ctx); err != nil {
		return err
	}
	providers, limiters, err := h.clients(r, budget) //nolint:contextcheck // making a client asks nothing
	if err != nil {
		return err
	}
	stops, err := h.db.Stops(ctx)
	if err != nil {
		return err
	}
	o := runner.Options{Before: before, Stops: plan.NewStops(h.world.providers, stops)}
	store, running := mortal{DB: h.db}, ctx
	switch end {
	case cancelled:
		r.ended = r.begun.Add(h.world.endAt)
		cut, cancel := context.WithDeadline(ctx, r.ended)
		defer cancel()
		running = cut
	case killed:
		r.ended = r.begun.Add(h.world.endAt)
		store.until = r.ended
	default:
	}
	r.sum, r.err = runner.Run(running, slog.New(slog.DiscardHandler), store, begun.ID, providers, r.tasks(made), o)
	r.over = time.Now()
	for _, l := range limiters {
		r.stats = append(r.stats, l.Stats())
	}
	if r.err == nil || end == cancelled {
		if err := h.finish(ctx, begun, r); err != nil {
			return err
		}
	}
	if r.after, r.readers, err = h.look(ctx); err != nil {
		return err
	}
	for _, group := range []string{"acme", "beta"} {
		calls, err := h.db.Spent(ctx, group, job.QuotaMonth(time.Now()))
		if err != nil {
			return err
		}
		r.ledger += calls
	}
	return nil
}

func (h *history) plan(ctx context.Context) (*plan.Plan, error) {
	now := time.Now()
	latest, err := h.db.LatestRun(ctx)
	if err != nil {
		return nil, err
	}
	if !latest.Continues(now) {
		latest = nil
	}
	stops, err := h.db.Stops(ctx)
	if err != nil {
		return nil, err
	}
	return plan.Make(ctx, h.messages(), h.db, h.world.providers, plan.Options{
		Now: now, Refresh: job.DefaultRefresh(), Run: latest, Stops: stops,
	})
}

func (h *history) messages() iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for _, m := range h.world.messages {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func (r *ran) tasks(made *plan.Plan) iter.Seq[plan.Step] {
	return func(yield func(plan.Step) bool) {
		for step := range made.Steps() {
			r.asked[step.Message.ID.ProcessQueryKey] = true
			if !yield(step) {
				return
			}
		}
	}
}

func (h *history) clients(r *ran, budget int) (providers []runner.Provider, limiters []*ratelimit.Limiter, err error) {
	for _, p := range h.world.providers {
		l := ratelimit.New(ratelimit.Options{
			RequestsPerSecond: p.Limit.RequestsPerSecond, MaxInFlight: p.Limit.MaxInFlight, Timeout: p.Timeout,
			MinBackoff: p.Retry.MinBackoff, MaxBackoff: p.Retry.MaxBackoff,
			MaxAttempts: p.Retry.MaxAttempts, GiveUpAfter: p.Retry.GiveUpAfter,
			Draw: h.draw,
		})
		group := p.Limit.QuotaGroup
		if r.budgets[group] == nil {
			r.budgets[group] = &callBudget{}
			r.budgets[group].limit.Store(int64(budget))
		}
		c, err := dingtalk.New(p, l, http.RoundTripper(h.wire), dingtalk.Options{Budget: r.budgets[group]})
		if err != nil {
			return nil, nil, err
		}
		limiters = append(limiters, l)
		providers = append(providers, runner.Provider{
			Name: p.Name, Credential: p.Credential(), QuotaGroup: group,
			InFlight: p.Limit.MaxInFlight, Asker: c, Drain: l.Drain,
		})
	}
	return providers, limiters, nil
}

// draw takes the jitter from the seed and the instant, so that it is the same
// whatever the order in which goroutines come.
func (h *history) draw(limit time.Duration) time.Duration {
	return time.Duration(h.world.chance(time.Now().String()) * float64(limit))
}

func (h *history) finish(ctx context.Context, begun job.Run, r *ran) error {
	begun.FinishedAt, begun.Stops, begun.Complete = time.Now(), r.sum.Stops, r.err == nil
	for _, stop := range r.sum.Stops {
		if stop.Temporary && stop.Class != job.ClassQuota {
			begun.Complete = false
		}
	}
	return h.db.FinishRun(ctx, begun)
}

// look is what the state has of every message.
func (h *history) look(ctx context.Context) (records map[string]*job.Record, readers map[string][]string, err error) {
	records, readers = map[string]*job.Record{}, map[string][]string{}
	ids := make([]job.MessageID, len(h.world.messages))
	for i, m := range h.world.messages {
		ids[i] = m.ID
	}
	found, err := h.db.Records(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	seen, err := h.db.Readers(ctx, found)
	if err != nil {
		return nil, nil, err
	}
	for i, id := range ids {
		if found[i] != nil {
			records[id.ProcessQueryKey] = found[i]
		}
		list := make([]string, 0, len(seen[i]))
		for _, reader := range seen[i] {
			list = append(list, reader.UserID)
		}
		readers[id.ProcessQueryKey] = list
	}
	return records, readers, nil
}
