//go:build unix

package disk_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"notifyaudit/job/disk"
)

// The test binary plays a process with a strict umask when this names it.
const part = "NOTIFYAUDIT_TEST_UMASK"

func TestMain(m *testing.M) {
	var mask int
	if _, err := fmt.Sscanf(os.Getenv(part), "%o", &mask); err != nil {
		os.Exit(m.Run())
	}
	syscall.Umask(mask)
	disk.AllowOwner()
	err := errors.Join(os.MkdirAll("a/b", 0o777), os.WriteFile("a/b/file", nil, 0o666))
	root, openErr := os.OpenRoot("a")
	if err = errors.Join(err, openErr); err == nil {
		err = disk.SyncFolder(root, "b")
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func TestAllowOwner(t *testing.T) {
	for mask, want := range map[string][2]os.FileMode{
		"0": {0o777, 0o666}, "022": {0o755, 0o644}, "077": {0o700, 0o600}, "0377": {0o700, 0o600}, "0777": {0o700, 0o600}, "0500": {0o777, 0o666},
	} {
		t.Run(mask, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Dir, cmd.Env = dir, append(os.Environ(), part+"="+mask)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for name, want := range map[string]os.FileMode{"a": want[0], "a/b": want[0], "a/b/file": want[1]} {
				info, err := os.Stat(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				if info.Mode().Perm() != want {
					t.Errorf("%s has mode %o", name, info.Mode().Perm())
				}
			}
		})
	}
}
