package atomicfile

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write writes the file of mode ModePrivate that out names, whole or not at all,
// and replaces one that is there. Errors call it what.
func Write(out, what string, write func(io.Writer) error) error {
	root, err := os.OpenRoot(filepath.Dir(out))
	if err != nil {
		return fmt.Errorf("open the folder of the %s: %w", what, err)
	}
	defer func() { _ = root.Close() }()
	return NewSet(root).writeAlone(filepath.Base(out), write)
}

// Replace gives the file at path new text, whole or not at all. The file keeps its
// mode, and a link stays a link: the file that it leads to gets the text.
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

// writeAlone writes the only file of the set.
func (s *Set) writeAlone(name string, write func(io.Writer) error) error {
	defer s.Abort()
	if err := s.Write(name, write); err != nil {
		return err
	}
	return s.Commit()
}
