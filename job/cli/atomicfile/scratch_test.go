package atomicfile_test

import (
	"bytes"
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

// What is kept in memory is in pieces: any place can be read, over their ends too.
func TestSpoolOfManyPieces(t *testing.T) {
	want := make([]byte, 200_000)
	for i := range want {
		want[i] = byte(i % 251)
	}
	s := atomicfile.NewSpool(len(want), t.TempDir())
	for rest := want; len(rest) > 0; {
		n := min(len(rest), 70_001)
		if _, err := s.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	for _, at := range []int{0, 1, 65_535, 65_536, 131_071, 199_990} {
		got := make([]byte, min(70_000, len(want)-at))
		if n, err := s.ReadAt(got, int64(at)); err != nil || n != len(got) || !bytes.Equal(got, want[at:at+n]) {
			t.Errorf("at %d: %d bytes, %v", at, n, err)
		}
	}
	beyond := make([]byte, 20)
	if n, err := s.ReadAt(beyond, 199_990); n != 10 || !errors.Is(err, io.EOF) {
		t.Errorf("over the end: %d bytes, %v", n, err)
	}
}
