package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/complete"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/term"
)

// newCompletionCommand returns completion: print the script of a shell.
func newCompletionCommand(p *program) *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a completion script for a shell: bash, zsh or fish",
		ArgsUsage: "SHELL",
		Description: "Completes commands, flags, and addresses from the manifest. It asks nothing of\n" +
			"the API and needs no credential. To have it in every shell:\n\n" +
			"   bash   echo 'source <(notifyaudit completion bash)' >> ~/.bashrc\n" +
			"   zsh    notifyaudit completion zsh > \"${fpath[1]}/_notifyaudit\"\n" +
			"   fish   notifyaudit completion fish > ~/.config/fish/completions/notifyaudit.fish",
		Action: func(c *cli.Context) error {
			if c.NArg() != 1 {
				return exit.Usagef("completion takes the name of a shell: bash, zsh or fish")
			}
			shell := c.Args().First()
			script, found := complete.Script(shell)
			if !found {
				return exit.Usagef("there is no completion for %q%s It is bash, zsh or fish.", shell, term.DidYouMean(shell, complete.Shells()))
			}
			_, err := p.env.Stdout.Write(script)
			return err
		},
	}
}

// newCompleteCommand returns the command that the scripts call, with the name of the
// shell and the words before the cursor. It completes the last of them. Bash passes
// the line as one word, since it breaks words at = and :.
func newCompleteCommand(p *program) *cli.Command {
	return &cli.Command{
		Name:            "__complete",
		Hidden:          true,
		HideHelp:        true,
		SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			if c.NArg() < 2 {
				return exit.Usagef("__complete is for the scripts of `notifyaudit completion`")
			}
			lines := complete.Lines(c.Context, complete.Options{
				App: c.App, Environ: p.environ, Now: p.env.Now, Formats: render.Formats(),
			}, c.Args().First(), c.Args().Tail())
			for _, line := range lines {
				if _, err := fmt.Fprintln(p.env.Stdout, line); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
