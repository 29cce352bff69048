package cli

import (
	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/term"
)

// validateCommand checks the manifest and asks nothing.
func (p *program) validateCommand() *cli.Command {
	return &cli.Command{
		Name:   "validate",
		Usage:  "check the manifest and everything it reads; asks nothing of the API",
		Flags:  []cli.Flag{jsonFlag()},
		Action: p.validate,
	}
}

func (p *program) validate(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	p.stream(c)
	s, err := p.load(c)
	switch {
	case err != nil && p.events != nil && p.events.errors > 0:
		p.events.validation(nil)
		return err
	case err != nil:
		return err
	case p.events != nil:
		p.events.validation(s.manifest)
		return p.events.failed()
	}
	s.out.Say(s.out.Paint(term.Green, "The manifest is valid:") + " " +
		term.Plural(s.manifest.Count, "message") + ", " + term.Plural(len(s.manifest.Providers), "provider") + ".")
	return nil
}
