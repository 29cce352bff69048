//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// claim takes the kernel's lock on a file, which the end of the process releases. It
// returns false when another process holds the lock, and true where the file system
// has no locks.
func claim(file *os.File) bool {
	return claimed(unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB))
}

// claimed reports whether the result of flock(2) leaves the file to this process.
func claimed(err error) bool { return !errors.Is(err, unix.EWOULDBLOCK) }
