package atomicfile

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"notifyaudit/job/disk"
)

// Sweep removes the temporary files that killed processes left in a folder below root:
// those of the file base, or with "" those of all files.
func Sweep(root *os.Root, folder, base string) error {
	where := filepath.Join(root.Name(), filepath.FromSlash(folder))
	folder = filepath.ToSlash(folder)
	dir, err := root.Open(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for left-over files: %w", disk.Advise(err, where))
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return fmt.Errorf("look for left-over files: %w", disk.Advise(err, where))
	}
	for _, name := range names {
		if isPartial(name) && (base == "" || strings.HasPrefix(name, "."+base+".")) {
			if err := removeUnused(root, path.Join(folder, name)); err != nil {
				return fmt.Errorf("remove the left-over %s: %w", name, disk.Advise(err, where))
			}
		}
	}
	return nil
}

// removeUnused removes a temporary file unless a process is writing it.
func removeUnused(root *os.Root, name string) error {
	if file, err := root.OpenFile(name, os.O_WRONLY, 0); err == nil {
		defer func() { _ = file.Close() }()
		if !claim(file) {
			return nil
		}
	}
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// isPartial reports whether a name has the form that Create gives to temporary files.
// Other programs use names that end in .partial, too.
func isPartial(name string) bool {
	stem, found := strings.CutSuffix(name, partial)
	dot := strings.LastIndexByte(stem, '.')
	if !found || dot < 1 || stem[0] != '.' {
		return false
	}
	random, err := hex.DecodeString(stem[dot+1:])
	return err == nil && len(random) == randomBytes
}
