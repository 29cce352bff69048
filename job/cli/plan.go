package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/backend"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/planfile"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/plan"
	"notifyaudit/job/plan/shards"
)

// planFlags returns the flags of plan and apply that choose what to ask.
func planFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Usage: "look at this `ADDRESS` or block alone; repeatable"},
		&cli.StringSliceFlag{Name: "replace", Usage: "ask this `ADDRESS` or block again, whatever the state says; repeatable"},
		&cli.BoolFlag{Name: "refresh", Value: true, Usage: "ask again what was read before and is due; -refresh=false asks only what was never read"},
		&cli.IntFlag{Name: "max-requests", Usage: "make at most `N` calls in this run; the rest is put off"},
	}
}

// newPlanCommand returns plan: show what an apply would ask.
func newPlanCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "plan",
		Usage: "show what an apply would ask, why, and what that takes",
		Flags: append(planFlags(),
			&cli.StringFlag{Name: "out", Usage: "save the plan to `FILE`, for apply"},
			&cli.IntFlag{Name: "shards", Usage: "show how the calls are divided among `N` processes, and which credential sets the pace"},
			&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 2 when there is something to ask"},
			program.JSONFlag()),
		Action: planCommand{p}.run,
	}
}

type planCommand struct{ *program.Program }

func (p planCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	if err := checkPlanFlags(c); err != nil {
		return err
	}
	p.Stream(c)
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if c.IsSet("out") {
		if err := s.Manifest.CheckFile(origin.Plan, c.String("out")); err != nil {
			return exit.Usagef("-out: %v", err)
		}
	}
	if err := s.OpenToRead(c.Context); err != nil {
		return err
	}
	if err := s.SameAudit(c.Context); err != nil {
		return err
	}
	if s.DB == nil {
		p.View.Note(noState(s))
	}
	made, err := p.plan(c, s)
	if err != nil {
		return err
	}
	p.View.Plan(made, c.String("out"))
	if c.IsSet("shards") {
		p.View.Shards(shards.Split(&made.Forecast, s.Manifest.Providers, c.Int("shards")), shards.Pacer(&made.Forecast))
	}
	if c.IsSet("out") {
		p.View.Note("\nSaved. To carry out exactly this: `apply " + c.String("out") + "`, with the flags for manifest, data and variables as here.")
	}
	if c.Bool("detailed-exitcode") && made.Counts.Asked() > 0 {
		return exit.With(exit.Changes, nil)
	}
	return nil
}

// noState says what an apply will do without a state.
func noState(s *session.Session) string {
	if !s.Manifest.Backend.Create {
		return "No state at " + backend.Place(s.Manifest) + ", and create = false forbids to make one."
	}
	return "No state at " + backend.Place(s.Manifest) + ", it will be made."
}

// plan makes the plan, and saves it to the file of -out.
func (p planCommand) plan(c *cli.Context, s *session.Session) (*plan.Plan, error) {
	// The pin is taken first, so that what a run records in between makes it stale.
	now := p.Env.Now()
	pin, err := s.Pin(c.Context, now)
	if err != nil {
		return nil, err
	}
	made, err := s.Plan(c.Context, planChoice(c))
	if err != nil || !c.IsSet("out") {
		return made, err
	}
	return made, planfile.Save(c.String("out"), plan.NewFile(made, pin, planChoice(c), "notifyaudit "+s.Version, now))
}

// checkPlanFlags is an error for flags that no plan can be made from.
func checkPlanFlags(c *cli.Context) error {
	if c.IsSet("max-requests") && c.Int("max-requests") < 1 {
		return exit.Usagef("-max-requests is at least 1")
	}
	if n := c.Int("shards"); c.IsSet("shards") && (n < 1 || n > shards.Max) {
		return exit.Usagef("-shards is from 1 to %d", shards.Max)
	}
	if c.IsSet("out") && c.String("out") == "" {
		return exit.Usagef("-out needs the name of a file")
	}
	return nil
}
