package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/build"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/origin"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/manifest"
)

// load reads the flags and the manifest, and shows the manifest's diagnostics.
func (p *program) load(c *cli.Context) (*session.Session, error) {
	s, _, err := p.loadDiagnosed(c)
	return s, err
}

// loadDiagnosed is load that returns the diagnostics, too. The error is errInvalid if
// one of them is an error.
func (p *program) loadDiagnosed(c *cli.Context) (*session.Session, manifest.Diagnostics, error) {
	g, err := p.globals(c)
	if err != nil {
		return nil, nil, err
	}
	log, err := p.logger(g)
	if err != nil {
		return nil, nil, err
	}
	s := p.session(g, log)
	m, diagnostics := manifest.Load(c.Context, manifest.Options{
		Path: g.manifest, DataDir: g.dataDir, AllowDirs: g.allowDirs,
		Vars: g.vars, VarFiles: g.varFiles, Environ: p.environ,
		Now: p.env.Now, Simulator: g.simulator, CheckTarget: origin.Check,
	})
	if err := context.Cause(c.Context); err != nil {
		return nil, nil, err
	}
	p.view.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return nil, diagnostics, errInvalid
	}
	s.Manifest = m
	return s, diagnostics, nil
}

// errInvalid ends a command whose manifest has errors, which were shown.
var errInvalid = exit.Told(exit.Config, errors.New("the manifest has mistakes, which `notifyaudit validate` shows"))

// session returns a session without a manifest.
func (p *program) session(g globals, log *slog.Logger) *session.Session {
	return session.New(session.Options{
		Reporter: p.view, Log: log, Now: p.env.Now, Simulator: g.simulator, Scenario: g.scenario, Version: build.Read().Version,
		Environ: p.environ, OnRun: p.log.SetRun,
	})
}

// confirm asks a question on the terminal. Any answer but yes is an error that begins
// with otherwise.
func (p *program) confirm(ctx context.Context, question, otherwise string) error {
	answer, err := p.err.Ask(ctx, p.env.Stdin, fmt.Sprintf("\n%s Only %s will do: ", p.err.Paint(term.Bold, question), p.err.Paint(term.Bold, "yes")))
	if err == nil && answer != "yes" {
		return exit.With(exit.Failure, fmt.Errorf("%s: the answer was not yes", otherwise))
	}
	return err
}
