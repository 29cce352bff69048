// Package lock keeps two processes of one host from using one state or one
// credential at a time. A lock is a file that the kernel holds for its process:
// it ends with the process, whatever ends that, so a killed holder blocks nobody.
// A process that is only stopped still holds it.
package lock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"notifyaudit/job/disk"
)

// ErrHeld says that another process holds a lock; see [HeldError].
var ErrHeld = errors.New("another process holds the lock")

// A HeldError says who holds a lock. It is an [ErrHeld].
type HeldError struct {
	// What is locked: a path, or a credential's fingerprint in words.
	What string
	// Holder is what the holder said of itself, cleaned of control characters;
	// empty when it said nothing yet.
	Holder string
	// Waited is how long the lock was waited for; 0 when it was not.
	Waited time.Duration
}

func (e *HeldError) Error() string {
	who := e.Holder
	if who == "" {
		who = "another process"
	}
	if e.Waited > 0 {
		return fmt.Sprintf("%s is still locked by %s after %s: run again when it has ended", e.What, who, e.Waited)
	}
	return fmt.Sprintf("%s is locked by %s: wait for it to end, or give -lock-timeout", e.What, who)
}

// Unwrap returns ErrHeld.
func (e *HeldError) Unwrap() error { return ErrHeld }

// Holder describes a process to those that wait for it.
func Holder(host string, pid int, since time.Time) string {
	return fmt.Sprintf("pid %d on %s since %s", pid, host, since.UTC().Format(time.RFC3339))
}

// A Lock keeps others out until it is released or its process ends.
type Lock struct {
	file *os.File
	// last is what the file said before this holder signed it.
	last string
}

// File takes the lock file name below root, which it makes if it is missing, and
// writes into it who holds it: a line such as [Holder] makes. It waits up to
// timeout for another holder to end; then, and at once when timeout is 0, it fails
// with a [*HeldError] about what is locked. The file is never deleted: a process
// that opened it before would hold a lock that nobody else sees.
func File(ctx context.Context, root *os.Root, name, what, holder string, timeout time.Duration) (*Lock, error) {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		l, err := try(root, name)
		if err == nil {
			if err := l.write(holder); err != nil {
				return nil, errors.Join(disk.Advise(err, root.Name()), l.file.Close())
			}
			return l, nil
		}
		held, ok := errors.AsType[*HeldError](err)
		if !ok {
			return nil, err
		}
		held.What = what
		if timeout <= 0 {
			return nil, held
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the lock: %w: %w", held, context.Cause(ctx))
		case <-deadline.C:
			held.Waited = timeout
			return nil, held
		case <-poll.C:
		}
	}
}

// pollInterval is how often a waiting process tries again. The kernel could wake
// it, but not when the context ends.
const pollInterval = 100 * time.Millisecond

func try(root *os.Root, name string) (*Lock, error) {
	if info, err := root.Lstat(name); err == nil && (!info.Mode().IsRegular() || Names(info) > 1) {
		return nil, fmt.Errorf("%s is not a plain file: remove it", filepath.Join(root.Name(), name))
	}
	file, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, disk.Advise(err, root.Name())
	}
	l := &Lock{file: file, last: read(file)}
	got, err := flock(file)
	switch {
	case err != nil:
		err = disk.Advise(err, root.Name())
	case !got:
		err = &HeldError{Holder: l.last}
	case !leadsTo(root, name, file):
		err = &HeldError{} // deleted or replaced since it was opened: try the new one
	default:
		l.last = read(file)
		return l, nil
	}
	return nil, errors.Join(err, file.Close())
}

// leadsTo reports whether the file's name still leads to it.
func leadsTo(root *os.Root, name string, file *os.File) bool {
	now, err := root.Lstat(name)
	if err != nil {
		return false
	}
	opened, err := file.Stat()
	return err == nil && os.SameFile(now, opened)
}

// Release gives the lock back. Releasing it again does nothing.
func (l *Lock) Release() error { return l.release("") }

// release leaves a line behind for the next holder.
func (l *Lock) release(line string) error {
	if err := errors.Join(l.write(line), l.file.Close()); err != nil && !errors.Is(err, fs.ErrClosed) {
		return fmt.Errorf("release the lock: %w", err)
	}
	return nil
}

const maxLine = 256

func (l *Lock) write(line string) error {
	if line != "" {
		line += "\n"
	}
	_, err := l.file.WriteAt([]byte(line), 0)
	return errors.Join(l.file.Truncate(int64(len(line))), err)
}

// read returns the first line of a lock file. It is another process's bytes: what
// can't be printed is left out.
func read(file *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, maxLine))
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return Printable(line)
}

// Printable leaves out of another process's words what a terminal would obey.
func Printable(line string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, line)
}
