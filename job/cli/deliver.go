package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/outbox"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/usage"
)

// newDeliverCommand returns deliver: send results that were not delivered yet.
func newDeliverCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "deliver",
		Usage: "send what apply could not deliver; asks nothing of the API",
		Description: "Every apply delivers by itself. What a target did not take, or what a crash\n" +
			"left, is owed: it is sent with the reports as the state has them now. A target\n" +
			"that is new gets the results of the latest run.",
		Flags:  []cli.Flag{program.LockTimeoutFlag(), program.JSONFlag()},
		Action: deliverCommand{p}.run,
	}
}

type deliverCommand struct{ *program.Program }

func (p deliverCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	p.Stream(c)
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenToChange(c.Context, false, c.Duration("lock-timeout")); err != nil {
		return err
	}
	if err := s.OpenData(); err != nil {
		return err
	}
	in, e, err := s.Input(c.Context)
	if err != nil {
		return err
	}
	owed, err := outboxOf(p.Program, s).Send(c.Context, in, e)
	if err == nil && owed == 0 {
		p.View.Note("Nothing is owed.")
	}
	return err
}

// outboxOf returns what delivers the results of a session.
func outboxOf(p *program.Program, s *session.Session) *outbox.Outbox {
	return &outbox.Outbox{Session: s, Delivered: p.View.Delivered, Note: p.View.Note}
}
