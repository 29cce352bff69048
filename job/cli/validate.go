package cli

import (
	"errors"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/outbox"
	"notifyaudit/job/cli/usage"
)

// newValidateCommand returns validate: check the manifest.
func newValidateCommand(p *program) *cli.Command {
	return &cli.Command{
		Name:   "validate",
		Usage:  "check the manifest and everything it reads; asks nothing of the API",
		Flags:  []cli.Flag{jsonFlag()},
		Action: validateCommand{p}.run,
	}
}

type validateCommand struct{ *program }

func (p validateCommand) run(c *cli.Context) error {
	if err := usage.NoArguments(c); err != nil {
		return err
	}
	p.stream(c)
	s, diagnostics, err := p.loadDiagnosed(c)
	switch {
	case errors.Is(err, errInvalid):
		p.view.Validation(nil, diagnostics)
	case err == nil:
		defer s.Close()
		p.view.Validation(s.Manifest, diagnostics)
		for _, line := range outbox.Mailings(s.Manifest, p.env.Now()) {
			p.view.Note(line)
		}
	}
	return err
}
