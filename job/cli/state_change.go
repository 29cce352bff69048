package cli

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/state"
)

// stateRemoveCommand forgets messages.
func (p *program) stateRemoveCommand() *cli.Command {
	return &cli.Command{
		Name:      "rm",
		Usage:     "forget messages: their readings, readers and failures; one that is in the manifest is read anew",
		ArgsUsage: "ADDRESS|BLOCK|PROVIDER/KIND/KEY ...",
		Flags:     changeFlags(),
		Action:    p.stateRemove,
	}
}

func (p *program) stateRemove(c *cli.Context) error {
	names := c.Args().Slice()
	if len(names) == 0 {
		return exit.Usagef("state rm needs an address: `notifyaudit state list` lists them")
	}
	if err := p.approvable(c); err != nil {
		return err
	}
	s, err := p.stateToChange(c, false)
	if err != nil {
		return err
	}
	defer s.Close()
	found, err := s.Find(c.Context, names)
	if err == nil {
		err = found.Missing(names)
	}
	if err != nil {
		return err
	}
	ids := make([]job.MessageID, len(found.Entries))
	for i, entry := range found.Entries {
		ids[i] = entry.ID
		if i < shownChanges {
			p.err.Hang("  - "+entry.Address+" ("+session.Identity(entry.ID)+")", "    ")
		}
	}
	p.more(len(ids))
	if err := p.agree(c, "Forget "+term.Plural(len(ids), "message")+" with all readings?"); err != nil {
		return err
	}
	removed, err := s.DB.Remove(c.Context, ids)
	if err != nil {
		return err
	}
	p.err.Printf("Removed %s from the state. Reports and backups that were written before still have them.\n", term.Plural(removed, "message"))
	return nil
}

// shownChanges is how many messages are named before a question.
const shownChanges = 20

func (p *program) more(n int) {
	if n > shownChanges {
		p.err.Printf("  and %s\n", term.Plural(n-shownChanges, "more message"))
	}
}

// stateMoveCommand renames what the state remembers.
func (p *program) stateMoveCommand() *cli.Command {
	return &cli.Command{
		Name:      "mv",
		Usage:     "give messages another address or another provider, and keep their history",
		ArgsUsage: "SOURCE DESTINATION",
		Description: "SOURCE is an address, a block, provider/kind/key, or a provider. DESTINATION is an\n" +
			"address, a block, or a provider: \"dingtalk\", or \"dingtalk.hr\" for the alias hr.\n" +
			"A message is the same message by its provider, kind and key. So after an alias is\n" +
			"renamed in the manifest everything would be read anew; mv takes the history along.",
		Flags:  changeFlags(),
		Action: p.stateMove,
	}
}

func (p *program) stateMove(c *cli.Context) error {
	if c.NArg() != 2 {
		return exit.Usagef("state mv takes a source and a destination, not %s", term.Plural(c.NArg(), "argument"))
	}
	from, to := c.Args().Get(0), c.Args().Get(1)
	if err := p.approvable(c); err != nil {
		return err
	}
	s, err := p.stateToChange(c, false)
	if err != nil {
		return err
	}
	defer s.Close()
	moves, err := p.moves(c, s, from, to)
	if err != nil {
		return err
	}
	p.more(len(moves))
	if err := p.agree(c, "Move "+term.Plural(len(moves), "message")+"?"); err != nil {
		return err
	}
	err = s.DB.Move(c.Context, moves)
	if errors.Is(err, state.ErrOccupied) {
		return exit.With(exit.Failure, fmt.Errorf("%w: look at both with `notifyaudit state show`, and remove the one that is not wanted with `notifyaudit state rm`", err))
	}
	if err != nil {
		return err
	}
	p.err.Printf("Moved %s.\n", term.Plural(len(moves), "message"))
	return nil
}

// moves are what a source and a destination mean.
func (p *program) moves(c *cli.Context, s *session.Session, from, to string) ([]state.Move, error) {
	whole := isProvider(from)
	if whole && !isProvider(to) {
		return nil, exit.Usagef("%s is a provider, so the destination is one too: dingtalk, or dingtalk.ALIAS", from)
	}
	var names []string
	if !whole {
		names = []string{from}
	}
	found, err := s.Find(c.Context, names)
	if err == nil {
		err = found.Missing(names)
	}
	if err != nil {
		return nil, err
	}
	var moves []state.Move
	for _, entry := range found.Entries {
		if whole && entry.ID.Provider != from {
			continue
		}
		m := move(entry, from, to)
		if len(moves) < shownChanges {
			p.err.Hang("  ~ "+moved(entry, m), "    ")
		}
		moves = append(moves, m)
	}
	switch {
	case len(moves) == 0:
		return nil, exit.With(exit.Failure, fmt.Errorf("the state has no message of the provider %s", from))
	case !isProvider(to) && !isAddress(to):
		return nil, exit.Usagef("the destination is an address such as message.benefits, a block such as messages.payslips, or a provider, not %q", to)
	case !isProvider(to) && len(moves) > 1 && from != job.Block(from):
		return nil, exit.Usagef("%s names %s: name one by its identity, provider/kind/key, as -json lists them", from, term.Plural(len(moves), "message"))
	}
	return moves, nil
}

// moved says what a move changes.
func moved(entry state.Entry, m state.Move) string {
	if m.To != m.From {
		return entry.Address + ": " + m.From.Provider + " → " + m.To.Provider
	}
	return entry.Address + " → " + m.Address
}

// move is what one message of the source becomes. Under a block that is renamed
// it keeps its key.
func move(entry state.Entry, from, to string) state.Move {
	m := state.Move{From: entry.ID, To: entry.ID, Address: entry.Address}
	switch {
	case isProvider(to):
		m.To.Provider = to
	case entry.Address != from && job.Block(entry.Address) == from:
		m.Address = to + strings.TrimPrefix(entry.Address, from)
	default:
		m.Address = to
	}
	return m
}

func isProvider(name string) bool {
	alias, found := strings.CutPrefix(name, "dingtalk.")
	return name == "dingtalk" || found && !strings.ContainsAny(alias, `/."[`)
}

func isAddress(name string) bool {
	return regexp.MustCompile(`^messages?\.[A-Za-z_][\w-]*(\[".+"\])?$`).MatchString(name)
}
