package cli_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// durableWorld is a manifest with a report of every kind, and a file whose layout
// is not the canonical one.
func durableWorld(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"audit/main.audit.hcl": `
provider "dingtalk" { access_token = "t" }
message "a" {
  kind              = "group"
  process_query_key = "K1"
  audience          = ["u1", "u2", "u3"]
}
report "json" { path = "out/read.json" }
report "csv" { directory = "out/csv" }
report "excel" { path = "out/books/read.xlsx" }
report "html" { path = "out/read.html" }
report "markdown" { path = "out/read.md" }
`,
		"other.audit.hcl": "locals {\na=1\n}\n",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// durableCommands write files, beside the ones that apply writes, in this order.
var durableCommands = [][]string{
	{"--manifest", "audit", "--simulator", "plan", "-out", "made.plan"},
	{"--manifest", "audit", "--simulator", "report"},
	{"--manifest", "audit", "state", "export", "-o", "state.jsonl"},
	{"--simulator", "query", "-o", "query.xlsx", "KeyToQuery"},
	{"--manifest", "other.audit.hcl", "fmt"},
}

// durableFiles are what they write, below the folder of durableWorld.
var durableFiles = []string{
	"made.plan", "state.jsonl", "query.xlsx", "other.audit.hcl",
	"audit/out/read.json", "audit/out/books/read.xlsx", "audit/out/read.html", "audit/out/read.md",
	"audit/out/csv/messages.csv", "audit/out/csv/people.csv", "audit/out/csv/unread.csv", "audit/out/csv/problems.csv",
}

// TestBytesAreOnTheDiskBeforeTheirName is TestNamesComeAfterBytes for the other
// commands: no file gets its name by anything but a rename, before which its bytes
// are synced and after which its folder is. So a power cut leaves the old file or
// the new one.
func TestBytesAreOnTheDiskBeforeTheirName(t *testing.T) {
	t.Parallel()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	dir := durableWorld(t)
	if status, stderr := run(t, "--manifest", filepath.Join(dir, "audit"), "--simulator", "apply", "-auto-approve"); status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	log := filepath.Join(t.TempDir(), "calls")
	seen := syncs{dirty: map[string]bool{}, named: map[string]bool{}, folders: map[string]string{}}
	for _, args := range durableCommands {
		cmd := exec.CommandContext(t.Context(), strace, append([]string{
			"-f", "-y", "-qq", "-s", "0", "-e", "signal=none", "-o", log,
			"-e", "trace=write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2", "notifyaudit",
		}, args...)...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		calls, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		seen.follow(t, string(calls))
	}
	for folder, name := range seen.folders {
		t.Errorf("the folder %s was not synced after the rename to %s", folder, name)
	}
	for _, name := range durableFiles {
		if !seen.named[filepath.Join(dir, name)] {
			t.Errorf("%s did not get its name by a rename", name)
		}
	}
}

// syncs is what the system calls of a program did to files so far.
type syncs struct {
	// dirty are the files with bytes that may not be on the disk, named those that
	// got their name by a rename, folders those whose names may not be on the disk,
	// each with one such name.
	dirty, named map[string]bool
	folders      map[string]string
}

var (
	unfinished = regexp.MustCompile(`^(\d+) +(.*) <unfinished \.\.\.>$`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. \w+ resumed>(.*)$`)
	// onFile is a call on an open file, whose path strace tells.
	onFile = regexp.MustCompile(`^(\w+)\(\d+<([^>]*)>.* = \d+$`)
	// renames is a rename below open folders.
	renames = regexp.MustCompile(`^renameat2?\(\d+<([^>]*)>, "([^"]*)", \d+<([^>]*)>, "([^"]*)".* = 0$`)
)

// follow reads a log of strace. A call counts when it is over.
func (s *syncs) follow(t *testing.T, log string) {
	t.Helper()
	begun := map[string]string{}
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		if m := unfinished.FindStringSubmatch(line); m != nil {
			begun[m[1]] = m[2]
			continue
		}
		_, call, _ := strings.Cut(line, " ")
		if m := resumed.FindStringSubmatch(line); m != nil {
			call = begun[m[1]] + m[2]
		}
		s.see(t, strings.TrimSpace(call))
	}
}

func (s *syncs) see(t *testing.T, call string) {
	t.Helper()
	if m := renames.FindStringSubmatch(call); m != nil {
		from, to := filepath.Join(m[1], m[2]), filepath.Join(m[3], m[4])
		if s.dirty[from] {
			t.Errorf("the bytes of %s were not synced before its rename to %s", from, to)
		}
		s.named[to] = from != to
		s.folders[filepath.Dir(to)] = to
		return
	}
	if strings.HasPrefix(call, "rename") {
		t.Errorf("a rename that is not understood: %s", call)
	}
	m := onFile.FindStringSubmatch(call)
	switch {
	case m == nil:
	case m[1] == "fsync" || m[1] == "fdatasync":
		delete(s.dirty, m[2])
		delete(s.folders, m[2])
	default:
		s.dirty[m[2]] = true
	}
}
