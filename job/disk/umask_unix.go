//go:build unix

package disk

import "syscall"

// AllowOwner changes the umask of this process so that its owner can use the files
// and folders that it makes. What the umask keeps from others stays so.
func AllowOwner() {
	const owner = 0o700
	syscall.Umask(syscall.Umask(owner) &^ owner)
}
