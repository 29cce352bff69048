//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile

import (
	"testing"

	"golang.org/x/sys/unix"
)

// A file system without locks must not make a report wait for one for ever.
func TestClaimTrustsWhatHasNoLocks(t *testing.T) {
	for err, want := range map[error]bool{
		nil: true, unix.EWOULDBLOCK: false, unix.ENOLCK: true, unix.EOPNOTSUPP: true, unix.ENOSYS: true,
	} {
		if got := claimed(err); got != want {
			t.Errorf("flock says %v: claimed %v, want %v", err, got, want)
		}
	}
}
