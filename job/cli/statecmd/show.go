package statecmd

import (
	"encoding/json"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
)

// newShowCommand returns state show: show what the state remembers of messages.
func newShowCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show what the state remembers of a message: readings, readers, the last failure; works while a run is going on",
		ArgsUsage: "ADDRESS|BLOCK ...",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one object a line for each message"}},
		Action:    showCommand{command{p}}.run,
	}
}

type showCommand struct{ command }

func (p showCommand) run(c *cli.Context) error {
	names := c.Args().Slice()
	if len(names) == 0 {
		return exit.Usagef("state show needs an address: `notifyaudit state list` lists them")
	}
	s, err := p.stateToRead(c)
	if err != nil {
		return err
	}
	defer s.Close()
	found, err := s.Archive().Find(c.Context, names)
	if err != nil {
		return err
	}
	for i, entry := range found.Entries {
		m, err := s.Archive().Recall(c.Context, entry)
		if err != nil {
			return err
		}
		if c.Bool("json") {
			if err := json.NewEncoder(p.Env.Stdout).Encode(m); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			p.Out.Println("")
		}
		p.Out.Recalled(m, s.Manifest.Location)
	}
	return found.Missing(names)
}
