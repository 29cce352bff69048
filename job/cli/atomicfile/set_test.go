package atomicfile

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
	files := NewSet(root)
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
		if err := errors.Join(Sweep(root, ".", ""), f.Close()); err != nil {
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
	files := NewSet(root)
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

// TestReplace keeps a file's mode and the link that leads to it, and a sweep that
// comes while the text is written leaves it alone.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "main.hcl"), filepath.Join(dir, "link.hcl")
	if err := errors.Join(os.WriteFile(file, []byte("old"), 0o600), os.Chmod(file, 0o646), os.Symlink("main.hcl", link)); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	err = Replace(link, func(w io.Writer) error {
		_, err := io.WriteString(w, "new")
		return errors.Join(err, Sweep(root, ".", ""))
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || string(text) != "new" {
		t.Errorf("the file says %q, %v", text, err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != os.ModeSymlink {
		t.Errorf("the link became %v, %v", info, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o646 {
		t.Errorf("the mode became %v, %v", info, err)
	}
}
