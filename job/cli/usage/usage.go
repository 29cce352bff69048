// Package usage says what is wrong with a command line.
package usage

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/build"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
)

// UnknownCommand is the action for a missing or an unknown command.
func UnknownCommand(c *cli.Context) error {
	if !c.Args().Present() {
		c.App.Writer = c.App.ErrWriter
		_ = cli.ShowAppHelp(c)
		return &exit.Error{Status: exit.Usage}
	}
	name := c.Args().First()
	names := []string{"help"}
	for _, command := range c.App.Commands {
		names = append(names, command.Name)
	}
	return exit.Usagef("there is no command %q%s `notifyaudit help` lists them.", name, term.DidYouMean(name, names))
}

// UnknownSubcommand is the action for a missing or an unknown subcommand.
func UnknownSubcommand(c *cli.Context) error {
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

// notDefined is how package flag begins the error for an unknown flag.
const notDefined = "flag provided but not defined: -"

// Mistake returns the error for wrong flags, and shows no help text that would hide
// it. --help, -h and --version without a command are not wrong.
func Mistake(c *cli.Context, err error, isSubcommand bool) error {
	switch {
	case errors.Is(err, flag.ErrHelp) && !isSubcommand:
		_ = cli.ShowAppHelp(c)
		return &exit.Error{Status: exit.OK}
	case err.Error() == notDefined+"version" && !isSubcommand:
		_, _ = fmt.Fprintf(c.App.Writer, "notifyaudit %s\n", build.Read())
		return &exit.Error{Status: exit.OK}
	}
	where, flags := "notifyaudit help", c.App.Flags
	if c.Command != nil {
		where += strings.TrimPrefix(c.Command.HelpName, "notifyaudit")
		flags = append(slices.Clone(flags), c.Command.Flags...)
	}
	if name, unknown := strings.CutPrefix(err.Error(), notDefined); unknown {
		var names []string
		for _, f := range flags {
			names = append(names, f.Names()...)
		}
		return exit.Usagef("there is no flag -%s%s `%s` lists the flags", name, term.DidYouMean(name, names), where)
	}
	return exit.Usagef("%s; `%s` lists the flags", valueMistake(err.Error()), where)
}

// valueMistake completes the library's error for a value that it can't parse with what
// the flag takes.
func valueMistake(text string) string {
	plain, unparsed := strings.CutSuffix(text, ": parse error")
	switch {
	case !unparsed:
		return text
	case strings.Contains(plain, "boolean"):
		return plain + ": it is true or false"
	case strings.Contains(plain, "-lock-timeout"):
		return plain + ": it is a duration such as 30s or 5m"
	}
	return plain + ": it is a whole number"
}

// Strict refuses flags after an argument, which the library would treat as arguments.
func Strict(action cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error {
		for i, arg := range c.Args().Slice() {
			if strings.HasPrefix(arg, "-") && arg != "-" {
				if i == 0 {
					return exit.Usagef("%q is not a flag here", arg)
				}
				return exit.Usagef("the flag %s stands behind an argument: put flags before %q", arg, c.Args().First())
			}
		}
		return action(c)
	}
}

// NoArguments is an error if a command that takes no arguments has any.
func NoArguments(c *cli.Context) error {
	if c.Args().Present() {
		return exit.Usagef("%s takes no argument, but there is %q", c.Command.Name, c.Args().First())
	}
	return nil
}
