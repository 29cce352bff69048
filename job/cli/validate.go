package cli

import (
	"errors"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/outbox"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/usage"
)

// newValidateCommand returns validate: check the manifest.
func newValidateCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:   "validate",
		Usage:  "check the manifest and everything it reads; asks nothing of the API",
		Flags:  []cli.Flag{program.JSONFlag()},
		Action: validateCommand{p}.run,
	}
}

type validateCommand struct{ *program.Program }

func (p validateCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	p.Stream(c)
	s, diagnostics, err := p.LoadDiagnosed(c)
	switch {
	case errors.Is(err, program.ErrInvalid):
		p.View.Validation(nil, diagnostics)
	case err == nil:
		defer s.Close()
		p.View.Validation(s.Manifest, diagnostics)
		for _, line := range outbox.Mailings(s.Manifest, p.Env.Now()) {
			p.View.Note(line)
		}
	}
	return err
}
