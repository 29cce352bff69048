package cli_test

import "golang.org/x/sys/unix"

const oldRename = unix.SYS_RENAME

// oldCalls are those that only old architectures have; their path comes first.
func oldCalls() map[uintptr]string {
	return map[uintptr]string{
		unix.SYS_OPEN: "open", unix.SYS_CREAT: "open", unix.SYS_UNLINK: "remove", unix.SYS_MKDIR: "mkdir",
		unix.SYS_CHMOD: "chmod", unix.SYS_RENAME: "rename", unix.SYS_RENAMEAT: "rename",
	}
}
