// Package complete completes command lines: commands, flags, their values, and
// addresses of the manifest and the state. It makes no call to the API and needs no
// credential.
package complete

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job"
	"notifyaudit/job/cli/backend"
	"notifyaudit/job/cli/help"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
)

// Options are the sources of completions.
type Options struct {
	// App has the commands and the flags.
	App     *cli.App
	Environ map[string]string
	Now     func() time.Time
	// Formats are the formats of reports.
	Formats []string
}

// Lines returns the completions of the last word before the cursor, in the form that
// the script of a shell reads. words are those before the cursor; bash passes the
// whole line as one word, since bash breaks words at = and :.
func Lines(ctx context.Context, o Options, shell string, words []string) []string {
	if shell == "bash" {
		words = splitLine(words[0])[1:]
	}
	typed := words[len(words)-1]
	for i := range words {
		words[i] = unquote(words[i])
	}
	found := complete(ctx, o, words)
	lines := make([]string, len(found))
	for i, f := range found {
		lines[i] = f.line(shell, typed)
	}
	return lines
}

// A completion is a command line up to the cursor.
type completion struct {
	Options
	// path has the commands so far, the innermost last.
	path  []*cli.Command
	flags []cli.Flag
	// values has the values of the flags so far; arguments counts the arguments.
	values    map[string][]string
	arguments int
	word      string
}

// complete returns the candidates for the last word.
func complete(ctx context.Context, o Options, words []string) []candidate {
	c := &completion{Options: o, flags: o.App.Flags, values: map[string][]string{}}
	before, word := words[:len(words)-1], words[len(words)-1]
	pending := ""
	for _, w := range before {
		pending = c.pass(w, pending)
	}
	c.word = word
	var found []candidate
	switch name, value, split := strings.Cut(strings.TrimLeft(word, "-"), "="); {
	case pending != "":
		found = c.value(ctx, pending)
	case strings.HasPrefix(word, "-") && split:
		c.word = value
		found = c.value(ctx, name)
		for i := range found {
			found[i].before = strings.TrimSuffix(word, value)
		}
	case strings.HasPrefix(word, "-"):
		return c.flagNames()
	default:
		found = c.argument(ctx)
	}
	return slices.DeleteFunc(found, func(f candidate) bool {
		return !strings.HasPrefix(f.text, ":") && !strings.HasPrefix(f.text, c.word)
	})
}

// pass processes a word before the cursor. It returns the name of the flag whose value
// is the next word, "" for none.
func (c *completion) pass(word, pending string) string {
	switch name, value, split := strings.Cut(strings.TrimLeft(word, "-"), "="); {
	case pending != "":
		c.values[pending] = append(c.values[pending], word)
	case strings.HasPrefix(word, "-") && word != "-":
		if split {
			c.values[name] = append(c.values[name], value)
		} else if c.takesValue(name) {
			return name
		}
	default:
		c.descend(word)
	}
	return ""
}

// descend enters a command, or counts an argument.
func (c *completion) descend(word string) {
	i := slices.IndexFunc(c.commands(), func(command *cli.Command) bool { return command.Name == word })
	if i < 0 || c.arguments > 0 {
		c.arguments++
		return
	}
	c.path = append(c.path, c.commands()[i])
	c.flags = c.path[len(c.path)-1].Flags
}

func (c *completion) commands() []*cli.Command {
	if len(c.path) == 0 {
		return c.App.Commands
	}
	return c.path[len(c.path)-1].Subcommands
}

func (c *completion) takesValue(name string) bool {
	for _, f := range c.flags {
		if takes, ok := f.(cli.DocGenerationFlag); ok && slices.Contains(f.Names(), name) {
			return takes.TakesValue()
		}
	}
	return false
}

// flagNames returns the flags, with as many dashes as the word has.
func (c *completion) flagNames() []candidate {
	dashes := "-"
	if strings.HasPrefix(c.word, "--") {
		dashes = "--"
	}
	var found []candidate
	for _, f := range c.flags {
		about := ""
		if described, ok := f.(cli.DocGenerationFlag); ok {
			about = strings.ReplaceAll(described.GetUsage(), "`", "")
		}
		if text := dashes + f.Names()[0]; strings.HasPrefix(text, c.word) {
			found = append(found, candidate{text: text, about: about})
		}
	}
	return found
}

// value completes the value of a flag.
func (c *completion) value(ctx context.Context, flag string) []candidate {
	switch flag {
	case "target", "replace":
		return c.addresses(ctx, false)
	case "manifest", "o", "out", "scenario", "var-file", "audience":
		return files()
	case "data-dir", "allow-dir":
		return folders()
	case "format":
		return choices(c.Formats...)
	case "log-format":
		return choices("text", "json")
	case "log-level":
		return choices("debug", "info", "warn", "error")
	case "kind":
		return choices(string(job.PrivateChat), string(job.Group), string(job.OneToOne))
	case "endpoint":
		return choices(endpoints()...)
	case "lock-timeout":
		return choices("30s", "5m", "1h")
	case "listen":
		return choices("127.0.0.1:0", "127.0.0.1:8080")
	case "var":
		return c.variables(ctx)
	}
	if !c.takesValue(flag) { // -refresh=
		return choices("false", "true")
	}
	return nil
}

