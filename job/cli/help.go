package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/help"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/usage"
)

// newHelpCommand returns help: explain commands and topics.
func newHelpCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command or a topic: marks, exit-status, manifest, functions, environment, addresses",
		ArgsUsage: "[COMMAND|TOPIC]",
		Action:    helpCommand{p}.run,
	}
}

type helpCommand struct{ *program.Program }

func (p helpCommand) run(c *cli.Context) error {
	if !c.Args().Present() {
		return p.showHelp(help.App(c.App.Commands, program.Flags()))
	}
	words := c.Args().Slice()
	if words[0] == "man" && len(words) == 1 {
		page, err := c.App.ToMan()
		if err != nil {
			return fmt.Errorf("make the manual page: %w", err)
		}
		_, err = io.WriteString(p.Env.Stdout, page)
		return err
	}
	if topic, found := help.TopicNamed(words[0]); found && len(words) == 1 {
		return p.showHelp(topic.Text)
	}
	command, err := help.Named(c.App.Commands, words)
	if err != nil {
		return err
	}
	cli.HelpPrinter(p.Env.Stdout, command.CustomHelpTemplate, command)
	return nil
}

func (p helpCommand) showHelp(text string) error {
	_, err := io.WriteString(p.Env.Stdout, help.Reflow(text, p.Out.Width))
	return err
}

// decorate adds to commands what all of them have: the global flags, a help text for a
// terminal of the width, and the checks of strict.
func decorate(commands []*cli.Command, path string, width int) {
	for _, command := range commands {
		if command.SkipFlagParsing {
			continue // it parses its arguments itself
		}
		name := strings.TrimSpace(path + " " + command.Name)
		command.CustomHelpTemplate = help.Template(help.Command(command, name), width)
		command.Flags = append(command.Flags, program.Flags()...)
		command.HideHelpCommand = true
		command.OnUsageError = usage.Mistake
		command.Action = usage.Strict(command.Action)
		decorate(command.Subcommands, name, width)
	}
}
