package cli

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// partial marks a file that is still being written: .NAME.RANDOM.partial.
const partial = ".partial"

// A fileSet is files below one folder that appear together: each is written to a
// temporary file of mode 0600 and synced, and when all are done they are renamed
// into place. A file that was there before is whole until then, and a link in
// its place is replaced, never written through.
type fileSet struct {
	root  *os.Root
	files []pendingFile
}

type pendingFile struct {
	name, temporary string
	file            *os.File
}

// newFileSet writes below root.
func newFileSet(root *os.Root) *fileSet { return &fileSet{root: root} }

// Create begins the file name, a slash-separated path below the root. Its
// folders are made as needed, mode 0700.
func (s *fileSet) Create(name string) (io.WriteCloser, error) {
	name = path.Clean(filepath.ToSlash(name))
	if dir := path.Dir(name); dir != "." {
		if err := s.root.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of %s: %w", name, err)
		}
	}
	var suffix [6]byte
	_, _ = rand.Read(suffix[:]) // never fails
	temporary := path.Join(path.Dir(name), "."+path.Base(name)+"."+hex.EncodeToString(suffix[:])+partial)
	f, err := s.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	s.files = append(s.files, pendingFile{name: name, temporary: temporary, file: f})
	return f, nil
}

// Commit syncs and renames all files. After an error some may be in place, each
// whole; the others are as they were.
func (s *fileSet) Commit() error {
	defer s.Abort()
	for _, f := range s.files {
		if err := settle(s.root, f); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
	}
	for len(s.files) > 0 {
		f := s.files[0]
		if err := s.root.Rename(f.temporary, f.name); err != nil {
			return fmt.Errorf("put %s in its place: %w", f.name, err)
		}
		s.files = s.files[1:]
		if err := syncFolder(s.root, path.Dir(f.name)); err != nil {
			return fmt.Errorf("put %s in its place: %w", f.name, err)
		}
	}
	return nil
}

// settle makes sure that the bytes are on the disk before the name is.
func settle(root *os.Root, f pendingFile) error {
	if err := f.file.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	again, err := root.OpenFile(f.temporary, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(again.Sync(), again.Close())
}

func syncFolder(root *os.Root, name string) error {
	dir, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Abort removes what was not committed. It is safe to call at any time.
func (s *fileSet) Abort() {
	for _, f := range s.files {
		_ = f.file.Close()
		_ = s.root.Remove(f.temporary)
	}
	s.files = nil
}

// sweep removes what a killed run left half-written in a folder below root. Only
// the holder of the state's lock may call it.
func sweep(root *os.Root, folder string) error {
	dir, err := root.Open(filepath.ToSlash(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for left-over files in %s: %w", folder, err)
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return fmt.Errorf("look for left-over files in %s: %w", folder, err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, ".") && strings.HasSuffix(name, partial) {
			if err := root.Remove(path.Join(filepath.ToSlash(folder), name)); err != nil {
				return fmt.Errorf("remove the left-over %s: %w", name, err)
			}
		}
	}
	return nil
}
