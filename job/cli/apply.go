package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
)

// applyCommand plans, asks, records and reports.
func (p *program) applyCommand() *cli.Command {
	return &cli.Command{
		Name:      "apply",
		Usage:     "ask what the plan says, record the answers, write the reports",
		ArgsUsage: "[PLANFILE]",
		Flags: append(planFlags(),
			&cli.BoolFlag{Name: "auto-approve", Usage: "don't ask for a yes; needed where there is no terminal"},
			&cli.DurationFlag{Name: "lock-timeout", Usage: "wait this `DURATION` for another run to end (default: don't wait)"},
			jsonFlag(),
		),
		Action: p.apply,
	}
}

func (p *program) apply(c *cli.Context) error {
	if err := checkPlanFlags(c); err != nil {
		return err
	}
	saved, err := planArgument(c)
	if err != nil {
		return err
	}
	if saved != "" {
		return p.applySaved(c, saved)
	}
	if err := p.checkApproval(c); err != nil {
		return err
	}
	p.stream(c)
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.openToWrite(c.Context, c.Duration("lock-timeout")); err != nil {
		return err
	}
	made, err := s.plan(c)
	if err != nil {
		return err
	}
	p.view.Proposal(made, "")
	if made.Counts.Asked() > 0 && !c.Bool("auto-approve") {
		if err := p.confirm(c.Context); err != nil {
			return err
		}
	}
	return p.carryOut(c.Context, s, made, c.Int("max-requests"))
}

// checkApproval refuses to begin where nobody could be asked for a yes.
func (p *program) checkApproval(c *cli.Context) error {
	if c.Bool("auto-approve") {
		return nil
	}
	if c.Bool("json") {
		return exit.Usagef("with -json there is nobody to ask for a yes: look at `notifyaudit plan`, then apply with -auto-approve, or apply a saved plan")
	}
	if _, ok := term.FileDescriptor(p.env.Stdin); !ok {
		return exit.Usagef("there is no terminal to ask for a yes: look at `notifyaudit plan`, then apply with -auto-approve")
	}
	return nil
}

// applySaved carries a saved plan out, which was looked at and needs no yes.
func (p *program) applySaved(c *cli.Context, path string) error {
	f, err := savedPlan(path)
	if err != nil {
		return err
	}
	p.stream(c)
	s, err := p.load(c)
	if err != nil {
		return err
	}
	defer s.close()
	// A plan that was made for a state begins none.
	s.manifest.Backend.Create = s.manifest.Backend.Create && f.Lineage == ""
	err = s.openToWrite(c.Context, c.Duration("lock-timeout"))
	if f.Lineage != "" && errors.Is(err, state.ErrNoState) {
		return stalePlan(path, fmt.Errorf("%w: it was made for the state %s, and there is none here (look at --data-dir)", plan.ErrStale, f.Lineage))
	}
	if err != nil {
		return err
	}
	made, err := s.restore(c.Context, path, f)
	if err != nil {
		return err
	}
	p.view.Proposal(made, path)
	return spentPlan(c.Context, p.carryOut(c.Context, s, made, f.Options.MaxRequests))
}

// confirm asks for a yes on the terminal. Its error is another answer, or the end
// of ctx before any.
func (p *program) confirm(ctx context.Context) error {
	s := p.err
	s.Printf("\n%s Only %s will do: ", s.Paint(term.Bold, "Ask the API now?"), s.Paint(term.Bold, "yes"))
	answer := make(chan string, 1)
	go func() { // it ends with the process: a read from a terminal can't be called off
		line, _ := bufio.NewReader(p.env.Stdin).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case line := <-answer:
		if line != "yes" {
			return exit.With(exit.Failure, errors.New("nothing was asked: the answer was not yes"))
		}
		return nil
	case <-ctx.Done():
		s.Println("")
		return context.Cause(ctx)
	}
}

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
	clients, err := s.clients(ctx, maxRequests)
	if err != nil {
		return nil, err
	}
	if made.Counts.Asked() > 0 {
		if err := s.rest(ctx); err != nil {
			return nil, err
		}
	}
	begun, err := s.db.BeginRun(ctx, s.program.env.Now())
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

