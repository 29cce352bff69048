package atomicfile_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"notifyaudit/job/cli/atomicfile"
)

func TestScratchLeavesNothing(t *testing.T) {
	missing, folder := filepath.Join(t.TempDir(), "missing"), t.TempDir()
	f, err := atomicfile.Scratch(missing, folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("people"); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 && runtime.GOOS != "windows" {
		t.Errorf("while it is open there are %v, %v", entries, err)
	}
	content := make([]byte, 6)
	if _, err := f.ReadAt(content, 0); err != nil || string(content) != "people" {
		t.Errorf("read %q, %v", content, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("after it was closed there are %v, %v", entries, err)
	}
	if _, err := atomicfile.Scratch(missing); err == nil {
		t.Error("a file was made in a folder that is not there")
	}
}
