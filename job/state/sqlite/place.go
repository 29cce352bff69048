package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"notifyaudit/job/state"
	"notifyaudit/job/state/companion"
	"notifyaudit/job/state/lock"
)

// A place is a file below the data directory. What it does with the file goes
// through an [os.Root], which no symlink leads out of.
type place struct {
	root *os.Root
	dir  string // absolute
	name string // local to dir
}

// openPlace finds the place of name below dir, whose folders it makes when told
// to create.
func openPlace(dir, name string, create bool) (*place, error) {
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("the state's path %q must lie below the data directory: write it relative to that, without .. in front", name)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the data directory: %w", err)
	}
	p := &place{dir: dir, name: filepath.Clean(name)}
	if create {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, explain("make the data directory", fileReason(err), err, dir)
		}
	}
	if p.root, err = os.OpenRoot(dir); err != nil {
		return nil, p.absent(err)
	}
	if create && filepath.Dir(p.name) != "." {
		if err := p.root.MkdirAll(filepath.Dir(p.name), 0o700); err != nil {
			return nil, errors.Join(explain("make the state's folder", fileReason(err), err, p.folder()), p.close())
		}
	}
	return p, nil
}

// hold takes the lock file beside the state.
func (p *place) hold(ctx context.Context, holder string, timeout time.Duration) (*lock.Lock, error) {
	what := "the state " + p.path()
	held, err := lock.File(ctx, p.root, p.name+".lock", what, holder, timeout)
	if err != nil && !errors.Is(err, lock.ErrHeld) {
		return nil, explain("lock "+what, fileReason(err), err, p.path())
	}
	return held, err
}

func (p *place) close() error { return p.root.Close() }

func (p *place) path() string { return filepath.Join(p.dir, p.name) }

func (p *place) folder() string { return filepath.Dir(p.path()) }

func (p *place) refuse(reason error, detail, advice string) *state.RefusedError {
	return &state.RefusedError{Path: p.path(), Reason: reason, Detail: detail, Advice: advice}
}

// absent makes a missing file or folder an state.ErrNoState; other errors stay.
func (p *place) absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return p.refuse(state.ErrNoState, "", "")
	}
	return p.refuse(err, "", "")
}

// A finding is what stands at a place.
type finding struct {
	exists bool
	empty  bool // the file has no byte
	log    bool // there is a write-ahead log: a run is going on, or was killed
	info   fs.FileInfo
}

// look says what stands there, and refuses what is no plain file of its own:
// through a link the state would be written somewhere else.
func (p *place) look() (finding, error) {
	for _, name := range companion.Files(p.name) {
		if _, err := p.plain(name); err != nil {
			return finding{}, err
		}
	}
	log, err := p.plain(p.name + "-wal")
	if err != nil {
		return finding{}, err
	}
	info, err := p.plain(p.name)
	if err != nil || info == nil {
		return finding{log: log != nil}, err
	}
	// SQLite is given a path, not this root: both must lead to one file.
	outside, err := os.Lstat(p.path())
	if err != nil || !os.SameFile(info, outside) {
		return finding{}, errors.Join(err, p.refuse(state.ErrForeign, "it is being replaced", ""))
	}
	return finding{exists: true, empty: info.Size() == 0, log: log != nil, info: info}, err
}

// still refuses a file that is another than the one that was opened: what is
// recorded would go where no process finds it.
func (p *place) still(opened fs.FileInfo) error {
	now, err := os.Lstat(p.path()) // the folder may have been moved, too
	if err == nil && os.SameFile(now, opened) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("the state %s %w: %s", p.path(), state.ErrReplaced, adviceReplaced)
}

// plain returns nil, nil where there is nothing.
func (p *place) plain(name string) (fs.FileInfo, error) {
	info, err := p.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, p.refuse(err, "", "")
	}
	if !info.Mode().IsRegular() || lock.Names(info) > 1 {
		return nil, &state.RefusedError{
			Path: filepath.Join(p.dir, name), Reason: state.ErrForeign,
			Detail: "it is a link, a folder or a device",
			Advice: "a state is a plain file with one name; give the backend another path",
		}
	}
	return info, nil
}

// setModes takes everybody else's rights to the file, and gives its owner all rights to
// its log and its index: SQLite makes them with the mode of the file, and a reader that
// may not write leaves them behind.
func (p *place) setModes(database fs.FileInfo) error {
	if database.Mode().Perm()&0o077 != 0 {
		if err := p.setMode(p.name); err != nil {
			return err
		}
	}
	for _, name := range []string{p.name + "-wal", p.name + "-shm"} {
		info, err := p.root.Lstat(name)
		if err != nil || info.Mode().Perm()&0o600 == 0o600 {
			continue // most often it isn't there
		}
		if err := p.setMode(name); err != nil {
			return err
		}
	}
	return nil
}

// setMode makes a file its owner's. On a volume whose group is set from outside the
// file may belong to another user: then the modes are the administrator's.
func (p *place) setMode(name string) error {
	if err := p.root.Chmod(name, 0o600); err != nil && !errors.Is(fileReason(err), state.ErrUnwritable) {
		return fmt.Errorf("set the mode of %s: %w", filepath.Join(p.dir, name), err)
	}
	return nil
}
