package complete

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
)

// NewCommand returns the command completion, which prints the script of a shell to w.
func NewCommand(w io.Writer) *cli.Command {
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
			script, found := Script(shell)
			if !found {
				return exit.Usagef("there is no completion for %q%s It is bash, zsh or fish.", shell, term.DidYouMean(shell, Shells()))
			}
			_, err := w.Write(script)
			return err
		},
	}
}

// NewLinesCommand returns the command that the scripts call, with the name of the shell
// and the words before the cursor. It completes the last of them, a line each to w. Bash
// passes the line as one word, since it breaks words at = and :. The command line is that
// of the command itself.
func NewLinesCommand(w io.Writer, o Options) *cli.Command {
	return &cli.Command{
		Name:            "__complete",
		Hidden:          true,
		HideHelp:        true,
		SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			if c.NArg() < 2 {
				return exit.Usagef("__complete is for the scripts of `notifyaudit completion`")
			}
			o.App = c.App
			for _, line := range Lines(c.Context, o, c.Args().First(), c.Args().Tail()) {
				if _, err := fmt.Fprintln(w, line); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
