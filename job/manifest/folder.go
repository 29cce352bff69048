package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"notifyaudit/job/manifest/diag"
)

// A SourceFile is a file that the manifest was made of.
type SourceFile struct {
	// Path is relative to the manifest's folder where the file lies in it.
	Path   string
	SHA256 string // lower-case hex
}

// errOutside is wrapped when a path leads out of the folders that may be read.
var errOutside = errors.New("it lies outside of the manifest's folder")

// A library opens the files that a manifest may read: those in its folder and in
// the --allow-dir folders, after every symlink was followed.
type library struct {
	// dir is the manifest's folder, absolute.
	dir   string
	roots []string // real paths
}

func newLibrary(dir string, allow []string) (*library, error) {
	l := &library{dir: dir}
	for _, folder := range append([]string{dir}, allow...) {
		abs, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("finding the folder %s: %w", folder, err)
		}
		real, err := filepath.EvalSymlinks(abs)
		if err != nil {
			return nil, fmt.Errorf("finding the folder %s: %w", folder, bare(err))
		}
		l.roots = append(l.roots, real)
	}
	return l, nil
}

// A document is a file that was found fit to be read, as it was then.
type document struct {
	// name is what diagnostics call it; path the real path, below root.
	name, path, root string
	size             int64
	modified         time.Time
}

// find looks a path up, relative to the manifest's folder. The file is regular
// and readable; nothing of it is read yet.
func (l *library) find(name string) (*document, error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.dir, path)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, bare(err)
	}
	for _, root := range l.roots {
		if rel, err := filepath.Rel(root, real); err == nil && filepath.IsLocal(rel) {
			d := &document{name: l.name(path), path: real, root: root}
			return d, d.look()
		}
	}
	return nil, errOutside
}

// name is how diagnostics call a file.
func (l *library) name(path string) string {
	if rel, err := filepath.Rel(l.dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

func (d *document) look() error {
	f, err := d.open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return bare(err)
	}
	d.size, d.modified = info.Size(), info.ModTime()
	return nil
}

// open opens the file if it is still a regular one below its root. A fifo must
// not block the opening, so it is opened without waiting and looked at then.
func (d *document) open() (*os.File, error) {
	root, err := os.OpenRoot(d.root)
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = root.Close() }()
	rel, err := filepath.Rel(d.root, d.path)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", d.name, err)
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, bare(err)
	}
	return regular(f)
}

// reopen opens the file again and fails when it isn't what it was.
func (d *document) reopen() (*os.File, error) {
	f, err := d.open()
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() == d.size && info.ModTime().Equal(d.modified) {
		return f, nil
	}
	_ = f.Close()
	return nil, fmt.Errorf("%s %w", d.name, ErrChanged)
}

// read returns the whole file if it has at most limit bytes.
func (d *document) read(limit int64) ([]byte, error) {
	f, err := d.reopen()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return readBounded(f, limit)
}

// digest hashes the whole file as a stream.
func (d *document) digest() (string, error) {
	f, err := d.reopen()
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", bare(err)
	}
	return hexSum(h), nil
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// openRegular opens a file that the user named on the command line or in the
// environment: any path, but only a regular file.
func openRegular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, bare(err)
	}
	return regular(f)
}

func regular(f *os.File) (*os.File, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		err = bare(err)
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

func readFile(path string, limit int64) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return readBounded(f, limit)
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, bare(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("it is larger than %d KiB", limit>>10)
	}
	return data, nil
}

// bare takes the operation and the path out of a file error: the diagnostic
// names the file as the user does.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fs.ErrNotExist
	}
	return err
}

// writable checks a path that the program will write to: relative, and below the
// data folder.
func writable(path string) *diag.Problem {
	clean := filepath.Clean(path)
	switch {
	case strings.TrimSpace(path) == "":
		return diag.Problemf("Path missing", "Write a path relative to --data-dir, as in \"out/audit.xlsx\".")
	case filepath.IsAbs(path) || !filepath.IsLocal(clean) || clean == "." && path != ".":
		return diag.Problemf("Path outside of the data folder",
			"%s: what is written lies below --data-dir (the manifest's folder unless set). Write a relative path without \"..\" and set --data-dir to choose the folder.", diag.Quote(path))
	}
	return nil
}
