package statecmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/atomicfile"
	"notifyaudit/job/cli/backend"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/state/transfer"
)

// newExportCommand returns state export: write out the state.
func newExportCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:   "export",
		Usage:  "write the whole state as JSON lines, who has read what included; works while a run is going on",
		Flags:  exportFlags(),
		Action: exportCommand{command{p}}.run,
	}
}

type exportCommand struct{ command }

func (p exportCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	s, err := p.stateToRead(c)
	if err != nil {
		return err
	}
	defer s.Close()
	return p.export(c, s, origin.StateExport, "; it says who has read what: keep it like the state itself", func(w io.Writer) error {
		buffered := bufio.NewWriterSize(w, 1<<20)
		if err := transfer.Export(c.Context, &s.DB.View, buffered); err != nil {
			return err
		}
		return buffered.Flush()
	})
}

// newImportCommand returns state import: fill an empty state.
func newImportCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "import",
		Usage:     "fill an empty state with an export; it becomes that state, lineage and serial included",
		ArgsUsage: "FILE|-",
		Flags:     []cli.Flag{program.LockTimeoutFlag()},
		Action:    importCommand{command{p}}.run,
	}
}

type importCommand struct{ command }

func (p importCommand) run(c *cli.Context) error {
	if c.NArg() != 1 {
		return exit.Usagef("state import takes one file, or - for standard input, not %s", term.Plural(c.NArg(), "argument"))
	}
	name := c.Args().First()
	in := p.Env.Stdin
	if name != "-" {
		f, err := atomicfile.Open(name)
		if err != nil {
			return exit.Usagef("read the export: %w", err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	s, err := p.openToChange(c, true)
	if err != nil {
		return err
	}
	defer s.Close()
	err = transfer.Import(c.Context, s.DB, in)
	if errors.Is(err, transfer.ErrNotEmpty) {
		return exit.With(exit.Failure, fmt.Errorf("%w: %s has lineage %s. Nothing was changed. To put the export in its place, %s",
			transfer.ErrNotEmpty, s.DB.Path(), s.DB.Lineage(), backend.MakeRoom(s.Manifest)))
	}
	if err != nil {
		return session.Undo(s, err)
	}
	n, err := s.DB.Count(c.Context)
	if err != nil {
		return err
	}
	serial, err := s.DB.Serial(c.Context)
	if err != nil {
		return err
	}
	p.Err.Printf("Imported %s: lineage %s, serial %d.\n", term.Plural(n, "message"), s.DB.Lineage(), serial)
	return nil
}
