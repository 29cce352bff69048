package statecmd

import (
	"encoding/json"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/archive"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/event"
)

// newListCommand returns state list: list the messages in the state.
func newListCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the addresses of the messages in the state; works while a run is going on",
		ArgsUsage: "[ADDRESS|BLOCK ...]",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "one object a line, with the identities"}},
		Action:    listCommand{command{p}}.run,
	}
}

type listCommand struct{ command }

func (p listCommand) run(c *cli.Context) error {
	s, err := p.stateToRead(c)
	if err != nil {
		return err
	}
	defer s.Close()
	names := c.Args().Slice()
	found, err := s.Archive().Find(c.Context, names)
	if err != nil {
		return err
	}
	if err := archive.Sort(found.Entries, s.Manifest.Messages()); err != nil {
		return err
	}
	lines := json.NewEncoder(p.Env.Stdout)
	lines.SetEscapeHTML(false)
	for _, entry := range found.Entries {
		if !c.Bool("json") {
			p.Out.Println(entry.Address)
			continue
		}
		err := lines.Encode(event.StateEntry{
			Header:   event.Header{Type: event.TypeMessage, Time: p.Env.Now().UTC(), FormatVersion: event.FormatVersion},
			Address:  entry.Address,
			Provider: entry.ID.Provider, Kind: string(entry.ID.Kind), ProcessQueryKey: entry.ID.ProcessQueryKey,
		})
		if err != nil {
			return err
		}
	}
	return found.Missing(names)
}
