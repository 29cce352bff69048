package atomicfile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write writes a file of mode ModePrivate at the path out, whole or not at all. It
// replaces an existing file. Errors call the file what.
func Write(out, what string, write func(io.Writer) error) error {
	root, err := os.OpenRoot(filepath.Dir(out))
	if err != nil {
		return fmt.Errorf("open the folder of the %s: %w", what, err)
	}
	defer func() { _ = root.Close() }()
	return NewSet(root).writeAlone(filepath.Base(out), write)
}

// Replace replaces the content of the file at path, whole or not at all. The file
// keeps its mode. If path is a symbolic link, the file that it leads to is replaced.
func Replace(path string, write func(io.Writer) error) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("find %s: %w", path, err)
	}
	root, err := os.OpenRoot(filepath.Dir(target))
	if err != nil {
		return fmt.Errorf("open the folder of %s: %w", path, err)
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(filepath.Base(target))
	if err != nil {
		return fmt.Errorf("look at %s: %w", path, err)
	}
	files := NewSet(root)
	files.mode = info.Mode().Perm()
	return files.writeAlone(filepath.Base(target), write)
}

// writeAlone writes and commits a set of one file.
func (s *Set) writeAlone(name string, write func(io.Writer) error) error {
	defer s.Abort()
	if err := s.Write(name, write); err != nil {
		return err
	}
	return s.Commit()
}
