package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/planfile"
	"notifyaudit/job/cli/program"
)

// newShowCommand returns show: show the latest figures.
func newShowCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show the latest figures, of everything or of one message or block, or a saved plan; asks nothing of the API",
		ArgsUsage: "[ADDRESS|PLANFILE]",
		Flags:     []cli.Flag{program.JSONFlag()},
		Action:    showCommand{p}.run,
	}
}

type showCommand struct{ *program.Program }

func (p showCommand) run(c *cli.Context) error {
	if c.NArg() > 1 {
		return exit.Usagef("show takes one address or saved plan, and %q is another", c.Args().Get(1))
	}
	p.Stream(c)
	if f := planfile.At(c.Args().First()); f != nil {
		p.View.Plan(f.Shown(), c.Args().First())
		return nil
	}
	s, err := p.Load(c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.OpenToRead(c.Context); err != nil {
		return err
	}
	in, e, err := s.Input(c.Context)
	if err != nil {
		return err
	}
	if c.NArg() == 0 {
		return p.View.Figures(in, e)
	}
	name := c.Args().First()
	n, err := s.Named(c.Context, in, e, name)
	if err != nil {
		return err
	}
	if n.Identity {
		p.View.Note(name + " is " + n.Name + " in the manifest.")
	}
	return p.View.Named(n)
}
