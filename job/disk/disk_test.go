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
	if err := makeThings(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func makeThings() error {
	if err := disk.MkdirAll("a/b/c"); err != nil {
		return err
	}
	root, err := os.OpenRoot("a")
	if err != nil {
		return err
	}
	if err := disk.MkdirAllIn(root, "b/d/e"); err != nil {
		return err
	}
	for range 2 { // the second time it is there
		file, err := disk.Open(root, "b/d/e/file", os.O_RDWR|os.O_CREATE)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
	return errors.Join(disk.SyncFolder(root, "b/d"), disk.MkdirAll("a/b/c"), root.Close())
}

// What is made is its owner's to use, and nobody else's, whatever the umask.
func TestUmask(t *testing.T) {
	for _, mask := range []string{"0", "022", "0377", "0777"} {
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
			for name, want := range map[string]os.FileMode{
				"a": 0o700, "a/b": 0o700, "a/b/c": 0o700, "a/b/d": 0o700, "a/b/d/e": 0o700, "a/b/d/e/file": 0o600,
			} {
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

func TestNoFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := disk.MkdirAll(filepath.Join(dir, "file", "below")); err == nil {
		t.Error("a folder was made below a file")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	if err := disk.MkdirAllIn(root, "file"); err == nil {
		t.Error("a file was taken for a folder")
	}
	if err := disk.MkdirAllIn(root, "../out"); err == nil {
		t.Error("a folder was made outside")
	}
}
