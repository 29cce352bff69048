package cli

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/help"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/event"
	"notifyaudit/job/manifest"
	"notifyaudit/job/plan"
)

var update = flag.Bool("update", false, "write examples/REFERENCE.md and the legend in README.md anew")

// TestReference holds examples/REFERENCE.md against the code that it is made from.
func TestReference(t *testing.T) {
	const path = "../../examples/REFERENCE.md"
	was, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	holdText(t, path, string(was), reference())
}

const (
	marksBegin = "<!-- marks -->\n"
	marksEnd   = "<!-- End of the marks. -->\n"
)

// TestReferenceMarks: README.md has the legend of `notifyaudit help marks`, and
// the legend has every action and every status.
func TestReferenceMarks(t *testing.T) {
	const path = "../../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), marksBegin)
	_, after, ended := strings.Cut(rest, marksEnd)
	if !found || !ended {
		t.Fatal("README.md has no legend")
	}
	holdText(t, path, string(text), before+marksBegin+"```text\n"+help.TopicMarks+"```\n"+marksEnd+after)
	marks, statuses, _ := strings.Cut(help.TopicMarks, "In a report")
	for _, a := range plan.Actions() {
		if !strings.Contains(marks, fmt.Sprintf("\n   %s  %-12s", a.Mark(), a)) {
			t.Errorf("the legend lacks %s %s", a.Mark(), a)
		}
	}
	for _, s := range job.Statuses() {
		if !strings.Contains(statuses, fmt.Sprintf("\n   %-15s", s)) {
			t.Errorf("the legend lacks %s", s)
		}
	}
}

// holdText compares a file's text with what it must be; -update writes it.
func holdText(t *testing.T, path, was, want string) {
	t.Helper()
	if was == want {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the code says: go test ./job/cli -run Reference -update", path)
	}
	if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func reference() string {
	var b strings.Builder
	b.WriteString("# Reference\n\nMade from the code by `go test ./job/cli -run Reference -update`. `notifyaudit help` says the same in the terminal.\n")
	referBlocks(&b)
	fmt.Fprintf(&b, "## Functions\n\n`%s`: as in Terraform.\n\n", strings.Join(manifest.Functions(), "`, `"))
	referMetrics(&b)
	referCommands(&b)
	referEvents(&b)
	return b.String()
}

func referBlocks(b *strings.Builder) {
	b.WriteString("\n## Blocks and arguments\n\n| block | argument | is |\n| --- | --- | --- |\n")
	for _, block := range manifest.Reference() {
		header := "`" + block.Header + "`"
		if block.In != "" {
			header = "`" + block.Header + "` in `" + block.In + "`"
		}
		if len(block.Arguments) == 0 {
			fmt.Fprintf(b, "| %s | any name | a name for a value |\n", header)
		}
		for _, a := range block.Arguments {
			fmt.Fprintf(b, "| %s | `%s` | %s |\n", header, a.Name, a.About)
			header = ""
		}
	}
	b.WriteString("\n")
}

func referMetrics(b *strings.Builder) {
	b.WriteString("## Figures in checks and outputs\n\nOf `message.NAME`, `messages.NAME` and `audit`; those from `messages` on only of the last two. What is not known is null.\n\n| figure | is |\n| --- | --- |\n")
	for _, m := range manifest.Metrics() {
		fmt.Fprintf(b, "| `%s` | %s |\n", m.Name, m.About)
	}
	b.WriteString("\n")
}

func referCommands(b *strings.Builder) {
	b.WriteString("## Commands and flags\n\n| command | flag | is |\n| --- | --- | --- |\n")
	app := app(program.New(Env{}))
	referFlags(b, "every command", app.Flags)
	global := map[string]bool{}
	for _, f := range app.Flags {
		global[f.Names()[0]] = true
	}
	for _, command := range app.Commands {
		referCommand(b, command.Name, command, global)
	}
	b.WriteString("\n")
}

func referCommand(b *strings.Builder, name string, command *cli.Command, global map[string]bool) {
	if command.Hidden || command.Name == "help" {
		return
	}
	var own []cli.Flag
	for _, f := range command.Flags {
		if !global[f.Names()[0]] && f.Names()[0] != "help" {
			own = append(own, f)
		}
	}
	if len(own) == 0 && len(command.Subcommands) == 0 {
		fmt.Fprintf(b, "| `%s` | | |\n", name)
	}
	referFlags(b, "`"+name+"`", own)
	for _, sub := range command.Subcommands {
		referCommand(b, name+" "+sub.Name, sub, global)
	}
}

func referFlags(b *strings.Builder, of string, flags []cli.Flag) {
	for _, f := range flags {
		usage := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			usage = strings.NewReplacer("`", "", "|", "\\|", "\n", " ").Replace(d.GetUsage())
		}
		fmt.Fprintf(b, "| %s | `-%s` | %s |\n", of, f.Names()[0], usage)
		of = ""
	}
}

func referEvents(b *strings.Builder) {
	b.WriteString("## Events of -json\n\n| type | of | is | members |\n| --- | --- | --- | --- |\n")
	for _, k := range event.Kinds() {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", k.Type, strings.Join(k.Commands, ", "), k.About, "`"+strings.Join(k.Fields(), "`, `")+"`")
	}
	b.WriteString("\n")
}
