package cli

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

// globalFlags returns the flags that may stand before and after the command.
func globalFlags() []cli.Flag {
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

// jsonFlag is -json of the commands that stream events.
func jsonFlag() cli.Flag {
	return &cli.BoolFlag{Name: "json", Usage: "write events for programs, one JSON object a line"}
}

// stream begins the events of -json. It has to be called before load, so that the
// manifest's diagnostics are events, too.
func (p *program) stream(c *cli.Context) {
	if c.Bool("json") {
		p.view = view.NewEvents(p.env.Stdout, p.err, p.env.Now)
	}
}

// globals are the values of the global flags.
type globals struct {
	manifest, dataDir         string
	allowDirs, vars, varFiles []string
	noColor, simulator        bool
	scenario                  *scenario.Scenario // nil if none was given
	logLevel, logFormat       string
}

// globals reads the global flags. Of a flag before and after the command the latter has
// precedence; lists are joined.
func (p *program) globals(c *cli.Context) (globals, error) {
	g := globals{
		manifest:  cmp.Or(lastString(c, "manifest"), p.environ["NOTIFYAUDIT_MANIFEST"], "."),
		dataDir:   cmp.Or(lastString(c, "data-dir"), p.environ["NOTIFYAUDIT_DATA_DIR"]),
		allowDirs: allStrings(c, "allow-dir"),
		vars:      allStrings(c, "var"),
		varFiles:  allStrings(c, "var-file"),
		noColor:   anyBool(c, "no-color") || p.environ["NO_COLOR"] != "" || p.environ["TERM"] == "dumb",
		simulator: anyBool(c, "simulator"),
		logLevel:  cmp.Or(lastString(c, "log-level"), "warn"),
		logFormat: cmp.Or(lastString(c, "log-format"), "text"),
	}
	path := lastString(c, "scenario")
	if path != "" && !g.simulator {
		return g, exit.Usagef("--scenario says what the simulator answers: it goes with --simulator")
	}
	var err error
	if g.scenario, err = provider.ReadScenario(path); err != nil { // read once: it may be a pipe
		return g, err
	}
	g.manifest = filepath.Clean(g.manifest)
	return g, nil
}

// logger returns the logger for --log-level.
func (p *program) logger(g globals) (*slog.Logger, error) {
	if _, err := runlog.New(io.Discard, g.logFormat); err != nil {
		return nil, err
	}
	return p.log.Logger(g.logLevel)
}

func lastString(c *cli.Context, name string) string {
	for _, at := range c.Lineage() {
		if at.IsSet(name) && slices.Contains(at.LocalFlagNames(), name) {
			return at.String(name)
		}
	}
	return ""
}

func anyBool(c *cli.Context, name string) bool {
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
