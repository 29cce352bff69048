package program

import (
	"cmp"
	"io"
	"log/slog"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/cli/runlog"
	"notifyaudit/job/cli/view"
	"notifyaudit/job/simulator/scenario"
)

// Flags returns the flags that may stand before and after the command.
func Flags() []cli.Flag {
	const category = "Global"
	return []cli.Flag{
		&cli.StringFlag{Name: "manifest", Category: category, Usage: "`PATH` of the manifest: a file, or a folder with *.audit.hcl files (NOTIFYAUDIT_MANIFEST; default \".\")"},
		&cli.StringFlag{Name: "data-dir", Category: category, Usage: "`DIR` below which state and reports are written (NOTIFYAUDIT_DATA_DIR; default the manifest's folder)"},
		&cli.StringSliceFlag{Name: "allow-dir", Category: category, Usage: "a further `DIR` that the manifest may read from; repeatable"},
		&cli.StringSliceFlag{Name: "var", Category: category, Usage: "set a variable, `NAME=VALUE`; repeatable"},
		&cli.StringSliceFlag{Name: "var-file", Category: category, Usage: "set variables from a `FILE`; repeatable"},
		&cli.BoolFlag{Name: "no-color", Category: category, Usage: "no colour (so does NO_COLOR)"},
		&cli.StringFlag{Name: "log-level", Category: category, Usage: "`LEVEL` of the log on standard error: debug, info, warn or error (default warn)"},
		&cli.StringFlag{Name: "log-format", Category: category, Usage: "`FORMAT` of all lines on standard error: text or json (default text)"},
		&cli.BoolFlag{Name: "simulator", Category: category, Usage: "ask the embedded DingTalk API in this process instead of the real one"},
		&cli.StringFlag{Name: "scenario", Category: category, Usage: "`FILE` with what the simulator answers (default simulator.json beside the manifest, if there is one)"},
	}
}

// JSONFlag is -json of the commands that stream events.
func JSONFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "write events for programs, one JSON object a line"}
}

// LockTimeoutFlag is -lock-timeout.
func LockTimeoutFlag() cli.Flag {
	return &cli.DurationFlag{Name: "lock-timeout", Usage: "wait this `DURATION` for another run to end (default: don't wait)"}
}

// Stream begins the events of -json. It has to be called before Load, so that the
// manifest's diagnostics are events, too.
func (p *Program) Stream(c *cli.Context) {
	if c.Bool("json") {
		p.View = view.NewEvents(p.Env.Stdout, p.Err, p.Env.Now)
	}
}

// Globals are the values of the global flags, and of the environment where that has
// them.
type Globals struct {
	Manifest, DataDir         string
	AllowDirs, Vars, VarFiles []string
	Simulator                 bool
	Scenario                  *scenario.Scenario // nil if none was given
	logLevel, logFormat       string
}

// Globals reads the global flags. Of a flag before and after the command the latter has
// precedence; lists are joined.
func (p *Program) Globals(c *cli.Context) (Globals, error) {
	g := Globals{
		Manifest:  cmp.Or(LastString(c, "manifest"), p.Environ["NOTIFYAUDIT_MANIFEST"], "."),
		DataDir:   cmp.Or(LastString(c, "data-dir"), p.Environ["NOTIFYAUDIT_DATA_DIR"]),
		AllowDirs: allStrings(c, "allow-dir"),
		Vars:      allStrings(c, "var"),
		VarFiles:  allStrings(c, "var-file"),
		Simulator: AnyBool(c, "simulator"),
		logLevel:  cmp.Or(LastString(c, "log-level"), "warn"),
		logFormat: cmp.Or(LastString(c, "log-format"), "text"),
	}
	path := LastString(c, "scenario")
	if path != "" && !g.Simulator {
		return g, exit.Usagef("--scenario says what the simulator answers: it goes with --simulator")
	}
	var err error
	if g.Scenario, err = provider.ReadScenario(path); err != nil { // read once: it may be a pipe
		return g, err
	}
	g.Manifest = filepath.Clean(g.Manifest)
	return g, nil
}

// Logger returns the logger for --log-level.
func (p *Program) Logger(g Globals) (*slog.Logger, error) {
	if _, err := runlog.New(io.Discard, g.logFormat); err != nil {
		return nil, err
	}
	return p.Log.Logger(g.logLevel)
}

// LastString returns the value of a flag that may stand before and after the command:
// the latter has precedence. It is "" without either.
func LastString(c *cli.Context, name string) string {
	for _, at := range c.Lineage() {
		if at.IsSet(name) && slices.Contains(at.LocalFlagNames(), name) {
			return at.String(name)
		}
	}
	return ""
}

// AnyBool returns the value of such a flag without an argument.
func AnyBool(c *cli.Context, name string) bool {
	for _, at := range c.Lineage() {
		if slices.Contains(at.LocalFlagNames(), name) {
			return at.Bool(name)
		}
	}
	return false
}

func allStrings(c *cli.Context, name string) []string {
	var all []string
	for _, at := range slices.Backward(c.Lineage()) {
		if slices.Contains(at.LocalFlagNames(), name) {
			all = append(all, at.StringSlice(name)...)
		}
	}
	return all
}
