// Package atomicfile writes files whole or not at all: it writes each file under a
// temporary name, syncs it and renames it. A process that is killed leaves at most
// temporary files. It held locks on them, so the next Sweep knows that they are not in
// use any more and removes them.
package atomicfile

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

	"notifyaudit/job/disk"
)

// partial marks a file that is still being written: .NAME.RANDOM.partial, the
// random bytes in hexadecimal.
const (
	partial     = ".partial"
	randomBytes = 6
)

// A Set is a number of files below one folder that appear together. Each is written
// to a temporary file and synced; Commit renames all of them. Until then a file that
// was there before stays as it was. A symbolic link is replaced, not followed. A Set
// is not safe for concurrent use.
type Set struct {
	root  *os.Root
	mode  fs.FileMode
	files []*pendingFile
}

// A pendingFile is one file of a Set. Its errors name the final file, not the
// temporary one, and say what to do.
type pendingFile struct {
	name, temporary string
	folder          string // the full path, for error messages
	file            *os.File
	closed          bool
	// failure is the first error. A file with one is never renamed.
	failure error
}

// Write appends to the temporary file.
func (f *pendingFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	return n, f.failed(err)
}

// Close syncs the file, so that its content reaches the disk before its name does. It
// may be called more than once.
func (f *pendingFile) Close() error {
	if !f.closed {
		f.closed = true
		return f.failed(f.file.Sync())
	}
	return f.failure
}

func (f *pendingFile) failed(err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("write %s: %w", f.name, disk.Advise(err, f.folder))
	if f.failure == nil {
		f.failure = err
	}
	return err
}

// ModePrivate is the mode of files that only their owner may read and write.
const ModePrivate fs.FileMode = 0o600

// NewSet returns an empty set of files below root, of mode ModePrivate.
func NewSet(root *os.Root) *Set { return &Set{root: root, mode: ModePrivate} }

// ModePublic is the mode of files that everybody may read.
const ModePublic fs.FileMode = 0o644

// NewPublicSet returns an empty set of files below root, of mode ModePublic whatever the
// umask.
func NewPublicSet(root *os.Root) *Set { return &Set{root: root, mode: ModePublic} }

// Write writes one file of the set.
func (s *Set) Write(name string, write func(io.Writer) error) error {
	f, err := s.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// Create adds a file to the set. name is a slash-separated path below the root; missing
// folders are made with mode 0700.
func (s *Set) Create(name string) (io.WriteCloser, error) {
	name = path.Clean(filepath.ToSlash(name))
	dir := path.Dir(name)
	folder := filepath.Join(s.root.Name(), filepath.FromSlash(dir))
	if dir != "." {
		if err := s.root.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of %s: %w", name, disk.Advise(err, folder))
		}
	}
	if err := Sweep(s.root, dir, path.Base(name)); err != nil {
		return nil, err
	}
	temporary, file, err := s.temporary(dir, path.Base(name))
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, disk.Advise(err, folder))
	}
	f := &pendingFile{name: name, temporary: temporary, folder: folder, file: file}
	s.files = append(s.files, f)
	return f, nil
}

// temporary makes a temporary file and takes its lock, which marks the file as in use
// for as long as the process lives.
func (s *Set) temporary(dir, base string) (name string, file *os.File, err error) {
	for {
		var suffix [randomBytes]byte
		_, _ = rand.Read(suffix[:]) // never fails
		name = path.Join(dir, "."+base+"."+hex.EncodeToString(suffix[:])+partial)
		file, err = s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return "", nil, err
		}
		if claim(file) {
			if _, err := s.root.Lstat(name); err == nil {
				if s.mode != ModePrivate { // this mode is exact, whatever the umask
					err = file.Chmod(s.mode)
				}
				return name, file, err
			}
		}
		_ = file.Close() // another process swept it in between
	}
}

// Commit syncs and renames all files. After an error some files may be new and the
// others as they were; none is partly written.
func (s *Set) Commit() error {
	defer s.Abort()
	for _, f := range s.files {
		if err := f.Close(); err != nil {
			return err
		}
	}
	for len(s.files) > 0 {
		f := s.files[0]
		if err := s.root.Rename(f.temporary, f.name); err != nil {
			return fmt.Errorf("put %s in its place: %w", f.name, disk.Advise(err, f.folder))
		}
		_ = f.file.Close() // synced
		s.files = s.files[1:]
		if err := disk.SyncFolder(s.root, path.Dir(f.name)); err != nil {
			return fmt.Errorf("put %s in its place: %w", f.name, disk.Advise(err, f.folder))
		}
	}
	return nil
}

// Try makes the temporary file of a name and removes it again, to find out whether the
// file can be written.
func (s *Set) Try(name string) error {
	defer s.Abort()
	if _, err := s.Create(name); err != nil {
		return err
	}
	f := s.files[0]
	f.closed = true
	if err := errors.Join(f.file.Close(), s.root.Remove(f.temporary)); err != nil {
		return fmt.Errorf("remove a file: %w", disk.Advise(err, f.folder))
	}
	s.files = nil
	return nil
}

// Abort removes the files that were not committed. It may be called at any time.
func (s *Set) Abort() {
	for _, f := range s.files {
		f.closed = true
		_ = f.file.Close()
		_ = s.root.Remove(f.temporary)
	}
	s.files = nil
}
