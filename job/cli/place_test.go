//go:build unix

package cli_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job/longtest"
)

// TestLinksAreNotWrittenThrough puts links to somebody else's files where the
// program writes: they are replaced or refused, and what they lead to is as it
// was.
func TestLinksAreNotWrittenThrough(t *testing.T) { //nolint:tparallel // its parts share one server
	t.Parallel()
	world := small(t)
	world.fewer(fewTruths("recalled", "row-1"))
	for name, c := range map[string]struct {
		link   func(victim, place string) error
		places []string
		status int
	}{
		"symlinks for reports":     {os.Symlink, []string{"out/truth.json", "out/truth.xlsx", "out/truth.html", "out/csv/people.csv"}, 0},
		"hard links for reports":   {os.Link, []string{"out/truth.json", "out/truth.xlsx", "out/truth.html", "out/csv/people.csv"}, 78},
		"a symlink for the state":  {os.Symlink, []string{"audit.db"}, 1},
		"a hard link for it":       {os.Link, []string{"audit.db"}, 1},
		"a symlink for its log":    {os.Symlink, []string{"audit.db-wal"}, 1},
		"a symlink for its lock":   {os.Symlink, []string{"audit.db.lock"}, 1},
		"a hard link for its lock": {os.Link, []string{"audit.db.lock"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := world.copied()
			w.t = t
			victim := filepath.Join(t.TempDir(), "victim")
			if err := os.WriteFile(victim, []byte("somebody else's"), 0o640); err != nil {
				t.Fatal(err)
			}
			for _, place := range c.places {
				if err := errors.Join(os.MkdirAll(filepath.Dir(w.file(place)), 0o700), c.link(victim, w.file(place))); err != nil {
					t.Fatal(err)
				}
			}
			asked := w.api.asked.Load()
			w.apply().ends(c.status)
			data, err := os.ReadFile(victim)
			info, statErr := os.Stat(victim)
			if err := errors.Join(err, statErr); err != nil {
				t.Fatal(err)
			}
			if string(data) != "somebody else's" || info.Mode().Perm() != 0o640 {
				t.Errorf("the file that the link leads to now has mode %o and holds %q", info.Mode().Perm(), data)
			}
			if c.status == 0 {
				w.exact(w.file("out/truth.json"))
				w.private(w.file("out"))
			} else if calls := w.api.asked.Load() - asked; calls != 0 {
				t.Errorf("%d calls were made", calls)
			}
		})
	}
}

// TestPathsStayBelowTheDataFolder: a report or a state that would lie elsewhere is
// a mistake in the manifest, and nothing is made there.
func TestPathsStayBelowTheDataFolder(t *testing.T) { //nolint:tparallel // its parts share one server
	t.Parallel()
	world := small(t)
	for name, change := range map[string][2]string{
		"a report above it":         {`path = "out/truth.json"`, `path = "../truth.json"`},
		"a report in the middle":    {`path = "out/truth.json"`, `path = "out/../../truth.json"`},
		"a report elsewhere":        {`path = "out/truth.json"`, `path = "/tmp/truth.json"`},
		"a folder above it":         {`directory = "out/csv"`, `directory = ".."`},
		"a state above it":          {`report "json"`, "audit {\n  backend \"sqlite\" { path = \"../audit.db\" }\n}\nreport \"json\""},
		"a state elsewhere":         {`report "json"`, "audit {\n  backend \"sqlite\" { path = \"/tmp/audit.db\" }\n}\nreport \"json\""},
		"a path that only run does": {`path = "out/truth.json"`, `path = "${run.id == "" ? "" : ".."}/truth.json"`},
	} {
		t.Run(name, func(t *testing.T) {
			outer := t.TempDir()
			w := world.copied()
			w.t = t
			inner := filepath.Join(outer, "inner")
			if err := os.Rename(w.dir, inner); err != nil {
				t.Fatal(err)
			}
			w.dir = inner
			w.rewrite(func(manifest string) string { return strings.Replace(manifest, change[0], change[1], 1) })
			w.apply().ends(78)
			names, err := os.ReadDir(outer)
			if err != nil || len(names) != 1 {
				t.Errorf("beside the data folder: %v %v", names, err)
			}
		})
	}
}

// TestModes runs the program under every mask of a user: what it makes is that
// user's alone.
func TestModes(t *testing.T) { //nolint:tparallel // its parts share one server
	t.Parallel()
	world := small(t)
	world.fewer(fewTruths("recalled", "row-1"))
	for _, umask := range []string{"0022", "0777", "0000", "0077", "0027", "0377"}[:longtest.N(2, 6)] {
		t.Run(umask, func(t *testing.T) {
			w := world.copied()
			w.t = t
			data, outside := filepath.Join(t.TempDir(), "data"), t.TempDir()
			run := func(args ...string) {
				t.Helper()
				script := fmt.Sprintf("umask %s && exec \"$@\"", umask)
				args = append([]string{"-c", script, "sh", realProgram(t), "--manifest", w.dir, "--data-dir", data}, args...)
				launch(t, []string{"TMPDIR=" + w.temp, "XDG_CACHE_HOME=" + w.temp}, "sh", args...).ends(0)
			}
			run("plan", "-out", filepath.Join(outside, "plan.json"))
			p := launch(t, []string{"TMPDIR=" + w.temp, "XDG_CACHE_HOME=" + w.temp}, "sh", "-c", "umask "+umask+" && exec \"$@\"", "sh",
				realProgram(t), "--manifest", w.dir, "--data-dir", data, "apply", "-auto-approve")
			for !p.over() { // what is there only for a while, too
				w.private(data)
				w.private(w.temp)
			}
			p.ends(0)
			run("state", "export", "-o", filepath.Join(outside, "state.jsonl"))
			run("report", "-format", "csv", "-o", filepath.Join(outside, "again"))
			for folder, least := range map[string]int{data: 10, w.temp: 2, outside: 7} {
				if n := w.private(folder); n < least {
					t.Errorf("only %d files and folders in %s", n, folder)
				}
			}
		})
	}
}

// private fails the test when anything in a folder has other modes than 0600 and
// 0700, and counts what is there. The folder itself is the test's.
func (w *audited) private(dir string) (count int) {
	w.t.Helper()
	_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir && filepath.Base(dir) != "data" {
			return nil //nolint:nilerr // it came and went
		}
		info, err := entry.Info()
		if err != nil {
			return nil //nolint:nilerr // it went
		}
		count++
		want := fs.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			w.t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		return nil
	})
	return count
}
