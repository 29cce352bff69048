package atomicfile_test

import (
	"errors"
	"io"
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

func TestSpool(t *testing.T) {
	for limit, files := range map[int]int{0: 1, 5: 1, 11: 0} {
		folder := t.TempDir()
		s := atomicfile.NewSpool(limit, folder)
		for _, part := range []string{"hel", "lo ", "world"} {
			if _, err := s.Write([]byte(part)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			content, err := io.ReadAll(io.NewSectionReader(s, 0, 100))
			if err != nil || string(content) != "hello world" {
				t.Errorf("limit %d: read %q, %v", limit, content, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if files > 0 {
			if _, err := s.ReadAt(make([]byte, 1), 0); !errors.Is(err, os.ErrClosed) {
				t.Errorf("limit %d: read after Close: %v", limit, err)
			}
		}
	}
	s := atomicfile.NewSpool(1, filepath.Join(t.TempDir(), "missing"))
	if _, err := s.Write([]byte("too long")); err == nil {
		t.Error("a file was made in a folder that is not there")
	}
}
