// Package build identifies the build of the program.
package build

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Info is what `version -json` prints.
type Info struct {
	FormatVersion string `json:"format_version"`
	// Version is a release without its v, a commit after a release in the form of
	// Go's pseudo-versions, or "devel" when the program was built without its
	// repository.
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // the commit, when built from a repository
	Modified bool   `json:"modified,omitempty"` // the source had changes that were not committed
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Read returns what the go command recorded in the binary.
func Read() Info {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return versionOf(info)
}

func versionOf(info *debug.BuildInfo) Info {
	v := Info{
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

func (v Info) String() string {
	revision := "revision " + v.Revision
	switch {
	case v.Revision == "":
		revision = "revision unknown: built without the repository"
	case v.Modified:
		revision += " with changes"
	}
	return fmt.Sprintf("%s (%s, %s, %s)", v.Version, revision, v.Go, v.Platform)
}
