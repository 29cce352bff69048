package build

import (
	"runtime/debug"
	"testing"
)

func TestVersion(t *testing.T) {
	revision := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: "abc123"}, {Key: "vcs.modified", Value: modified}}
	}
	const built = ", go1.26.8, "
	for _, test := range []struct {
		name     string
		main     string
		settings []debug.BuildSetting
		want     string
	}{
		{"a release", "v1.2.3", revision("false"), "1.2.3 (revision abc123" + built},
		{"a release with changes", "v1.2.3+dirty", revision("true"), "1.2.3+dirty (revision abc123 with changes" + built},
		{"a commit", "v1.2.4-0.20261128133200-abc123abc123", revision("false"), "1.2.4-0.20261128133200-abc123abc123 (revision abc123" + built},
		{"without the repository", "(devel)", nil, "devel (revision unknown: built without the repository" + built},
		{"without build information", "", nil, "devel (revision unknown: built without the repository" + built},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := versionOf(&debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Path: "notifyaudit", Version: test.main}, Settings: test.settings})
			if got := v.String(); got != test.want+v.Platform+")" {
				t.Errorf("got %q, want %q", got, test.want+v.Platform+")")
			}
		})
	}
}
