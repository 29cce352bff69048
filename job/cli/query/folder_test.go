package query

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestFoldersOfOthersStay: a query removes what a killed one left, and no
// other folder, whatever its name.
func TestFoldersOfOthersStay(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	killed, err := Folder(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(temp, scratchPrefix+"results")
	forged := filepath.Join(temp, scratchPrefix+"link")
	for _, folder := range []string{own, forged} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(own, "answers.xlsx"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(killed, scratchMark), filepath.Join(forged, scratchMark)); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * leftOver)
	for _, folder := range []string{own, forged, killed} {
		if err := os.Chtimes(folder, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Folder(time.Now()); err != nil {
		t.Fatal(err)
	}
	for folder, stays := range map[string]bool{own: true, forged: true, killed: false} {
		if _, err := os.Stat(folder); (err == nil) != stays {
			t.Errorf("%s: %v", folder, err)
		}
	}
}
