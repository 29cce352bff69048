// Package cli is the command line. Each command has a file: it reads flags, works
// with a session and shows results through a view. The process enters through Main:
// arguments, environment, standard streams, and a context that a signal ends.
//
// The packages below it:
//
//	statecmd    has the commands of `notifyaudit state`
//	program     has what commands share: the process, the global flags, a loaded manifest
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
// Imports go in one direction: cli → all of them; statecmd → program → {session, view};
// conclude → {view, outbox, monitor}; format → view → {session, doctor}; shard → session;
// outbox → session → {archive, planfile, provider, publish, finding}; publish → render;
// doctor → provider; complete → help; and from all of these to term, atomicfile and exit,
// which import none of the others.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/complete"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/help"
	"notifyaudit/job/cli/ping"
	"notifyaudit/job/cli/profile"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/render"
	"notifyaudit/job/cli/statecmd"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/cli/termination"
	"notifyaudit/job/cli/usage"
	"notifyaudit/job/state"
)

// An Env is the process as a command sees it.
type Env = program.Env

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
	p := program.New(env)
	p.Results = results
	err := profile.Run(p.Environ["NOTIFYAUDIT_PPROF"], func() error {
		return app(p).RunContext(ctx, append([]string{"notifyaudit"}, env.Args...))
	})
	told, _ := errors.AsType[*exit.Error](err)
	status, err := statusOf(ctx, err)
	if failed := results.Err(); failed != nil {
		status, err = exit.Failure, fmt.Errorf("write to standard output: %w", failed)
	}
	if err != nil {
		p.View.Failed(status, err)
	}
	termination.Write(cmp.Or(p.Environ["NOTIFYAUDIT_TERMINATION_LOG"], env.TerminationLog), status, cmp.Or(err, told.InShort()))
	p.Ping.End(ctx, status, said.Text())
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

// app returns the command line with all its commands.
func app(p *program.Program) *cli.App {
	app := &cli.App{
		Name:      "notifyaudit",
		Usage:     "who has read it? audits of DingTalk robot messages, as workbooks",
		UsageText: "notifyaudit [flags] COMMAND [flags] [args]",
		Flags:     program.Flags(),
		Commands: []*cli.Command{
			newInitCommand(p), newValidateCommand(p), newFmtCommand(p), newPlanCommand(p), newApplyCommand(p),
			newShowCommand(p), newReportCommand(p), newDeliverCommand(p), newQueryCommand(p), newDoctorCommand(p), statecmd.New(p),
			newSimulateCommand(p), newVersionCommand(p), complete.NewCommand(p.Env.Stdout), newHelpCommand(p),
			complete.NewLinesCommand(p.Env.Stdout, complete.Options{Environ: p.Environ, Now: p.Env.Now, Formats: render.Formats()}),
		},
		Action:                    usage.UnknownCommand,
		Reader:                    p.Env.Stdin,
		Writer:                    p.Env.Stdout,
		ErrWriter:                 p.Err.Writer,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              usage.Mistake,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
	}
	width := p.Out.Width
	decorate(app.Commands, "", width)
	app.CustomAppHelpTemplate = help.Template(help.App(app.Commands, app.Flags), width)
	return app
}
