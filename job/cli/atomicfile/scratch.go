package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A ScratchFile is a file for one process's own use, of mode 0600. It has no name
// where the system allows that, so nothing of it is left when the process is killed;
// elsewhere it has one until it is closed.
type ScratchFile struct {
	*os.File

	named bool
}

// Scratch makes a file in the first of these folders that takes one; "" is the
// system's folder for temporary files.
func Scratch(folders ...string) (*ScratchFile, error) {
	var failures []error
	for _, folder := range folders {
		file, err := os.CreateTemp(folder, ".notifyaudit-*"+partial)
		if err == nil {
			return &ScratchFile{File: file, named: os.Remove(file.Name()) != nil}, nil
		}
		failures = append(failures, err)
	}
	return nil, fmt.Errorf("make a temporary file: %w", errors.Join(failures...))
}

// Close gives the file back: its content is gone.
func (f *ScratchFile) Close() error {
	err := f.File.Close()
	if !f.named {
		return err
	}
	if removed := os.Remove(f.Name()); !errors.Is(removed, fs.ErrNotExist) {
		err = errors.Join(err, removed)
	}
	return err
}
