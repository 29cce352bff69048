// Package statecmd has the commands of `notifyaudit state`, which look at the state and
// change it by hand. They ask nothing of the API.
package statecmd

import (
	"io"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
)

// New returns state: look at the state and change it by hand.
func New(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "state",
		Usage: "look at the state, move and remove messages, export and import, purge and erase personal data; asks nothing of the API",
		Subcommands: []*cli.Command{
			newListCommand(p), newShowCommand(p), newRemoveCommand(p), newMoveCommand(p),
			newExportCommand(p), newImportCommand(p), newPurgeCommand(p), newPersonCommand(p),
		},
		Action: usage.UnknownSubcommand,
	}
}

// changeFlags returns the flags of commands that change the state by hand.
func changeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "auto-approve", Usage: "don't ask for a yes; needed where there is no terminal"},
		program.LockTimeoutFlag(),
	}
}

// A command has what the commands share.
type command struct{ *program.Program }

// stateToRead loads the manifest and opens its state to look at it.
func (p command) stateToRead(c *cli.Context) (*session.Session, error) {
	s, err := p.Load(c)
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

// stateToChange opens the state for a change that a person agrees to, or -auto-approve.
func (p command) stateToChange(c *cli.Context) (*session.Session, error) {
	if _, ok := term.FileDescriptor(p.Env.Stdin); !ok && !c.Bool("auto-approve") {
		return nil, exit.Usagef("there is no terminal to ask for a yes: add -auto-approve to change the state")
	}
	return p.openToChange(c, false)
}

// openToChange loads the manifest, opens its state and takes the state's lock, but not
// those of the credentials, since nothing is asked.
func (p command) openToChange(c *cli.Context, create bool) (*session.Session, error) {
	s, err := p.Load(c)
	if err != nil {
		return nil, err
	}
	if err := s.OpenToChange(c.Context, create, c.Duration("lock-timeout")); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// exportFlags returns the flags of commands that export something.
func exportFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "o", Usage: "write to this `FILE`, readable by you alone (default: standard output)"},
	}
}

// export writes to the file of -o, and says so with a remark, or to standard output. The
// kind is what an earlier file there has to be.
func (p command) export(c *cli.Context, s *session.Session, kind, remark string, write func(io.Writer) error) error {
	out := c.String("o")
	if out == "" || out == "-" {
		return write(p.Env.Stdout)
	}
	if err := s.Manifest.CheckFile(kind, out); err != nil {
		return exit.Usagef("-o: %v", err)
	}
	if err := atomicfile.Write(out, "export", write); err != nil {
		return err
	}
	p.Err.Printf("wrote %s%s\n", out, remark)
	return nil
}

// agree asks for a yes to a change, unless -auto-approve is set.
func (p command) agree(c *cli.Context, question string) error {
	if c.Bool("auto-approve") {
		return nil
	}
	return p.Confirm(c.Context, question, "nothing was changed")
}