// carryOut runs the plan, records the run and writes the reports, whole or
// partial.
func (p *program) carryOut(ctx context.Context, s *session, made *plan.Plan, maxRequests int) error {
	if err := s.tryReports(ctx); err != nil {
		return err
	}
	r, err := s.askAll(ctx, made, maxRequests)
	if err != nil {
		return err
	}
	late := context.WithoutCancel(ctx)
	p.view.RunEnded(r)
	unreadable, err := s.db.Unreadable(late, r.run.ID)
	if err != nil {
		return errors.Join(r.failure, err)
	}
	verdict := r.verdict(ctx, unreadable)
	e, err := s.writeReports(late)
	if err != nil {
		if _, told := errors.AsType[*exit.Error](err); !told {
			err = fmt.Errorf("%w; the readings are kept: when this is mended, `notifyaudit report` writes the reports", err)
		}
		return p.worse(ctx, verdict, err)
	}
	p.view.Concluded(e)
	if r.complete() && s.manifest.Retention > 0 {
		if err := p.expire(ctx, s); err != nil {
			return p.worse(ctx, verdict, err)
		}
	}
	if verdict != nil {
		return verdict
	}
	return checkVerdict(e)
}

// expire purges the people of readings that are older than the audit keeps them,
// and lists the reports that are.
func (p *program) expire(ctx context.Context, s *session) error {
	gone, cutoff, err := s.expire(ctx)
	if err == nil || gone.Messages > 0 {
		p.view.Purged(gone, cutoff, s.manifest.Location)
	}
	if err != nil {
		return err
	}
	old, err := s.reportsBefore(ctx, cutoff)
	if err != nil {
		return err
	}
	p.view.ReportsExpired(old, s.reportPath, s.manifest.Location)
	return nil
}

// worse is which of two errors ends the program: to go on, or what must be mended
// first, comes before a report that can't be written, which is then only told.
func (p *program) worse(ctx context.Context, verdict, report error) error {
	if status, _ := statusOf(ctx, verdict); status != exit.Retry && status != exit.Config {
		return report
	}
	if _, reason := statusOf(ctx, report); reason != nil {
		p.view.Problem(reason)
	}
	return verdict
}

// String is what happened, in the API's words, and what to do.
func (m unreadMessage) String() string {
	text := fmt.Sprintf("%s %s: %s.", m.address, m.outcome, strings.TrimSuffix(m.err.Error(), "."))
	if m.err.Advice != "" {
		text += " " + term.Sentence(m.err.Advice)
	}
	return text
}

// stopped reports whether a stop is for the same answer.
func (m unreadMessage) stopped(stop job.Stop) bool {
	return stop.Class == m.err.Class && stop.Code == m.err.Code && stop.RequestID == m.err.RequestID
}

// ask has the runner ask the plan's messages, with the progress shown.
func (s *session) ask(ctx context.Context, begun job.Run, clients []runner.Provider, made *plan.Plan) (runner.Summary, []unreadMessage, error) {
	watcher := s.reporter.Watch(ctx, begun, made.Counts.Asked())
	defer watcher.Close()
	defer s.watchGates(ctx, watcher.Note)()
	tasks := func(yield func(runner.Task) bool) {
		for step := range made.Asks() {
			if !yield(runner.Task{Message: step.Message, Pages: step.Pages, ReplaceAudience: step.ReplaceAudience}) {
				return
			}
		}
	}
	var unread []unreadMessage
	sum, err := runner.Run(ctx, s.log, s.db, begun.ID, clients, tasks, runner.Options{
		Now: s.program.env.Now,
		Observe: func(e runner.Event) {
			watcher.Observe(e)
			if e.Outcome.Unreadable() && len(unread) < listed {
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
	ended.FinishedAt = s.program.env.Now()
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
