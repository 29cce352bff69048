// Package program is one call of the program as its commands share it: the process that it
// runs in, the global flags, what shows results, and how a manifest is loaded.
package program

import (
	"io"
	"strings"
	"time"

	"notifyaudit/job/cli/ping"
	"notifyaudit/job/cli/runlog"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/view"
)

// An Env is the process as a command sees it.
type Env struct {
	// Args are the arguments without the program's name.
	Args []string
	// Environ is the environment, each "name=value".
	Environ []string
	Stdin   io.Reader
	// Stdout gets results, Stderr everything else.
	Stdout, Stderr io.Writer
	// TerminationLog is a file that takes a line on how the command ended, if it exists;
	// NOTIFYAUDIT_TERMINATION_LOG names another one.
	TerminationLog string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// A Program is one call of Main.
type Program struct {
	Env Env
	// Environ is the environment, value by name.
	Environ map[string]string
	// Results is standard output; it remembers when it could not be written.
	Results *term.Results
	// Out and Err print on standard output and standard error.
	Out, Err view.Printer
	View     view.View
	Log      *runlog.Log
	// Ping is the dead-man's switch of apply; nil without one.
	Ping *ping.Switch
}

// New returns the program for a process. Its log has the format of the arguments.
func New(env Env) *Program {
	p := &Program{Env: env, Environ: environ(env.Environ)}
	p.Log, _ = runlog.New(env.Stderr, runlog.FormatIn(env.Args)) // this format exists
	p.Out, p.Err = p.screen(env.Stdout), p.screen(env.Stderr)
	if p.Log.JSON() {
		p.Err = view.NewLogPrinter(p.Log.Always())
	}
	p.View = view.NewText(p.Out, p.Err, env.Now)
	return p
}

func environ(list []string) map[string]string {
	m := make(map[string]string, len(list))
	for _, entry := range list {
		if name, value, found := strings.Cut(entry, "="); found {
			m[name] = value
		}
	}
	return m
}

// screen returns a printer for w.
func (p *Program) screen(w io.Writer) view.Printer {
	color := p.Environ["NO_COLOR"] == "" && p.Environ["TERM"] != "dumb" && !p.plain()
	return view.NewPrinter(w, color)
}

// plain reports whether --no-color is among the arguments. The screen is needed before
// the flags are parsed.
func (p *Program) plain() bool {
	for _, arg := range p.Env.Args {
		if strings.TrimLeft(arg, "-") == "no-color" && arg != "no-color" {
			return true
		}
	}
	return false
}
