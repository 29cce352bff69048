package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/build"
	"notifyaudit/job/cli/notice"
	"notifyaudit/job/cli/program"
	"notifyaudit/job/cli/usage"
)

// newVersionCommand returns version: show the version or the licenses.
func newVersionCommand(p *program.Program) *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "show the version",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "as one JSON object"},
			&cli.BoolFlag{Name: "licenses", Usage: "the licenses of what the program is made of"},
		},
		Action: func(c *cli.Context) error {
			if err := usage.NoArguments(c); err != nil {
				return err
			}
			if c.Bool("licenses") {
				_, err := io.WriteString(p.Env.Stdout, notice.Text())
				return err
			}
			v := build.Read()
			if c.Bool("json") {
				return json.NewEncoder(p.Env.Stdout).Encode(v)
			}
			_, err := fmt.Fprintf(p.Env.Stdout, "notifyaudit %s\n", v)
			return err
		},
	}
}
