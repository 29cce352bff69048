package program

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

// Load reads the flags and the manifest, and shows the manifest's diagnostics.
func (p *Program) Load(c *cli.Context) (*session.Session, error) {
	s, _, err := p.LoadDiagnosed(c)
	return s, err
}

// LoadDiagnosed is Load that returns the diagnostics, too. The error is ErrInvalid if
// one of them is an error.
func (p *Program) LoadDiagnosed(c *cli.Context) (*session.Session, manifest.Diagnostics, error) {
	g, err := p.Globals(c)
	if err != nil {
		return nil, nil, err
	}
	log, err := p.Logger(g)
	if err != nil {
		return nil, nil, err
	}
	s := p.NewSession(g, log)
	m, diagnostics := manifest.Load(c.Context, manifest.Options{
		Path: g.Manifest, DataDir: g.DataDir, AllowDirs: g.AllowDirs,
		Vars: g.Vars, VarFiles: g.VarFiles, Environ: p.Environ,
		Now: p.Env.Now, Simulator: g.Simulator, CheckTarget: origin.Check,
	})
	if err := context.Cause(c.Context); err != nil {
		return nil, nil, err
	}
	p.View.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return nil, diagnostics, ErrInvalid
	}
	s.Manifest = m
	return s, diagnostics, nil
}

// ErrInvalid ends a command whose manifest has errors, which were shown.
var ErrInvalid = exit.Told(exit.Config, errors.New("the manifest has mistakes, which `notifyaudit validate` shows"))

// NewSession returns a session without a manifest.
func (p *Program) NewSession(g Globals, log *slog.Logger) *session.Session {
	return session.New(session.Options{
		Reporter: p.View, Log: log, Now: p.Env.Now, Simulator: g.Simulator, Scenario: g.Scenario, Version: build.Read().Version,
		Environ: p.Environ, OnRun: p.Log.SetRun,
	})
}

// Confirm asks a question on the terminal. Any answer but yes is an error that begins
// with otherwise.
func (p *Program) Confirm(ctx context.Context, question, otherwise string) error {
	answer, err := p.Err.Ask(ctx, p.Env.Stdin, fmt.Sprintf("\n%s Only %s will do: ", p.Err.Paint(term.Bold, question), p.Err.Paint(term.Bold, "yes")))
	if err == nil && answer != "yes" {
		return exit.With(exit.Failure, fmt.Errorf("%s: the answer was not yes", otherwise))
	}
	return err
}
