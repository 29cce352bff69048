package state

import (
	"errors"

	"notifyaudit/job/state/lock"
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
	// ErrFenced: another process has taken the lock since; nothing more can be
	// recorded by this run.
	ErrFenced = errors.New("another run has taken the state over")
	// ErrReplaced: the state that was opened is not at its place any more.
	ErrReplaced = errors.New("was removed or replaced since it was opened")
	// ErrUndivided: one process at a time records in this state.
	ErrUndivided = errors.New("a state in a file is recorded by one process at a time: several share one in PostgreSQL")
	// ErrReadOnly: the state was opened for reading only.
	ErrReadOnly = errors.New("the state was opened for reading only")

	// ErrUnavailable: the server of the database can't be reached, went away in the
	// middle of a change, which then is none, or has no room.
	ErrUnavailable = errors.New("the database is not available")

	// ErrFull: the disk is full. ErrUnwritable: the file or its folder can't be
	// written. In both cases the state is as it was before the call.
	ErrFull       = errors.New("the disk is full")
	ErrUnwritable = errors.New("the file can't be written")
)

// Passes reports whether an error is about a lock, about another process that came
// in the way, or about a database that is not available: the same again may succeed
// with nothing changed.
func Passes(err error) bool {
	return errors.Is(err, lock.ErrHeld) || errors.Is(err, ErrFenced) || errors.Is(err, ErrReplaced) || errors.Is(err, ErrUnavailable)
}

// A RefusedError is why a file is not opened as the state. The file is as it was.
type RefusedError struct {
	Path string
	// Reason is [ErrNoState], [ErrDamaged], [ErrForeign], [ErrNewer], [ErrOlder] or
	// what the file system said; Detail is more about it, or empty.
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
