package cli_test

import (
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"notifyaudit/job/longtest"
)

// TestReadmeBuildsThis: the program that these tests look at is made by the
// README's line.
func TestReadmeBuildsThis(t *testing.T) {
	for _, b := range readmeBlocks(t) {
		if b.info == "sh" && slices.Contains(strings.Split(b.text, "\n"), readmeBuild) {
			return
		}
	}
	t.Errorf("README.md has no line %q", readmeBuild)
}

// TestBuiltBinaryIsStatic: the program needs no loader and no library.
func TestBuiltBinaryIsStatic(t *testing.T) {
	longtest.Require(t) // which alone builds without cgo
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the image is for Linux")
	}
	file, err := elf.Open(realProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("it has a segment %s", p.Type)
		}
	}
	if libraries, err := file.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("it needs %q: %v", libraries, err)
	}
}

// TestNoticesAreComplete: the program has a license for each module that the
// linker put into it.
func TestNoticesAreComplete(t *testing.T) {
	t.Parallel()
	program := realProgram(t)
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	notices, err := exec.CommandContext(t.Context(), program, "version", "-licenses").Output()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\S+@v\S+$`).FindAllString(string(notices), -1) {
		named[m] = true
	}
	for _, module := range info.Deps {
		if name := module.Path + "@" + module.Version; !named[name] {
			t.Errorf("there is no license of %s: run go generate ./job/cli/notice", name)
		}
	}
	if len(info.Deps) < 20 {
		t.Errorf("only %d modules are linked in", len(info.Deps))
	}
	for _, text := range []string{"notifyaudit\n\n                                 Apache License", "Go, its library and its runtime\n\nCopyright 2009 The Go Authors"} {
		if !strings.Contains(string(notices), text) {
			t.Errorf("%q is not there", text)
		}
	}
}

// TestVersionOfARelease builds from a repository with a tag.
func TestVersionOfARelease(t *testing.T) {
	longtest.Require(t)
	t.Parallel()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GOFLAGS=-buildvcs=true",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	for _, name := range []string{"go.mod", "go.sum", "main.go", "job", "ratelimit", "report"} {
		run("cp", "-R", absolute(t, "../../"+name), name)
	}
	run(git, "init", "-q")
	run(git, "add", ".")
	run(git, "commit", "-q", "-m", "release")
	run(git, "tag", "v1.2.3")
	program := filepath.Join(t.TempDir(), "program") // in the repository it would be a change
	run("go", "build", "-o", program, ".")
	var got struct {
		Version, Revision string
		Modified          bool
	}
	if err := json.Unmarshal([]byte(run(program, "version", "-json")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Version != "1.2.3" || got.Revision != run(git, "rev-parse", "HEAD") || got.Modified {
		t.Errorf("got %+v", got)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDockerfile: what the image is built with has a full version, of go.mod's Go;
// the image is empty but for what is copied, and says what it is.
func TestDockerfile(t *testing.T) {
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	text := read("Dockerfile")
	var bases []string
	for _, m := range regexp.MustCompile(`(?m)^FROM (?:--\S+ )*(\S+)`).FindAllStringSubmatch(text, -1) {
		bases = append(bases, m[1])
	}
	minor := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read("go.mod"))[1]
	if want := regexp.MustCompile(`^golang:` + regexp.QuoteMeta(minor) + `\.\d+-[a-z]+ scratch$`); !want.MatchString(strings.Join(bases, " ")) {
		t.Errorf("the bases are %q, want %s", bases, want)
	}
	for _, label := range []string{"title", "description", "licenses", "version", "revision", "base.name"} {
		if !strings.Contains(text, " org.opencontainers.image."+label+"=\"") {
			t.Errorf("the label %s is missing", label)
		}
	}
	if !strings.Contains(text, "job/cli/notice/notices.txt /licenses/") {
		t.Error("the image does not have the licenses")
	}
}
