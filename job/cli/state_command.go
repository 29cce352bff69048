package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/state"
)

// stateCommand looks at the state and changes it by hand.
func (p *program) stateCommand() *cli.Command {
	return &cli.Command{
		Name:  "state",
		Usage: "look at the state, move and remove messages, export and import, purge and erase personal data; asks nothing of the API",
		Subcommands: []*cli.Command{
			p.stateListCommand(), p.stateShowCommand(), p.stateRemoveCommand(), p.stateMoveCommand(),
			p.stateExportCommand(), p.stateImportCommand(), p.statePurgeCommand(), p.statePersonCommand(),
		},
		Action: unknownSubcommand,
	}
}

// unknownSubcommand is reached when no subcommand was named, or one that isn't
// there.
func unknownSubcommand(c *cli.Context) error {
	names := []string{}
	for _, command := range c.Command.Subcommands {
		names = append(names, command.Name)
	}
	if !c.Args().Present() {
		return exit.Usagef("%s needs to know what to do: %s", c.Command.Name, strings.Join(names, ", "))
	}
	name := c.Args().First()
	return exit.Usagef("there is no command %q in %s%s It has %s.", name, c.Command.Name, term.DidYouMean(name, names), strings.Join(names, ", "))
}

// changeFlags are those of commands that change the state by hand.
func changeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "auto-approve", Usage: "don't ask for a yes; needed where there is no terminal"},
		lockTimeoutFlag(),
	}
}

// errNoState is told by commands that need one.
var errNoState = errors.New("there is no state yet: `notifyaudit apply` makes one")

// stateToRead loads the manifest and opens its state to look at it.
func (p *program) stateToRead(c *cli.Context) (*session, error) {
	s, err := p.load(c)
	if err != nil {
		return nil, err
	}
	if err := s.openToRead(c.Context); err != nil {
		s.close()
		return nil, err
	}
	if s.db == nil {
		s.close()
		return nil, exit.With(exit.Failure, errNoState)
	}
	return s, nil
}

// stateToChange loads the manifest, opens its state and takes the state's lock;
// the credentials are left alone, since nothing is asked.
func (p *program) stateToChange(c *cli.Context, create bool) (*session, error) {
	s, err := p.load(c)
	if err != nil {
		return nil, err
	}
	if err := s.openToChange(c.Context, create, c.Duration("lock-timeout")); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) openToChange(ctx context.Context, create bool, wait time.Duration) error {
	if create {
		if err := s.openData(); err != nil {
			return err
		}
	}
	db, err := state.OpenSQLite(ctx, s.manifest.DataDir, s.manifest.Backend.Path, state.Options{Create: create && s.manifest.Backend.Create})
	if errors.Is(err, state.ErrNoState) && !create {
		return exit.With(exit.Failure, errNoState)
	}
	if err != nil {
		return err
	}
	s.db = db
	lock, err := db.Lock(ctx, s.holder(), wait)
	if err != nil {
		return err
	}
	s.locks, s.locked = append(s.locks, lock), true
	return nil
}

// A selection is the messages of the state that arguments name, in the state's
// order.
type selection struct {
	entries []state.Entry
	// by counts the messages that each argument names.
	by map[string]int
}

// find reads the state for what the arguments name: an address, a block, or an
// identity as identity writes it. Without an argument it is everything.
func (s *session) find(ctx context.Context, names []string) (selection, error) {
	found := selection{by: map[string]int{}}
	for _, name := range names {
		found.by[name] = 0
	}
	for entry, err := range s.db.Messages(ctx) {
		if err != nil {
			return found, fmt.Errorf("look through the state: %w", err)
		}
		matched := len(names) == 0
		for _, key := range []string{entry.Address, job.Block(entry.Address), identity(entry.ID)} {
			if _, wanted := found.by[key]; wanted {
				if !matched {
					found.by[key]++
				}
				matched = true
			}
		}
		if matched {
			found.entries = append(found.entries, entry)
		}
	}
	return found, nil
}

// missing is the error for an argument that names nothing, or nil.
func (f *selection) missing(names []string) error {
	for _, name := range names {
		if f.by[name] == 0 {
			return exit.With(exit.Failure, fmt.Errorf("the state has no message %s: `notifyaudit state list` lists them", name))
		}
	}
	return nil
}

// identity names a message where an address doesn't: dingtalk/group/KEY. What is
// no longer in the manifest may share its last address with another message.
func identity(id job.MessageID) string {
	return id.Provider + "/" + string(id.Kind) + "/" + id.ProcessQueryKey
}

// agree asks for a yes to a change, unless there is no need to.
func (p *program) agree(c *cli.Context, question string) error {
	if c.Bool("auto-approve") {
		return nil
	}
	if !p.yes(question) {
		return exit.With(exit.Failure, errors.New("nothing was changed: the answer was not yes"))
	}
	return nil
}

// approvable refuses a change that nobody can be asked about.
func (p *program) approvable(c *cli.Context) error {
	if _, ok := term.FileDescriptor(p.env.Stdin); !ok && !c.Bool("auto-approve") {
		return exit.Usagef("there is no terminal to ask for a yes: add -auto-approve to change the state")
	}
	return nil
}

// yes asks a question that only yes answers.
func (p *program) yes(question string) bool {
	p.err.Printf("\n%s Only %s will do: ", p.err.Paint(term.Bold, question), p.err.Paint(term.Bold, "yes"))
	line, _ := p.line() // the end of the input is no yes
	return strings.TrimSpace(line) == "yes"
}
