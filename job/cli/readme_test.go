package cli_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// block is a fenced block of the README: its info string and its text.
type block struct{ info, text string }

func readmeBlocks(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, m := range regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, block{info: m[1], text: m[2]})
	}
	return blocks
}

// notRun are the README's commands that CI runs instead of this test.
func notRun(command string) bool {
	return command == "go test ./..." || strings.Contains(command, "go build ")
}

// copyExamples copies the examples, or the one in a folder of theirs, without the state
// and the reports that somebody who followed the README has there.
func copyExamples(t *testing.T, to, folder string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(filepath.Join("../../examples", folder))); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "out":
			if err := os.RemoveAll(path); err != nil {
				return err
			}
			return fs.SkipDir
		case strings.HasPrefix(entry.Name(), "audit.db"):
			return os.Remove(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var statusComment = regexp.MustCompile(`\s+# exit status (\d+)$`)

// TestReadmeCommands runs every command of the README in a copy of the examples,
// in the README's order.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	copyExamples(t, filepath.Join(dir, "examples"), ".")
	ran := 0
	for _, b := range readmeBlocks(t) {
		if b.info != "sh" {
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(b.text, "\\\n", "")) {
			command, want := strings.TrimSpace(line), 0
			if m := statusComment.FindStringSubmatch(command); m != nil {
				command = strings.TrimSuffix(command, m[0])
				want, _ = strconv.Atoi(m[1])
			}
			if command == "" || notRun(command) {
				continue
			}
			ran++
			shell := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(command, "go run . ", "notifyaudit ", 1))
			shell.Dir = dir
			out, err := shell.CombinedOutput()
			if got := statusOf(err); got != want {
				t.Errorf("%s: exit status %d, want %d\n%s", command, got, want, out)
			}
		}
	}
	if ran < 8 {
		t.Errorf("only %d commands were found", ran)
	}
}

// TestReadmeManifest loads the README's manifest with the tables beside it.
func TestReadmeManifest(t *testing.T) {
	dir := t.TempDir()
	for _, b := range readmeBlocks(t) {
		name := ""
		switch kind, file, _ := strings.Cut(b.info, " "); kind {
		case "hcl":
			name = "main.audit.hcl"
		case "csv":
			name = file
		}
		if name == "" {
			continue
		}
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.WriteString(b.text)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	m, diagnostics := manifest.Load(t.Context(), manifest.Options{
		Path: dir, Vars: []string{"app_secret=s"}, Environ: map[string]string{},
	})
	if m == nil || len(diagnostics) > 0 {
		t.Fatalf("the README's manifest: %v", diagnostics)
	}
	if m.Count != 4 || len(m.Providers) != 1 {
		t.Errorf("%d messages, %d providers", m.Count, len(m.Providers))
	}
}
