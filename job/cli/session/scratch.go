package session

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"notifyaudit/job/cli/atomicfile"
)

// queryFolder begins the names of the folders that queries keep their state in
// while they run.
const queryFolder = "notifyaudit-query-"

// leftOver is how old a folder must be to have been left behind by a query that
// was killed.
const leftOver = 24 * time.Hour

// ScratchFolder makes a folder that only this user can enter, for the state of
// one query. Folders of queries that were killed are removed.
func ScratchFolder(now time.Time) (string, error) {
	old, err := filepath.Glob(filepath.Join(os.TempDir(), queryFolder+"*"))
	if err == nil {
		for _, name := range old {
			if info, err := os.Lstat(name); err == nil && info.IsDir() && now.Sub(info.ModTime()) > leftOver {
				_ = os.RemoveAll(name) // somebody else's stays: it can't be removed
			}
		}
	}
	folder, err := os.MkdirTemp("", queryFolder)
	if err != nil {
		return "", fmt.Errorf("make a folder for the time of the query: %w; name another place with TMPDIR", err)
	}
	return folder, nil
}

// TryFolder makes sure that a file can be written before the calls for it are
// spent.
func TryFolder(out string) error {
	folder := filepath.Dir(out)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the report: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open the folder of the report: %w", err)
	}
	files := atomicfile.NewSet(root)
	_, err = files.Create(filepath.Base(out))
	files.Abort()
	if err = errors.Join(err, root.Close()); err != nil {
		return fmt.Errorf("the report could not be written, so nothing was asked: %w", err)
	}
	return nil
}

// BesideFiles names the files of a CSV report after one file.
type BesideFiles struct {
	*atomicfile.Set
	Out   string
	Names *[]string
}

// Create begins the file: messages.csv is the file itself.
func (f BesideFiles) Create(name string) (io.WriteCloser, error) {
	if name == "messages.csv" {
		name = f.Out
	} else {
		extension := filepath.Ext(f.Out)
		name = strings.TrimSuffix(f.Out, extension) + "-" + strings.TrimSuffix(name, ".csv") + extension
	}
	*f.Names = append(*f.Names, name)
	return f.Set.Create(name)
}
