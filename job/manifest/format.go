package manifest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/source"
)

// Format is the text of a file in the canonical layout, see [lang.Format].
func Format(name string, src []byte) ([]byte, Diagnostics) { return lang.Format(name, src) }

// Formattable are the files below a path that have a canonical layout: the path
// itself when it is a file, and of a folder its manifests and its files with
// values of variables. The paths begin with the one that was passed.
func Formattable(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, source.Bare(err))
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	names, err := source.NamesIn(path, extension, jsonExtension, ".auditvars", ".auditvars.json")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("the folder %s has no *%s file", path, extension)
	}
	for i, name := range names {
		names[i] = filepath.Join(path, name)
	}
	return names, nil
}

// ReadSource reads the text of a manifest file: a regular one, not larger than a
// manifest can be.
func ReadSource(path string) ([]byte, error) {
	src, err := source.Read(path, lang.MaxFile)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return src, nil
}

// ReadSourceFrom is ReadSource for a stream.
func ReadSourceFrom(r io.Reader) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(r, lang.MaxFile+1))
	if err == nil && len(src) > lang.MaxFile {
		err = errors.New("a manifest file has at most 1 MiB")
	}
	return src, err
}
