package cli

import (
	"fmt"
	"io"
	"strings"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"

	"github.com/urfave/cli/v2"
)

// helpCommand explains commands and topics.
func (p *program) helpCommand() *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command or a topic: exit-status, manifest, functions, environment, addresses",
		ArgsUsage: "[COMMAND|TOPIC]",
		Action:    p.help,
	}
}

func (p *program) help(c *cli.Context) error {
	if !c.Args().Present() {
		return p.showHelp(appHelp(c.App.Commands))
	}
	words := c.Args().Slice()
	if words[0] == "man" && len(words) == 1 {
		page, err := c.App.ToMan()
		if err != nil {
			return fmt.Errorf("make the manual page: %w", err)
		}
		_, err = io.WriteString(p.env.Stdout, page)
		return err
	}
	if topic, found := topicNamed(words[0]); found && len(words) == 1 {
		return p.showHelp(topic.text)
	}
	command, err := commandNamed(c.App.Commands, words)
	if err != nil {
		return err
	}
	cli.HelpPrinter(p.env.Stdout, command.CustomHelpTemplate, command)
	return nil
}

func (p *program) showHelp(text string) error {
	_, err := io.WriteString(p.env.Stdout, narrowed(text, p.out.Width))
	return err
}

// commandNamed finds a command, or a command in a command.
func commandNamed(commands []*cli.Command, words []string) (*cli.Command, error) {
	names := []string{}
	for _, command := range commands {
		if command.Name == words[0] {
			if len(words) == 1 || len(command.Subcommands) == 0 {
				return command, nil
			}
			return commandNamed(command.Subcommands, words[1:])
		}
		if !command.Hidden {
			names = append(names, command.Name)
		}
	}
	for _, topic := range topics() {
		names = append(names, topic.name)
	}
	return nil, exit.Usagef("there is no help on %q%s `notifyaudit help` lists commands and topics.", words[0], term.DidYouMean(words[0], names))
}

// dress gives commands what all of them have: the global flags, their help, and
// the strictness about flags. The help is for a terminal of the width.
func dress(commands []*cli.Command, path string, width int) {
	for _, command := range commands {
		if command.SkipFlagParsing {
			continue // it takes whatever it is given
		}
		name := strings.TrimSpace(path + " " + command.Name)
		command.CustomHelpTemplate = literally(narrowed(commandHelp(command, name), width))
		command.Flags = append(command.Flags, globalFlags()...)
		command.HideHelpCommand = true
		command.OnUsageError = badUsage
		command.Action = strict(command.Action)
		dress(command.Subcommands, name, width)
	}
}

// literally is the template that makes exactly this text.
func literally(text string) string { return strings.ReplaceAll(text, "{{", `{{"{{"}}`) }
