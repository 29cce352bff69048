package cli

import (
	"encoding/json"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
)

// newStateShowCommand returns state show: show what the state remembers of messages.
func newStateShowCommand(p *program) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "show what the state remembers of a message: readings, readers, the last failure; works while a run is going on",
		ArgsUsage: "ADDRESS|BLOCK ...",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one object a line for each message"}},
		Action:    stateShowCommand{p}.run,
	}
}

type stateShowCommand struct{ *program }

func (p stateShowCommand) run(c *cli.Context) error {
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
			if err := json.NewEncoder(p.env.Stdout).Encode(m); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			p.out.Println("")
		}
		p.out.Recalled(m, s.Manifest.Location)
	}
	return found.Missing(names)
}
