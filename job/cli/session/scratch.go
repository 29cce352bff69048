package session

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
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
