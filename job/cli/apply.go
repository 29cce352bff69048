package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/backend"
	"notifyaudit/job/cli/conclude"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/outbox"
	"notifyaudit/job/cli/ping"
	"notifyaudit/job/cli/planfile"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
	"notifyaudit/job/state"
)

// newApplyCommand returns apply: plan, ask, record and report.
func newApplyCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "apply",
		Usage:     "ask what the plan says, record the answers, write the reports",
		ArgsUsage: "[PLANFILE]",
		Flags: append(planFlags(),
			&cli.BoolFlag{Name: "auto-approve", Usage: "don't ask for a yes; needed where there is no terminal"},
			&cli.DurationFlag{Name: "lock-timeout", Usage: "wait this `DURATION` for another run to end (default: don't wait)"},
			&cli.StringFlag{Name: "shard", Usage: "be one of several processes that carry out a run: `I/N`, or auto in a pod of an Indexed Job"},
			&cli.StringFlag{Name: "schedule", Usage: "with -shard the `NAME` of the run, such as the Job's (NOTIFYAUDIT_SCHEDULE)"},
			&cli.StringFlag{Name: "findings", Usage: "`ok`: end with 0 in place of 3 and 4, so that what was found does not fail the run; status, the default: don't"},
			&cli.StringFlag{Name: "ping", Usage: "tell a dead-man's switch at this `URL` of the start and of the exit status (NOTIFYAUDIT_PING_URL, which ps does not show)"},
			program.JSONFlag(),
		),
		Action: applyCommand{p}.run,
	}
}

type applyCommand struct{ *program.Program }

func (p applyCommand) run(c *cli.Context) error {
	assigned, err := assignment(c, p.Environ)
	if err := cmp.Or(err, checkPlanFlags(c), conclude.CheckFindings(c.IsSet("findings"), c.String("findings"))); err != nil {
		return err
	}
	if err := p.startPing(c); err != nil {
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
	p.Stream(c)
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if assigned != nil {
		return withoutFindings(c, s, p.runShard(c, s, *assigned))
	}
	o := outboxOf(p.Program, s)
	return teller(p.Program, o).End(c.Context, p.planned(c, o))
}

// planned plans, gets a yes, and carries the plan out.
func (p applyCommand) planned(c *cli.Context, o *outbox.Outbox) error {
	s := o.Session
	if err := s.OpenToWrite(c.Context, session.OpenOptions{Wait: c.Duration("lock-timeout")}); err != nil {
		return err
	}
	p.noteNew(s)
	made, err := s.Plan(c.Context, planChoice(c))
	if err != nil {
		return err
	}
	p.View.Proposal(made, "")
	if made.Counts.Asked() > 0 && !c.Bool("auto-approve") {
		if err := p.Confirm(c.Context, "Ask the API now?", "nothing was asked"); err != nil {
			return err
		}
	}
	return withoutFindings(c, s, p.carryOut(c.Context, o, made, c.Int("max-requests")))
}

// noteNew says that there was no state: on a volume that should have one that is news.
func (p applyCommand) noteNew(s *session.Session) {
	if s.New {
		p.View.Note("There was no state at " + backend.Place(s.Manifest) + ": it is made now.")
	}
}

// withoutFindings is [conclude.WithoutFindings], if the flag or else the manifest wants
// that.
func withoutFindings(c *cli.Context, s *session.Session, err error) error {
	ok := s.Manifest.FindingsOK
	if c.IsSet("findings") {
		ok = c.String("findings") == manifest.FindingsOK
	}
	if ok {
		return conclude.WithoutFindings(err)
	}
	return err
}

// startPing tells a dead-man's switch, if there is one, that the run begins.
func (p applyCommand) startPing(c *cli.Context) (err error) {
	p.Ping, err = ping.New(ping.Options{URL: c.String("ping"), Environ: p.Environ, Simulator: program.AnyBool(c, "simulator"), Log: p.Log.Always()})
	p.Ping.Start(c.Context)
	return err
}

// checkApproval is an error if apply needs a yes and can't ask for it.
func (p applyCommand) checkApproval(c *cli.Context) error {
	if c.Bool("auto-approve") {
		return nil
	}
	if c.Bool("json") {
		return exit.Usagef("-json can't ask for a yes: look at `notifyaudit plan`, then apply with -auto-approve, or apply a saved plan")
	}
	if _, ok := term.FileDescriptor(p.Env.Stdin); !ok {
		return exit.Usagef("there is no terminal to ask for a yes: look at `notifyaudit plan`, then apply with -auto-approve")
	}
	return nil
}

// applySaved carries out a saved plan, which needs no yes.
func (p applyCommand) applySaved(c *cli.Context, path string) error {
	f, err := planfile.Read(path)
	if err != nil {
		return err
	}
	p.Stream(c)
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	o := outboxOf(p.Program, s)
	return teller(p.Program, o).End(c.Context, p.restored(c, o, path, f))
}

// restored carries out a plan that was read from a file.
func (p applyCommand) restored(c *cli.Context, o *outbox.Outbox, path string, f *plan.File) error {
	s := o.Session
	// A plan that was made for a state must not make another.
	err := s.OpenToWrite(c.Context, session.OpenOptions{Wait: c.Duration("lock-timeout"), Existing: f.Lineage != ""})
	if f.Lineage != "" && errors.Is(err, state.ErrNoState) {
		return planfile.Stale(path, fmt.Errorf("%w: it was made for the state %s, and there is none here (look at --data-dir)", plan.ErrStale, f.Lineage))
	}
	if err != nil {
		return err
	}
	p.noteNew(s)
	made, err := s.Restore(c.Context, path, f)
	if err != nil {
		return err
	}
	p.View.Proposal(made, path)
	return spentPlan(c.Context, withoutFindings(c, s, p.carryOut(c.Context, o, made, f.Options.MaxRequests)))
}

// carryOut runs the plan, records the run and writes the reports, also if the run ended
// early.
func (p applyCommand) carryOut(ctx context.Context, o *outbox.Outbox, made *plan.Plan, maxRequests int) error {
	s := o.Session
	if err := s.Reports().Try(ctx); err != nil {
		return err
	}
	r, err := s.AskAll(ctx, made, maxRequests)
	if r != nil {
		p.View.RunEnded(r)
	}
	if err != nil {
		return err
	}
	return teller(p.Program, o).Conclude(ctx, r, made.Counts.Asked() == 0)
}

// teller returns what writes the reports of a session's runs and tells their results.
// Without an outbox it only compares errors.
func teller(p *program.Program, o *outbox.Outbox) *conclude.Teller {
	return &conclude.Teller{View: p.View, Outbox: o, Now: p.Env.Now, Status: statusOf}
}
