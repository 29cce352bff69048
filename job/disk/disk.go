// Package disk makes files and folders that their owner alone can use, whatever
// the umask says, and makes their names last through a crash.
package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// The modes of what is made here.
const (
	FolderMode fs.FileMode = 0o700
	FileMode   fs.FileMode = 0o600
)

// MkdirAll makes the folder at path and those above it, as far as they are
// missing.
func MkdirAll(folder string) error {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	above := folder
	for {
		if _, err := os.Stat(above); err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) || above == filepath.Dir(above) {
			return err
		}
		above = filepath.Dir(above)
	}
	root, err := os.OpenRoot(above)
	if err != nil {
		return err
	}
	below, err := filepath.Rel(above, folder)
	if err == nil {
		err = MkdirAllIn(root, filepath.ToSlash(below))
	}
	return errors.Join(err, root.Close())
}

// MkdirAllIn makes the folder name below root, a slash-separated path, and those
// above it, as far as they are missing.
func MkdirAllIn(root *os.Root, name string) error {
	name = path.Clean(name)
	if info, err := root.Stat(name); err == nil {
		if info.IsDir() {
			return nil
		}
		return &fs.PathError{Op: "mkdir", Path: name, Err: errors.New("it is not a folder")}
	}
	if above := path.Dir(name); above != name {
		if err := MkdirAllIn(root, above); err != nil {
			return err
		}
	}
	switch err := root.Mkdir(name, FolderMode); {
	case err == nil:
		return root.Chmod(name, FolderMode)
	case errors.Is(err, fs.ErrExist):
		return nil // somebody else made it meanwhile
	default:
		return err
	}
}

// Open opens the file name below root with flags as of [os.OpenFile]. One that it
// makes has mode FileMode.
func Open(root *os.Root, name string, flags int) (*os.File, error) {
	file, err := root.OpenFile(name, flags, FileMode)
	if err != nil || flags&os.O_CREATE == 0 {
		return file, err
	}
	info, err := file.Stat()
	// Only what the umask took is given back: other modes were chosen by somebody.
	if err == nil && info.Size() == 0 && info.Mode().Perm()|FileMode != info.Mode().Perm() {
		err = file.Chmod(FileMode)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// SyncFolder makes the names in the folder name below root durable.
func SyncFolder(root *os.Root, name string) error {
	folder, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
