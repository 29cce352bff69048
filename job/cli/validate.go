package cli

import (
	"github.com/urfave/cli/v2"
)

// validateCommand checks the manifest and asks nothing.
func (p *program) validateCommand() *cli.Command {
	return &cli.Command{
		Name:  "validate",
		Usage: "check the manifest and everything it reads; asks nothing of the API",
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			s, err := p.load(c)
			if err != nil {
				return err
			}
			s.out.printf("%s %s, %s.\n", s.out.paint(green, "The manifest is valid:"),
				plural(s.manifest.Count, "message"), plural(len(s.manifest.Providers), "provider"))
			return nil
		},
	}
}
