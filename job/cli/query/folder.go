package query

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// scratchPrefix begins the names of the folders that queries keep their state in
// while they run.
const scratchPrefix = "notifyaudit-query-"

// leftOver is how old a folder must be to have been left behind by a query that
// was killed.
const leftOver = 24 * time.Hour

// scratchMark is the name of a file in each of these folders, and scratchText what
// it says: a folder without it belongs to another program, whatever its name.
const (
	scratchMark = "made-by-notifyaudit-query"
	scratchText = "The state of a query, which removes this folder at its end.\n"
)

// Folder makes a folder that only this user can enter, for the state of
// one query. Folders of queries that were killed are removed.
func Folder(now time.Time) (string, error) {
	old, err := filepath.Glob(filepath.Join(os.TempDir(), scratchPrefix+"*"))
	if err == nil {
		for _, name := range old {
			if info, err := os.Lstat(name); err == nil && info.IsDir() && now.Sub(info.ModTime()) > leftOver && isScratch(name) {
				_ = os.RemoveAll(name) // another user's stays: it can't be removed
			}
		}
	}
	folder, err := os.MkdirTemp("", scratchPrefix)
	if err == nil {
		if err = os.WriteFile(filepath.Join(folder, scratchMark), []byte(scratchText), 0o600); err != nil {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}
	if err != nil {
		return "", fmt.Errorf("make a folder for the time of the query: %w; name another place with TMPDIR", err)
	}
	return folder, nil
}

// isScratch reports whether a folder was made by Folder.
func isScratch(folder string) bool {
	mark := filepath.Join(folder, scratchMark)
	if info, err := os.Lstat(mark); err != nil || !info.Mode().IsRegular() {
		return false
	}
	text, err := os.ReadFile(mark)
	return err == nil && bytes.Equal(text, []byte(scratchText))
}
