package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"notifyaudit/job/cli/notice"
)

// newVersionCommand says which program this is, and of what it is made.
func newVersionCommand(p *program) *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "show the version",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "as one JSON object"},
			&cli.BoolFlag{Name: "licenses", Usage: "the licenses of what the program is made of"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			if c.Bool("licenses") {
				_, err := io.WriteString(p.env.Stdout, notice.Text())
				return err
			}
			v := buildVersion()
			if c.Bool("json") {
				return json.NewEncoder(p.env.Stdout).Encode(v)
			}
			_, err := fmt.Fprintf(p.env.Stdout, "notifyaudit %s\n", v)
			return err
		},
	}
}

// A version is what `version -json` prints.
type version struct {
	FormatVersion string `json:"format_version"`
	// Version is a release without its v, a commit after a release in the form of
	// Go's pseudo-versions, or "devel" when the program was built without its
	// repository.
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // the commit, when built from a repository
	Modified bool   `json:"modified,omitempty"` // there were changes beside the commit
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// buildVersion reads what the go command wrote into the binary.
func buildVersion() version {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) version {
	v := version{
		FormatVersion: "1.0", Version: strings.TrimPrefix(info.Main.Version, "v"),
		Go: cmp.Or(info.GoVersion, runtime.Version()), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if v.Version == "" || v.Version == "(devel)" {
		v.Version = "devel"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Revision = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
	return v
}

func (v version) String() string {
	revision := "revision " + v.Revision
	switch {
	case v.Revision == "":
		revision = "revision unknown: built without the repository"
	case v.Modified:
		revision += " with changes"
	}
	return fmt.Sprintf("%s (%s, %s, %s)", v.Version, revision, v.Go, v.Platform)
}