// endpoints returns the URLs of the API in its two regions.
func endpoints() []string { return []string{"https://api.dingtalk.com", "https://api.dingtalk.io"} }

func choices(texts ...string) []candidate {
	found := make([]candidate, len(texts))
	for i, text := range texts {
		found[i].text = text
	}
	return found
}

// argument completes a word that is not a flag.
func (c *completion) argument(ctx context.Context) []candidate {
	if commands := c.commands(); len(commands) > 0 && c.arguments == 0 {
		var found []candidate
		for _, command := range commands {
			if !command.Hidden {
				found = append(found, candidate{text: command.Name, about: command.Usage})
			}
		}
		return found
	}
	switch c.name() {
	case "show":
		return c.addresses(ctx, false)
	case "state list", "state show", "state rm", "state mv":
		return c.addresses(ctx, true)
	case "apply", "query", "fmt", "state import":
		return files()
	case "completion":
		return choices(Shells()...)
	case "help":
		return c.helpNames()
	}
	return nil
}

// name returns the full name of the command, such as "state rm".
func (c *completion) name() string {
	names := make([]string, len(c.path))
	for i, command := range c.path {
		names[i] = command.Name
	}
	return strings.Join(names, " ")
}

func (c *completion) helpNames() []candidate {
	var found []candidate
	for _, command := range c.App.Commands {
		if !command.Hidden {
			found = append(found, candidate{text: command.Name, about: command.Usage})
		}
	}
	for _, topic := range help.Topics() {
		found = append(found, candidate{text: topic.Name, about: topic.Usage})
	}
	return found
}

// The limits of a search for addresses, in time and in number.
const (
	completionTime = 3 * time.Second
	completionMost = 500
)

// addresses returns addresses of the state if inState is set and there is a state,
// else of the manifest.
func (c *completion) addresses(ctx context.Context, inState bool) []candidate {
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	m := c.manifest(ctx)
	if m == nil {
		return nil
	}
	if inState {
		db, err := backend.Open(ctx, m, state.OpenOptions{ReadOnly: true})
		if err == nil {
			defer func() { _ = db.Close() }()
			return c.pick(stateAddresses(ctx, db))
		}
	}
	return c.pick(manifestAddresses(ctx, m))
}

// manifest loads the manifest; nil if it has errors.
func (c *completion) manifest(ctx context.Context) *manifest.Manifest {
	m, _ := manifest.Load(ctx, manifest.Options{
		Path:    cmp.Or(c.last("manifest"), c.Environ["NOTIFYAUDIT_MANIFEST"], "."),
		DataDir: cmp.Or(c.last("data-dir"), c.Environ["NOTIFYAUDIT_DATA_DIR"]),
		Vars:    c.values["var"], VarFiles: c.values["var-file"], AllowDirs: c.values["allow-dir"],
		Environ: c.Environ, Now: c.Now,
		Simulator: true, // missing secrets change no name
	})
	return m
}

// variables returns the names of the manifest's variables, each with "=".
func (c *completion) variables(ctx context.Context) []candidate {
	ctx, cancel := context.WithTimeout(ctx, completionTime)
	defer cancel()
	m := c.manifest(ctx)
	if m == nil || strings.Contains(c.word, "=") {
		return nil
	}
	var found []candidate
	for _, name := range m.Variables() {
		found = append(found, candidate{text: name + "="})
	}
	return found
}

func (c *completion) last(flag string) string {
	if given := c.values[flag]; len(given) > 0 {
		return given[len(given)-1]
	}
	return ""
}

func stateAddresses(ctx context.Context, db *state.DB) iter.Seq[string] {
	return func(yield func(string) bool) {
		for entry, err := range db.Messages(ctx) {
			if err != nil || !yield(entry.Address) {
				return
			}
		}
	}
}

func manifestAddresses(ctx context.Context, m *manifest.Manifest) iter.Seq[string] {
	return func(yield func(string) bool) {
		for message, err := range m.Messages() {
			if err != nil || ctx.Err() != nil || !yield(message.Address) {
				return
			}
		}
	}
}

// pick returns the blocks that match the word or, once there is only one, the block
// and its addresses.
func (c *completion) pick(all iter.Seq[string]) []candidate {
	var blocks, below []candidate
	seen := map[string]bool{}
	for address := range all {
		block := job.Block(address)
		if !seen[block] && strings.HasPrefix(block, c.word) && len(blocks) < completionMost {
			seen[block] = true
			blocks = append(blocks, candidate{text: block})
		}
		if block != address && strings.HasPrefix(address, c.word) && len(below) < completionMost {
			below = append(below, candidate{text: address})
		}
	}
	if len(blocks) > 1 {
		return blocks
	}
	return append(blocks, below...)
}
