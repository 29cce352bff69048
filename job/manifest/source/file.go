package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// A File is a file that may be read, as it was when it was found.
type File struct {
	// Name is what diagnostics call it, Path its real path.
	Name, Path string
	// Size is in bytes.
	Size int64

	fs       *FS
	root     string
	modified time.Time
	held     *os.File // nil for one that isn't held
}

// first opens the file and notes what it is.
func (f *File) first() (*os.File, error) {
	opened, err := f.openAny()
	if err != nil {
		return nil, err
	}
	info, err := opened.Stat()
	if err != nil {
		_ = opened.Close()
		return nil, Bare(err)
	}
	f.Size, f.modified = info.Size(), info.ModTime()
	return opened, nil
}

// openAny opens the file if it is still a regular one below its root. A fifo must
// not block the opening, so the file is opened without waiting and checked then.
func (f *File) openAny() (*os.File, error) {
	root, rel, err := f.below()
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	opened, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, Bare(err)
	}
	return regular(opened)
}

// below opens the file's root, and returns the path below it.
func (f *File) below() (*os.Root, string, error) {
	rel, err := filepath.Rel(f.root, f.Path)
	if err != nil {
		return nil, "", fmt.Errorf("finding %s: %w", f.Name, err)
	}
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, "", Bare(err)
	}
	return root, rel, nil
}

// An Opened is an open file that is read at any place.
type Opened interface {
	io.ReaderAt
	io.Closer
}

// Open opens the file, unless it is held, and fails with [ErrChanged] when it isn't what
// it was.
func (f *File) Open() (Opened, error) {
	if f.held == nil {
		return f.reopen()
	}
	now, err := f.stat()
	if err != nil {
		return nil, err
	}
	held, err := f.held.Stat()
	if err != nil {
		return nil, Bare(err)
	}
	if !os.SameFile(now, held) || !f.unchanged(held) {
		return nil, f.changed()
	}
	return shared{f.held}, nil
}

// shared is a held file, which others read too.
type shared struct{ io.ReaderAt }

func (shared) Close() error { return nil }

// stat describes the file that has the path now.
func (f *File) stat() (fs.FileInfo, error) {
	root, rel, err := f.below()
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(rel)
	if err != nil {
		return nil, Bare(err)
	}
	return info, nil
}

func (f *File) unchanged(info fs.FileInfo) bool {
	return info.Size() == f.Size && info.ModTime().Equal(f.modified)
}

func (f *File) changed() error { return fmt.Errorf("%s %w", f.Name, ErrChanged) }

func (f *File) reopen() (*os.File, error) {
	opened, err := f.openAny()
	if err != nil {
		return nil, err
	}
	if info, err := opened.Stat(); err == nil && f.unchanged(info) {
		return opened, nil
	}
	_ = opened.Close()
	return nil, f.changed()
}

// Read returns the whole file, which has at most limit bytes, and records its digest.
func (f *File) Read(limit int64) ([]byte, error) {
	opened, err := f.reopen()
	if err != nil {
		return nil, err
	}
	defer func() { _ = opened.Close() }()
	data, err := readBounded(opened, limit)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	f.record(hex.EncodeToString(sum[:]))
	return data, nil
}

// Hash records the file's digest without holding the file.
func (f *File) Hash() error {
	opened, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = opened.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(opened, 0, f.Size)); err != nil {
		return Bare(err)
	}
	f.record(hex.EncodeToString(h.Sum(nil)))
	return nil
}

func (f *File) record(sum string) {
	f.fs.digest[f.Name] = Digest{Path: f.Name, SHA256: sum, ReadAs: f.fs.digest[f.Name].ReadAs}
}

// SetReadAs records how the file was read, see [Digest].
func (f *File) SetReadAs(origin string) {
	d := f.fs.digest[f.Name]
	d.ReadAs = origin
	f.fs.digest[f.Name] = d
}
