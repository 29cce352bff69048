// Package help has the texts of `notifyaudit help`: on the program, its commands and
// the topics, and the examples.
package help

import (
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/term"
)

// Width is the width of the help texts, in columns.
const Width = 80

// App returns the help on the program: its commands, global flags and topics.
func App(commands []*cli.Command, globals []cli.Flag) string {
	var b strings.Builder
	b.WriteString("notifyaudit: who has read it? Audits of DingTalk robot messages, as workbooks.\n\n" +
		"Usage:\n   notifyaudit [flags] COMMAND [flags] [args]\n")
	var rows [][2]string
	for _, command := range commands {
		if !command.Hidden {
			rows = append(rows, [2]string{command.Name, command.Usage})
		}
	}
	section(&b, "Commands", rows)
	section(&b, "Global flags, before the command or after it", flagRows("--", globals))
	rows = nil
	for _, topic := range Topics() {
		rows = append(rows, [2]string{topic.Name, topic.Usage})
	}
	section(&b, "Topics", rows)
	b.WriteString("\n`notifyaudit help COMMAND` has a command's flags and examples, `notifyaudit help\nTOPIC` is about a topic.\n")
	return b.String()
}

// Command returns the help on a command, by its full name.
func Command(command *cli.Command, name string) string {
	var b strings.Builder
	b.WriteString(term.Wrap("notifyaudit "+name+": "+command.Usage, "   ", Width) + "\n\nUsage:\n   notifyaudit " + name)
	if len(command.Subcommands) > 0 {
		b.WriteString(" COMMAND")
	}
	if len(command.Flags) > 0 || len(command.Subcommands) > 0 {
		b.WriteString(" [flags]")
	}
	if command.ArgsUsage != "" {
		b.WriteString(" " + command.ArgsUsage)
	}
	b.WriteString("\n")
	if command.Description != "" {
		b.WriteString("\n" + command.Description + "\n")
	}
	var rows [][2]string
	for _, inner := range command.Subcommands {
		rows = append(rows, [2]string{inner.Name, inner.Usage})
	}
	section(&b, "Commands", rows)
	section(&b, "Flags", flagRows("-", command.Flags))
	if len(Examples()[name]) > 0 {
		b.WriteString("\nExamples:\n")
	}
	for _, example := range Examples()[name] {
		b.WriteString("\n")
		if example.About != "" {
			b.WriteString("   # " + example.About + "\n")
		}
		b.WriteString("   " + example.Line + "\n")
	}
	b.WriteString("\nThe global flags, which `notifyaudit help` lists, work here too.\n")
	return b.String()
}

// section writes rows of two columns: a name and its description.
func section(b *strings.Builder, title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	const widest = 24
	width := 0
	for _, row := range rows {
		if n := len(row[0]); n <= widest {
			width = max(width, n)
		}
	}
	b.WriteString("\n" + title + ":\n")
	indent := strings.Repeat(" ", width+6)
	for _, row := range rows {
		head := "   " + term.Pad(row[0], width) + "   "
		if len(row[0]) > width {
			b.WriteString("   " + row[0] + "\n")
			head = indent
		}
		text := term.Wrap(indent+row[1], indent, Width)
		b.WriteString(head + strings.TrimPrefix(text, indent) + "\n")
	}
}

// flagRows returns the flags, with their values, and their descriptions.
func flagRows(dashes string, flags []cli.Flag) [][2]string {
	var rows [][2]string
	for _, f := range flags {
		described, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		usage := described.GetUsage()
		name := dashes + f.Names()[0]
		if described.TakesValue() {
			_, rest, quoted := strings.Cut(usage, "`")
			value, _, _ := strings.Cut(rest, "`")
			if !quoted {
				value = "VALUE"
			}
			name += " " + value
		}
		if text, ok := f.(*cli.StringFlag); ok && text.Value != "" {
			usage += " (default " + text.Value + ")"
		}
		rows = append(rows, [2]string{name, strings.ReplaceAll(usage, "`", "")})
	}
	return rows
}

// Named finds a command or subcommand. An error is wrong usage.
func Named(commands []*cli.Command, words []string) (*cli.Command, error) {
	names := []string{}
	for _, command := range commands {
		if command.Name == words[0] {
			if len(words) == 1 || len(command.Subcommands) == 0 {
				return command, nil
			}
			return Named(command.Subcommands, words[1:])
		}
		if !command.Hidden {
			names = append(names, command.Name)
		}
	}
	for _, topic := range Topics() {
		names = append(names, topic.Name)
	}
	return nil, exit.Usagef("there is no help on %q%s `notifyaudit help` lists commands and topics.", words[0], term.DidYouMean(words[0], names))
}

// Template returns a template whose output is a help text for a terminal of the width;
// 0 is not limited.
func Template(text string, width int) string { return escapeTemplate(Reflow(text, width)) }

// escapeTemplate returns a template whose output is the text.
func escapeTemplate(text string) string { return strings.ReplaceAll(text, "{{", `{{"{{"}}`) }
