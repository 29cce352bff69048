//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// claim takes the kernel's lock on a file, which ends with the process whatever
// ends it; false when somebody else has it. Where the file system has no locks,
// it takes the file on trust.
func claim(file *os.File) bool {
	return Claimed(unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB))
}

func Claimed(err error) bool { return !errors.Is(err, unix.EWOULDBLOCK) }
