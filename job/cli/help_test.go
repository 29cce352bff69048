package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/help"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/usage"
)

// quiet takes the work out of commands: only what is wrong with the command line
// is left.
func quiet(commands []*cli.Command, ran *string) {
	for _, command := range commands {
		command.Action = usage.Strict(func(c *cli.Context) error {
			*ran = strings.TrimPrefix(c.Command.HelpName, "notifyaudit ")
			return nil
		})
		quiet(command.Subcommands, ran)
	}
}

// names are the commands and those in them.
func names(commands []*cli.Command, path string) []string {
	var all []string
	for _, command := range commands {
		if !command.Hidden && command.Name != "help" || path == "" && command.Name == "help" {
			name := strings.TrimSpace(path + " " + command.Name)
			all = append(append(all, name), names(command.Subcommands, name)...)
		}
	}
	return all
}

// TestExamples runs every example of the help as far as its flags, and sees to it
// that every command has one.
func TestExamples(t *testing.T) {
	var out bytes.Buffer
	p := program.New(Env{Stdin: &out, Stdout: &out, Stderr: &out})
	left := help.Examples()
	for _, name := range names(app(p).Commands, "") {
		if len(left[name]) == 0 {
			t.Errorf("%s has no example", name)
		}
		for _, example := range left[name] {
			_, line, _ := strings.Cut(example.Line, "notifyaudit ")
			line, _, _ = strings.Cut(strings.TrimSuffix(line, ")"), " > ")
			words := strings.Fields("notifyaudit " + line)
			for i := range words {
				words[i] = strings.Trim(words[i], "'") // no example has a space in quotes
			}
			app, ran := app(p), ""
			quiet(app.Commands, &ran)
			err := app.RunContext(t.Context(), words)
			if err != nil || !strings.HasPrefix(ran, strings.Fields(name)[0]) && ran != "help" {
				t.Errorf("%s: ran %q: %v", example.Line, ran, err)
			}
			if name != "completion" && !strings.Contains(example.Line, name) && ran != "help" {
				t.Errorf("%s is no example of %s", example.Line, name)
			}
		}
		delete(left, name)
	}
	for name := range left {
		t.Errorf("there are examples of %s, but no such command", name)
	}
}

// TestHelpWidth keeps the help within 80 columns, but for lines to copy.
func TestHelpWidth(t *testing.T) {
	p := program.New(Env{})
	app := app(p)
	texts := map[string]string{"help": help.App(app.Commands, app.Flags)}
	for _, topic := range help.Topics() {
		texts[topic.Name] = topic.Text
	}
	for _, command := range app.Commands {
		texts[command.Name] = command.CustomHelpTemplate
	}
	for name, text := range texts {
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); term.Columns(line) > 80 && !strings.Contains(line, "notifyaudit ") {
				t.Errorf("%s: a line of %d columns: %s", name, term.Columns(line), line)
			}
		}
	}
}

// TestNarrowHelp keeps the help within a narrow terminal, but for lines to copy,
// and says the same words there.
func TestNarrowHelp(t *testing.T) {
	const width = 60
	app := app(program.New(Env{}))
	texts := []string{help.App(app.Commands, app.Flags)}
	for _, topic := range help.Topics() {
		texts = append(texts, topic.Text)
	}
	for _, command := range app.Commands {
		texts = append(texts, command.CustomHelpTemplate)
	}
	for _, text := range texts {
		got := help.Reflow(text, width)
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(text), " ") {
			t.Errorf("other words:\n%s", got)
		}
		verbatim := false
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			verbatim = line == "Examples:" || line == "Usage:" || verbatim && (line == "" || line[0] == ' ')
			if term.Columns(line) > width && !verbatim {
				t.Errorf("a line of %d columns: %s", term.Columns(line), line)
			}
		}
		if help.Reflow(text, 0) != text || help.Reflow(text, help.Width) != text {
			t.Error("a wide terminal changes it")
		}
	}
}
