package statecmd

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/archive"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
)

// newRemoveCommand returns state rm: forget messages.
func newRemoveCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "rm",
		Usage:     "forget messages: their readings, readers and failures; one that is in the manifest is read anew",
		ArgsUsage: "ADDRESS|BLOCK|PROVIDER/KIND/KEY ...",
		Flags:     changeFlags(),
		Action:    removeCommand{command{p}}.run,
	}
}

type removeCommand struct{ command }

func (p removeCommand) run(c *cli.Context) error {
	names := c.Args().Slice()
	if len(names) == 0 {
		return exit.Usagef("state rm needs an address: `notifyaudit state list` lists them")
	}
	s, err := p.stateToChange(c)
	if err != nil {
		return err
	}
	defer s.Close()
	found, err := s.Archive().Find(c.Context, names)
	if err == nil {
		err = found.Missing(names)
	}
	if err != nil {
		return err
	}
	ids := make([]job.MessageID, len(found.Entries))
	for i, entry := range found.Entries {
		ids[i] = entry.ID
	}
	p.Err.Changes(func(yield func(string) bool) {
		for _, entry := range found.Entries {
			if !yield("- " + entry.Address + " (" + archive.Identity(entry.ID) + ")") {
				return
			}
		}
	})
	if err := p.agree(c, "Forget "+term.Plural(len(ids), "message")+" with all readings?"); err != nil {
		return err
	}
	removed, err := personal.Remove(c.Context, s.DB, ids)
	if err != nil {
		return err
	}
	p.Err.Printf("Removed %s from the state. Reports and backups that were written before still have them.\n", term.Plural(removed, "message"))
	return nil
}

// newMoveCommand returns state mv: give messages another address or provider.
func newMoveCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "mv",
		Usage:     "give messages another address or another provider, and keep their history",
		ArgsUsage: "SOURCE DESTINATION",
		Description: "SOURCE is an address, a block, provider/kind/key, or a provider. DESTINATION is an\n" +
			"address, a block, or a provider: \"dingtalk\", or \"dingtalk.hr\" for the alias hr.\n" +
			"A message is the same message by its provider, kind and key. So after an alias is\n" +
			"renamed in the manifest everything would be read anew; mv takes the history along.",
		Flags:  changeFlags(),
		Action: moveCommand{command{p}}.run,
	}
}

type moveCommand struct{ command }

func (p moveCommand) run(c *cli.Context) error {
	if c.NArg() != 2 {
		return exit.Usagef("state mv takes a source and a destination, not %s", term.Plural(c.NArg(), "argument"))
	}
	from, to := c.Args().Get(0), c.Args().Get(1)
	s, err := p.stateToChange(c)
	if err != nil {
		return err
	}
	defer s.Close()
	moves, err := s.Archive().Moves(c.Context, from, to)
	if err != nil {
		return err
	}
	p.Err.Changes(func(yield func(string) bool) {
		for _, m := range moves {
			if !yield("~ " + m.Description) {
				return
			}
		}
	})
	if err := p.agree(c, "Move "+term.Plural(len(moves), "message")+"?"); err != nil {
		return err
	}
	err = s.DB.Move(c.Context, archive.StateMoves(moves))
	if errors.Is(err, state.ErrOccupied) {
		return exit.With(exit.Failure, fmt.Errorf("%w: look at both with `notifyaudit state show`, and remove the one that is not wanted with `notifyaudit state rm`", err))
	}
	if err != nil {
		return err
	}
	p.Err.Printf("Moved %s.\n", term.Plural(len(moves), "message"))
	return nil
}
