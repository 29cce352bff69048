// Package cli is the command line. Each command has a file: it reads flags, works
// with a session and shows results through a view. The process enters through Main:
// arguments, environment, standard streams, and a context that a signal ends.
//
// The packages below it:
//
//	view        shows results: as text to a person, as events to a program
//	session     works with a manifest and a state; prints nothing
//	archive     answers what the state remembers, by the names that a user gives
//	planfile    saves plans in files
//	publish     writes the reports of a manifest
//	query       has what a query works with in place of a manifest and a state
//	provider    makes the clients of the providers, with limits and budgets
//	doctor      checks what the providers need, with as few calls as possible
//	render      writes reports in their formats
//	finding     words, in the language of a report, what to look at
//	conclude    writes the reports of a run, and tells its results
//	shard       finds out which part of a run a process has
//	outbox      delivers results to the targets of the manifest
//	keys        finds processQueryKeys in arguments, files and text
//	credential  finds the credential of a query
//	format      writes manifest files in the canonical layout
//	complete    completes command lines
//	help        has the help texts
//	term        lays out text for a terminal; knows nothing of the job
//	origin      tells which files this program wrote
//	atomicfile  writes files whole or not at all
//	termination says in a line why the process ended, for Kubernetes
//	runlog      provides the log, with the run's id in each record
//	monitor     publishes metrics of a run
//	ping        tells a dead-man's switch how a command ended
//	profile     writes CPU and heap profiles
//	usage       says what is wrong with a command line
//	build       identifies the build of the program
//	notice      has the licenses of the program and its modules
//	exit        defines the exit statuses and an error that carries one
//
// Imports go in one direction: cli → all of them, conclude → {view, outbox, monitor}, format → view → {session, doctor}, shard → session,
// outbox → session → {archive, planfile, provider, publish, finding}, publish → render, doctor → provider, complete → help, and from
// all of these to term, atomicfile and exit, which import none of the others.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/complete"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/help"
	"notifyaudit/job/cli/ping"
	"notifyaudit/job/cli/profile"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/runlog"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/termination"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/cli/view"
	"notifyaudit/job/state"
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

// Main runs one command and returns the exit status. When ctx ends, the command winds
// down, which may take up to ten seconds. A command fails if standard output can't be
// written.
func Main(ctx context.Context, env Env) int {
	if env.Now == nil {
		env.Now = time.Now
	}
	results := term.NewResults(env.Stdout)
	env.Stdout = results
	said := ping.NewTail(env.Stderr)
	env.Stderr = said
	p := newProgram(env)
	p.results = results
	err := profile.Run(p.environ["NOTIFYAUDIT_PPROF"], func() error {
		return p.app().RunContext(ctx, append([]string{"notifyaudit"}, env.Args...))
	})
	told, _ := errors.AsType[*exit.Error](err)
	status, err := statusOf(ctx, err)
	if failed := results.Err(); failed != nil {
		status, err = exit.Failure, fmt.Errorf("write to standard output: %w", failed)
	}
	if err != nil {
		p.view.Failed(status, err)
	}
	termination.Write(cmp.Or(p.environ["NOTIFYAUDIT_TERMINATION_LOG"], env.TerminationLog), status, cmp.Or(err, told.InShort()))
	p.ping.End(ctx, status, said.Text())
	return status
}

// statusOf maps the error that ended a command to the exit status and to the error to
// show, nil if everything was said. It is the only such map. The status that an error
// carries has precedence; then the end of ctx is 75; then a lock that another process
// holds or has taken is 75; anything else is 1.
func statusOf(ctx context.Context, err error) (int, error) {
	e, carries := errors.AsType[*exit.Error](err)
	switch {
	case err == nil:
		return exit.OK, nil
	case carries:
		return e.Status, e.Err
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return exit.Retry, fmt.Errorf("interrupted: %w", context.Cause(ctx))
	case ctx.Err() != nil:
		return exit.Retry, fmt.Errorf("interrupted: %w", err)
	case state.Passes(err):
		return exit.Retry, err
	}
	return exit.Failure, err
}

// A program is one call of Main.
type program struct {
	env      Env
	environ  map[string]string
	results  *term.Results
	out, err view.Printer
	view     view.View
	log      *runlog.Log
	ping     *ping.Switch
}

func newProgram(env Env) *program {
	p := &program{env: env, environ: environ(env.Environ)}
	p.log, _ = runlog.New(env.Stderr, runlog.FormatIn(env.Args)) // this format exists
	p.out, p.err = p.screen(env.Stdout), p.screen(env.Stderr)
	if p.log.JSON() {
		p.err = view.NewLogPrinter(p.log.Always())
	}
	p.view = view.NewText(p.out, p.err, env.Now)
	return p
}

// app returns the command line with all its commands.
func (p *program) app() *cli.App {
	app := &cli.App{
		Name:      "notifyaudit",
		Usage:     "who has read it? audits of DingTalk robot messages, as spreadsheets",
		UsageText: "notifyaudit [flags] COMMAND [flags] [args]",
		Flags:     globalFlags(),
		Commands: []*cli.Command{
			newInitCommand(p), newValidateCommand(p), newFmtCommand(p), newPlanCommand(p), newApplyCommand(p),
			newShowCommand(p), newReportCommand(p), newDeliverCommand(p), newQueryCommand(p), newDoctorCommand(p), newStateCommand(p),
			newSimulateCommand(p), newVersionCommand(p), complete.NewCommand(p.env.Stdout), newHelpCommand(p),
			complete.NewLinesCommand(p.env.Stdout, complete.Options{Environ: p.environ, Now: p.env.Now, Formats: render.Formats()}),
		},
		Action:                    usage.UnknownCommand,
		Reader:                    p.env.Stdin,
		Writer:                    p.env.Stdout,
		ErrWriter:                 p.err.Writer,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usage.Mistake,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
	}
	width := p.out.Width
	decorate(app.Commands, "", width)
	app.CustomAppHelpTemplate = help.Template(help.App(app.Commands, app.Flags), width)
	return app
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
func (p *program) screen(w io.Writer) view.Printer {
	color := p.environ["NO_COLOR"] == "" && p.environ["TERM"] != "dumb" && !p.plain()
	return view.NewPrinter(w, color)
}

// plain reports whether --no-color is among the arguments. The screen is needed before
// the flags are parsed.
func (p *program) plain() bool {
	for _, arg := range p.env.Args {
		if strings.TrimLeft(arg, "-") == "no-color" && arg != "no-color" {
			return true
		}
	}
	return false
}
