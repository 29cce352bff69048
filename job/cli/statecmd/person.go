package statecmd

import (
	"encoding/json"
	"errors"
	"io"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
)

// newPersonCommand returns state person: export or erase a person's data.
func newPersonCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:        "person",
		Usage:       "what is kept of one person: write it out, or erase it",
		Subcommands: []*cli.Command{newPersonExportCommand(p), newPersonEraseCommand(p)},
		Action:      usage.UnknownSubcommand,
	}
}

func newPersonExportCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write what the state and the rosters hold of a person, as a JSON object",
		ArgsUsage: "USER_ID",
		Description: "The object has format_version, exported_at, user_id; rosters, the person's rows in\n" +
			"the manifest's audiences; messages, those of the state that they were sent or have\n" +
			"read, in the manifest or not: in_audience, read between not_seen_at and\n" +
			"first_seen_at, reading_at; and named_in, the places of the manifest that name them.",
		Flags:  exportFlags(),
		Action: personExportCommand{command{p}}.run,
	}
}

type personExportCommand struct{ command }

func (p personExportCommand) run(c *cli.Context) error {
	userID, err := personArgument(c)
	if err != nil {
		return err
	}
	s, err := p.stateToRead(c)
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := s.Archive().People(s.Manifest).Export(c.Context, userID)
	if err != nil {
		return err
	}
	if len(all.Rosters)+len(all.Messages)+len(all.NamedIn) == 0 {
		return exit.With(exit.Failure, errors.New("nothing is kept of this person, in the state or in the manifest: who was erased is not found again"))
	}
	return p.export(c, s, origin.PersonExport, "", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(all)
	})
}

func personArgument(c *cli.Context) (string, error) {
	if c.NArg() != 1 || c.Args().First() == "" {
		return "", exit.Usagef("state person %s takes one user id, not %s", c.Command.Name, term.Plural(c.NArg(), "argument"))
	}
	if id := c.Args().First(); job.Erased(id) {
		return "", exit.Usagef("%s stands for a person who was erased: nothing else is kept of them", id)
	}
	return c.Args().First(), nil
}
