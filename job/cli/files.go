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
	"syscall"
)

// partial marks a file that is still being written: .NAME.RANDOM.partial, the
// random bytes in hexadecimal.
const (
	partial     = ".partial"
	randomBytes = 6
)

// A fileSet is files below one folder that appear together: each is written to a
// temporary file of mode 0600 and synced, and when all are done they are renamed
// into place. A file that was there before is whole until then, and a link in
// its place is replaced, never written through.
type fileSet struct {
	root  *os.Root
	files []*pendingFile
}

// A pendingFile is one of them. Its errors name the file that is meant, and the
// way out where the file system's words don't.
type pendingFile struct {
	name, temporary string
	folder          string // in full, for people
	file            *os.File
	closed          bool
	// failure is the first error: what had one is never put in its place.
	failure error
}

// Write appends to the temporary file.
func (f *pendingFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	return n, f.failed(err)
}

// Close makes sure that the bytes are on the disk before the name is. It may be
// called again.
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
	err = fmt.Errorf("write %s: %w", f.name, advised(err, f.folder))
	if f.failure == nil {
		f.failure = err
	}
	return err
}

// advised is what a file system said, without the temporary file's name, and what
// to do about it.
func advised(err error, folder string) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		err = at.Err
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w; free space in %s", err, folder)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w; check the owner and mode of %s, and that the volume is not read-only", err, folder)
	default:
		return fmt.Errorf("%w in %s", err, folder)
	}
}

// newFileSet writes below root.
func newFileSet(root *os.Root) *fileSet { return &fileSet{root: root} }

// Create begins the file name, a slash-separated path below the root. Its
// folders are made as needed, mode 0700.
func (s *fileSet) Create(name string) (io.WriteCloser, error) {
	name = path.Clean(filepath.ToSlash(name))
	dir := path.Dir(name)
	folder := filepath.Join(s.root.Name(), filepath.FromSlash(dir))
	if dir != "." {
		if err := s.root.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of %s: %w", name, advised(err, folder))
		}
	}
	if err := sweep(s.root, dir, path.Base(name)); err != nil {
		return nil, err
	}
	temporary, file, err := s.temporary(dir, path.Base(name))
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, advised(err, folder))
	}
	f := &pendingFile{name: name, temporary: temporary, folder: folder, file: file}
	s.files = append(s.files, f)
	return f, nil
}

// temporary makes a file that is known to be in use: the process that makes it
// holds its lock, and one that is killed doesn't.
func (s *fileSet) temporary(dir, base string) (name string, file *os.File, err error) {
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
				return name, file, nil
			}
		}
		_ = file.Close() // a sweep came in between
	}
}

// Commit syncs and renames all files. After an error some may be in place, each
// whole; the others are as they were.
func (s *fileSet) Commit() error {
	defer s.Abort()
	for _, f := range s.files {
		if err := f.Close(); err != nil {
			return err
		}
	}
	for len(s.files) > 0 {
		f := s.files[0]
		if err := s.root.Rename(f.temporary, f.name); err != nil {
			return fmt.Errorf("put %s in its place: %w", f.name, renamed(err, f.folder))
		}
		_ = f.file.Close() // synced
		s.files = s.files[1:]
		if err := syncFolder(s.root, path.Dir(f.name)); err != nil {
			return fmt.Errorf("put %s in its place: %w", f.name, advised(err, f.folder))
		}
	}
	return nil
}

// renamed is why a name could not be given.
func renamed(err error, folder string) error {
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		err = link.Err
	}
	return advised(err, folder)
}

func syncFolder(root *os.Root, name string) error {
	dir, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// try makes the temporary file of a name and removes it again.
func (s *fileSet) try(name string) error {
	defer s.Abort()
	if _, err := s.Create(name); err != nil {
		return err
	}
	f := s.files[0]
	f.closed = true
	if err := errors.Join(f.file.Close(), s.root.Remove(f.temporary)); err != nil {
		return fmt.Errorf("remove a file in %s: %w", f.folder, err)
	}
	s.files = nil
	return nil
}

// Abort removes what was not committed. It is safe to call at any time.
func (s *fileSet) Abort() {
	for _, f := range s.files {
		f.closed = true
		_ = f.file.Close()
		_ = s.root.Remove(f.temporary)
	}
	s.files = nil
}

// sweep removes what killed runs left half-written of a file in a folder below
// root, "": of any.
func sweep(root *os.Root, folder, base string) error {
	folder = filepath.ToSlash(folder)
	dir, err := root.Open(folder)
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
		if isPartial(name) && (base == "" || strings.HasPrefix(name, "."+base+".")) {
			if err := removeUnused(root, path.Join(folder, name)); err != nil {
				return fmt.Errorf("remove the left-over %s: %w", name, err)
			}
		}
	}
	return nil
}

// removeUnused removes a temporary file unless somebody is writing it.
func removeUnused(root *os.Root, name string) error {
	if file, err := root.OpenFile(name, os.O_WRONLY, 0); err == nil {
		defer func() { _ = file.Close() }()
		if !claim(file) {
			return nil
		}
	}
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// isPartial reports whether Create gave the name: others end theirs in .partial
// too.
func isPartial(name string) bool {
	stem, found := strings.CutSuffix(name, partial)
	dot := strings.LastIndexByte(stem, '.')
	if !found || dot < 1 || stem[0] != '.' {
		return false
	}
	random, err := hex.DecodeString(stem[dot+1:])
	return err == nil && len(random) == randomBytes
}
