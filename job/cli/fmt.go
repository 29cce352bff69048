package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/format"
	"notifyaudit/job/cli/program"
)

// newFmtCommand returns fmt: write manifests in the canonical layout.
func newFmtCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "fmt",
		Usage:     "write the manifest's files in the canonical layout and list those that changed",
		ArgsUsage: "[PATH | -]...",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "check", Usage: "change nothing; list the files that need it and exit with 3 if there are any"},
			&cli.BoolFlag{Name: "diff", Usage: "show what changes as a unified diff"},
		},
		Action: fmtCommand{p}.run,
	}
}

type fmtCommand struct{ *program.Program }

func (p fmtCommand) run(c *cli.Context) error {
	g, err := p.Globals(c)
	if err != nil {
		return err
	}
	paths := c.Args().Slice()
	if len(paths) == 0 {
		paths = []string{g.Manifest}
	}
	f := &format.Formatter{Check: c.Bool("check"), Diff: c.Bool("diff"), Stdin: p.Env.Stdin, Out: p.Out, Err: p.Err}
	for _, path := range paths {
		if err := f.Path(path); err != nil {
			return exit.With(exit.Config, fmt.Errorf("fmt: %w", err))
		}
	}
	switch {
	case f.Broken:
		return exit.With(exit.Config, nil)
	case f.Check && f.Changed:
		return exit.With(exit.Incomplete, nil)
	}
	return nil
}
