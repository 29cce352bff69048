package state

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

// The reasons that callers tell apart.
var (
	// ErrNoState: there is nothing yet, and the caller asked not to start from
	// nothing.
	ErrNoState = errors.New("there is no state")
	// ErrDamaged: the file was a state, or may have been.
	ErrDamaged = errors.New("the file is damaged")
	// ErrForeign: the file belongs to something else.
	ErrForeign = errors.New("the file is not a state of notifyaudit")
	// ErrNewer: a later version wrote the state.
	ErrNewer = errors.New("a newer version of notifyaudit wrote it")
	// ErrOlder: an earlier version wrote the state and it was opened for reading
	// only, so it can't be brought forward.
	ErrOlder = errors.New("an older version of notifyaudit wrote it")

	// ErrUnlocked: only the holder of the lock may record.
	ErrUnlocked = errors.New("the state is not locked by this run")
	// ErrFenced: somebody else has taken the lock since; nothing more can be
	// recorded by this run.
	ErrFenced = errors.New("another run has taken the state over")
	// ErrReadOnly: the state was opened for reading only.
	ErrReadOnly = errors.New("the state was opened for reading only")

	// ErrFull: the disk is full. ErrUnwritable: the file or its folder can't be
	// written. In both cases the state is as it was before the call.
	ErrFull       = errors.New("the disk is full")
	ErrUnwritable = errors.New("the file can't be written")
)

// A RefusedError is why a file is not opened as the state. The file is as it
// was.
type RefusedError struct {
	Path string
	// Reason is [ErrNoState], [ErrDamaged], [ErrForeign], [ErrNewer], [ErrOlder]
	// or what the file system said; Detail is more about it, or empty.
	Reason error
	Detail string
	// Advice is the way out; it may be empty.
	Advice string
}

func (e *RefusedError) Error() string {
	text := "open the state " + e.Path + ": " + e.Reason.Error()
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	if e.Advice != "" {
		text += ": " + e.Advice
	}
	return text
}

// Unwrap returns the reason.
func (e *RefusedError) Unwrap() error { return e.Reason }

const (
	adviceDamaged = "the file is left as it is; put a backup in its place, or move it away, with its -wal and -shm files, to start from nothing"
	adviceLog     = "both files are left as they are; put the state back that the log belongs to, or move the -wal and -shm files away if this is a backup that you restored"
	adviceMoved   = "run again; if you restored a backup, do that while nothing runs"
	adviceForeign = "the file is left as it is; give the backend another path"
	adviceNewer   = "use that version, or a later one"
	adviceOlder   = "run apply once: it brings the state forward"
)

// fault says what was attempted when err came, and what to do about it where
// the database's own words don't.
func (db *DB) fault(doing string, err error) error {
	if err == nil {
		return nil
	}
	reason := db.dialect.reason(err)
	if reason == nil {
		reason = fileReason(err)
	}
	return explain(doing, reason, err, db.place.path())
}

// fileReason finds the sentinel for a file system's error, or nil.
func fileReason(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return ErrFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrUnwritable
	default:
		return nil
	}
}

// explain adds to an error what was attempted, its reason, if it has one, and
// the way out.
func explain(doing string, reason, err error, path string) error {
	switch {
	case reason == nil:
		return fmt.Errorf("%s: %w", doing, err)
	case errors.Is(reason, ErrFull):
		return fmt.Errorf("%s: %w: %w; free space in %s and run again, what was recorded before is safe", doing, reason, err, filepath.Dir(path))
	case errors.Is(reason, ErrUnwritable):
		return fmt.Errorf("%s: %w: %w; check the owner and mode of %s and its folder, and that the volume is not read-only", doing, reason, err, path)
	case errors.Is(reason, ErrDamaged), errors.Is(reason, ErrForeign):
		return fmt.Errorf("%s in %s: %w: %w; %s", doing, path, reason, err, adviceDamaged)
	default:
		return fmt.Errorf("%s: %w: %w", doing, reason, err)
	}
}
