package cli

import (
	"errors"

	"github.com/urfave/cli/v2"
)

// newValidateCommand checks the manifest and asks nothing.
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
	if err := noArguments(c); err != nil {
		return err
	}
	p.stream(c)
	s, err := p.load(c)
	switch {
	case errors.Is(err, errInvalid):
		return errors.Join(err, p.view.Validation(nil))
	case err != nil:
		return err
	}
	return p.view.Validation(s.Manifest)
}
