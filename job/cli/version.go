package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

// versionCommand says which program this is.
func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "show the version",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "as one JSON object"}},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			v := buildVersion()
			if c.Bool("json") {
				return json.NewEncoder(p.env.Stdout).Encode(v)
			}
			_, err := fmt.Fprintf(p.env.Stdout, "notifyaudit %s (%s, %s)\n", v.Version, v.Go, v.Platform)
			return err
		},
	}
}

// A version is what `version -json` prints.
type version struct {
	FormatVersion string `json:"format_version"`
	Version       string `json:"version"`
	Revision      string `json:"revision,omitempty"` // of the source, when built from a repository
	Go            string `json:"go"`
	Platform      string `json:"platform"`
}

// buildVersion reads what the linker wrote into the binary.
func buildVersion() version {
	v := version{FormatVersion: "1.0", Version: release, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				v.Revision = s.Value
			}
		}
	}
	return v
}

// release is the version in CHANGELOG.md that this source becomes.
const release = "0.1.0"
