// Package source finds and reads the files that a manifest may read: regular files
// in its folder and in the folders that were allowed, symlinks followed first.
package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/text/unicode/norm"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/inputs"
)

// ErrOutside is wrapped when a path leads out of the folders that may be read.
var ErrOutside = errors.New("it lies outside of the manifest's folder")

// ErrChanged is wrapped when a file isn't what it was when it was found.
var ErrChanged = errors.New("has changed since the manifest was loaded: run the command again")

// A Digest is a file as it was when it was read.
type Digest struct {
	// Path is relative to the manifest's folder where the file lies in it.
	Path   string
	SHA256 string // lower-case hex
	// ReadAs says how a table was read: its encoding, or the sheet of a workbook.
	// Empty for other files.
	ReadAs string
}

// An FS finds the files that a manifest may read: those in its folder and in
// the folders that were allowed, after every symlink was followed.
type FS struct {
	// Dir is the manifest's folder, absolute.
	Dir string
	// Inputs are the files that were found.
	Inputs *inputs.Set

	roots  []string          // real paths
	digest map[string]Digest // of the files that were read, by name
	held   map[string]*File  // by name
}

// New finds the manifest's folder and the further ones that may be read.
func New(dir string, allowed []string) (*FS, error) {
	s := &FS{Dir: dir, Inputs: &inputs.Set{}, digest: make(map[string]Digest), held: make(map[string]*File)}
	for _, folder := range append([]string{dir}, allowed...) {
		abs, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("finding the folder %s: %w", folder, err)
		}
		real, err := filepath.EvalSymlinks(abs)
		if err != nil {
			return nil, fmt.Errorf("finding the folder %s: %w", folder, Bare(err))
		}
		s.roots = append(s.roots, real)
	}
	return s, nil
}

// Find looks a path up, relative to the manifest's folder. What the file is to the
// audit makes it one of its inputs. The file is regular and readable; none of it is
// read yet.
func (s *FS) Find(name, what string) (*File, error) {
	f, path, err := s.locate(name)
	if err != nil {
		return nil, err
	}
	opened, err := f.first()
	if err != nil {
		return nil, err
	}
	s.Inputs.Add(what, path)
	return f, opened.Close()
}

// Hold is Find for a file that is read again and again: it stays open until Close.
func (s *FS) Hold(name, what string) (*File, error) {
	f, path, err := s.locate(name)
	if err != nil {
		return nil, err
	}
	if held := s.held[f.Name]; held != nil {
		return held, nil
	}
	if f.held, err = f.first(); err != nil {
		return nil, err
	}
	s.held[f.Name] = f
	s.Inputs.Add(what, path)
	return f, nil
}

// Close closes the files that are held.
func (s *FS) Close() {
	for _, f := range s.held {
		_ = f.held.Close() // it was only read
	}
}

// locate says where a file is, without opening it.
func (s *FS) locate(name string) (f *File, path string, err error) {
	path = name
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.Dir, path)
	}
	if spelled, found := respell(path); found {
		path = spelled
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, "", missing(name, Bare(err))
	}
	for _, root := range s.roots {
		if rel, err := filepath.Rel(root, real); err == nil && filepath.IsLocal(rel) {
			return &File{Name: s.name(path), Path: real, root: root, fs: s}, path, nil
		}
	}
	return nil, "", ErrOutside
}

// name is what diagnostics call a file, in one of Unicode's forms.
func (s *FS) name(path string) string {
	path = norm.NFC.String(path)
	if rel, err := filepath.Rel(norm.NFC.String(s.Dir), path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

// Digests are those of the files that were read, by path.
func (s *FS) Digests() []Digest {
	var all []Digest
	for _, name := range slices.Sorted(maps.Keys(s.digest)) {
		all = append(all, s.digest[name])
	}
	return all
}

// NamesIn lists the files of a folder whose names have one of the ends, sorted.
// Hidden files are left out.
func NamesIn(dir string, ends ...string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, Bare(err)
	}
	var names []string
	for _, e := range entries {
		hasEnd := func(end string) bool { return strings.HasSuffix(e.Name(), end) }
		if e.Type()&fs.ModeDir == 0 && !strings.HasPrefix(e.Name(), ".") && slices.ContainsFunc(ends, hasEnd) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// Read reads a regular file of at most limit bytes that the user named on the
// command line or in the environment, wherever it lies.
func Read(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, missing(path, Bare(err))
	}
	if f, err = regular(f); err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return readBounded(f, limit)
}

// regular closes a file that isn't a regular one.
func regular(f *os.File) (*os.File, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		err = Bare(err)
	case info.IsDir():
		err = errors.New("it is a folder")
	case !info.Mode().IsRegular():
		err = errors.New("it is not a regular file")
	default:
		return f, nil
	}
	_ = f.Close()
	return nil, err
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, Bare(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("it is larger than %d KiB", limit>>10)
	}
	return data, nil
}

// Unreadable says why a file that the manifest names can't be read, and what to do
// about it.
func Unreadable(name string, err error) *diag.Problem {
	advice := ""
	switch {
	case errors.Is(err, ErrOutside):
		advice = " Put it there, or allow its folder with --allow-dir."
	case errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "~"):
		advice = " Paths are relative to the manifest's folder."
	case errors.Is(err, fs.ErrPermission):
		advice = " Make it readable for the user that runs notifyaudit."
	}
	return diag.Problemf("File not readable", "%s: %v.%s", diag.Quote(name), err, advice)
}

// missing explains a file that doesn't exist, if its path was meant for a shell.
func missing(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "~") {
		return fmt.Errorf("%w: ~ stands for a folder only in a shell, so write the path in full", err)
	}
	return err
}

// Bare takes the operation and the path out of a file's error: a diagnostic
// names the file as the user does.
func Bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fs.ErrNotExist
	}
	return err
}
