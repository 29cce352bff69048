package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"zombiezen.com/go/sqlite"

	"notifyaudit/job/disk"
	"notifyaudit/job/state"
	"notifyaudit/job/state/lock"
)

const (
	adviceDamaged  = "the file is left as it is; put a backup in its place, or move it away, with its -wal and -shm files, to start from nothing"
	adviceLog      = "nothing was changed; put the state back that the log belongs to, or move the -wal and -shm files away if this is a backup that you restored"
	adviceReplaced = "what this run recorded before is in the file that is gone; run again, and restore backups while nothing runs"
	adviceForeign  = "the file is left as it is; give the backend another path"
	adviceNewer    = "use that version, or a later one"
	adviceOlder    = "run apply once: it brings the state forward"
)

// Explain implements [sqldb.Database].
func (f *file) Explain(doing string, err error) error {
	if err == nil || errors.Is(err, lock.ErrHeld) {
		return err
	}
	reason := reason(err, f.Path())
	if errors.Is(reason, lock.ErrHeld) {
		err = &lock.HeldError{What: "the state " + f.Path(), Holder: "another program that uses the file", Waited: f.patience}
		return fmt.Errorf("%s: %w", doing, err)
	}
	return explain(doing, reason, err, f.Path())
}

// reason finds the package's sentinel for an error about the file at path, or nil.
func reason(err error, path string) error {
	code := sqlite.ErrCode(err)
	if code == sqlite.ResultIOErrSHMSize { // no room for the notes beside the log
		return state.ErrFull
	}
	// The low byte is the primary result code, the rest tells its cases apart:
	// https://www.sqlite.org/rescode.html
	switch code.ToPrimary() {
	case sqlite.ResultFull:
		return state.ErrFull
	case sqlite.ResultCantOpen, sqlite.ResultIOErr:
		// SQLite tells a full disk from others only where it writes.
		if disk.Full(filepath.Dir(path)) {
			return state.ErrFull
		}
		return state.ErrUnwritable
	case sqlite.ResultReadOnly, sqlite.ResultPerm:
		return state.ErrUnwritable
	case sqlite.ResultCorrupt:
		return state.ErrDamaged
	case sqlite.ResultNotADB:
		return state.ErrForeign
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return lock.ErrHeld
	default:
		return fileReason(err)
	}
}

// fileReason finds the sentinel for a file system's error, or nil.
func fileReason(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return state.ErrFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return state.ErrUnwritable
	default:
		return nil
	}
}

// explain adds to an error what was attempted, its reason, if it has one, and the
// way out.
func explain(doing string, reason, err error, path string) error {
	switch {
	case reason == nil:
		return fmt.Errorf("%s: %w", doing, err)
	case errors.Is(reason, state.ErrFull):
		return fmt.Errorf("%s: %w: %w; free space in %s and run again, what was recorded before is safe", doing, reason, err, filepath.Dir(path))
	case errors.Is(reason, state.ErrUnwritable):
		// SQLite doesn't say which it is.
		return fmt.Errorf("%s: %w: %w; check the owner and mode of %s, of its -wal and -shm, and of its folder, and that the volume is not read-only; if it is full, free space in %s", doing, reason, err, path, filepath.Dir(path))
	case errors.Is(reason, state.ErrDamaged), errors.Is(reason, state.ErrForeign):
		return fmt.Errorf("%s in %s: %w: %w; %s", doing, path, reason, err, adviceDamaged)
	default:
		return fmt.Errorf("%s: %w: %w", doing, reason, err)
	}
}
