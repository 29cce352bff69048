//go:build linux && !amd64

package cli_test

const oldRename = ^uintptr(0)

// oldCalls are those that only old architectures have: none here.
func oldCalls() map[uintptr]string { return nil }
