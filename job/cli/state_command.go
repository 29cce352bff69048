package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
)

// newStateCommand returns state: look at the state and change it by hand.
func newStateCommand(p *program) *cli.Command {
	return &cli.Command{
		Name:  "state",
		Usage: "look at the state, move and remove messages, export and import, purge and erase personal data; asks nothing of the API",
		Subcommands: []*cli.Command{
			newStateListCommand(p), newStateShowCommand(p), newStateRemoveCommand(p), newStateMoveCommand(p),
			newStateExportCommand(p), newStateImportCommand(p), newStatePurgeCommand(p), newStatePersonCommand(p),
		},
		Action: usage.UnknownSubcommand,
	}
}

// changeFlags returns the flags of commands that change the state by hand.
func changeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "auto-approve", Usage: "don't ask for a yes; needed where there is no terminal"},
		lockTimeoutFlag(),
	}
}

// stateToRead loads the manifest and opens its state to look at it.
func (p *program) stateToRead(c *cli.Context) (*session.Session, error) {
	s, err := p.load(c)
	if err != nil {
		return nil, err
	}
	if err := s.OpenToRead(c.Context); err != nil {
		s.Close()
		return nil, err
	}
	if s.DB == nil {
		s.Close()
		return nil, exit.With(exit.Failure, session.ErrNoState)
	}
	return s, nil
}

// stateToChange loads the manifest, opens its state and takes the state's lock, but not
// those of the credentials, since nothing is asked.
func (p *program) stateToChange(c *cli.Context, create bool) (*session.Session, error) {
	s, err := p.load(c)
	if err != nil {
		return nil, err
	}
	if err := s.OpenToChange(c.Context, create, c.Duration("lock-timeout")); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// agree asks for a yes to a change, unless -auto-approve is set.
func (p *program) agree(c *cli.Context, question string) error {
	if c.Bool("auto-approve") {
		return nil
	}
	return p.confirm(c.Context, question, "nothing was changed")
}

// approvable is an error if a change needs a yes and can't ask for it.
func (p *program) approvable(c *cli.Context) error {
	if _, ok := term.FileDescriptor(p.env.Stdin); !ok && !c.Bool("auto-approve") {
		return exit.Usagef("there is no terminal to ask for a yes: add -auto-approve to change the state")
	}
	return nil
}
