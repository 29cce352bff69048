package atomicfile

import (
	"os"
	"syscall"
)

// Open opens a file for reading. It does not block on a named pipe without a writer:
// such a pipe is empty.
func Open(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}
