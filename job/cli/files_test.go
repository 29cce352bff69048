package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A sweep takes what nobody writes any more, and nothing else.
func TestSweepLeavesWhatIsInUse(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	for _, name := range []string{".a.json.0123456789ab.partial", ".b.json.0123456789ab.partial", ".download.partial", "a.0123456789ab.partial", ".a.json.xyz.partial"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := newFileSet(root)
	defer files.Abort()
	f, err := files.Create("a.json") // which takes its own left-overs along
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".a.json.0123456789ab.partial")); err == nil {
		t.Error("the left-over of the same file is still there")
	}
	if _, err := os.Stat(filepath.Join(dir, ".b.json.0123456789ab.partial")); err != nil {
		t.Error("another file's left-over is gone: its name is somebody else's business")
	}
	if _, err := io.WriteString(f, "whole"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // while it is written, and when it only lacks its name
		if err := errors.Join(sweep(root, ".", ""), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if err := files.Commit(); err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range names {
		left = append(left, entry.Name())
	}
	if got, want := strings.Join(left, " "), ".a.json.xyz.partial .download.partial a.0123456789ab.partial a.json"; got != want {
		t.Errorf("left are %s, want %s", got, want)
	}
}

// What failed once is never put in its place.
func TestFailedFileGetsNoName(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	files := newFileSet(root)
	w, err := files.Create("a.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := files.files[0].file.Close(); err != nil { // so that writing fails
		t.Fatal(err)
	}
	_, _ = io.WriteString(w, "lost")
	_ = w.Close()
	if err := files.Commit(); err == nil {
		t.Error("it was committed")
	}
	if _, err := os.Stat(filepath.Join(dir, "a.json")); err == nil {
		t.Error("it is there")
	}
}
