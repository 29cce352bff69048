package cli

import (
	"context"
	"log/slog"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest"
)

// load reads the flags and the manifest. Its mistakes are shown here, all of
// them.
func (p *program) load(c *cli.Context) (*session, error) {
	g, err := p.globals(c)
	if err != nil {
		return nil, err
	}
	log, err := p.logger(g)
	if err != nil {
		return nil, err
	}
	s := p.session(g, log)
	m, diagnostics := manifest.Load(c.Context, manifest.Options{
		Path: g.manifest, DataDir: g.dataDir, AllowDirs: g.allowDirs,
		Vars: g.vars, VarFiles: g.varFiles, Environ: p.environ,
		Now: p.env.Now, Simulator: g.simulator,
	})
	if err := context.Cause(c.Context); err != nil {
		return nil, err
	}
	p.view.Diagnostics(diagnostics)
	if diagnostics.HasErrors() {
		return nil, errInvalid
	}
	s.manifest = m
	return s, nil
}

// errInvalid ends a command whose manifest has mistakes: they were said.
var errInvalid = exit.With(exit.Config, nil)

// session begins a session without a manifest.
func (p *program) session(g globals, log *slog.Logger) *session {
	return newSession(sessionOptions{
		reporter: p.view, log: log, now: p.env.Now, simulator: g.simulator, scenario: g.scenario, version: release,
		environ: p.environ,
	})
}
