package state_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// A process that is killed while it brings the log into the file leaves a file that
// says nothing by itself, and is whole with its log. At whatever page that happens,
// the state opens with all that it had.
func TestTornFileWithItsLog(t *testing.T) {
	b, _, dir := openCrowded(t)
	want, err := b.Count(t.Context())
	must(t, err)
	path := filepath.Join(dir, "audit.db")
	conn, err := zombiezen.OpenConn(path, zombiezen.OpenReadWrite)
	must(t, err)
	defer func() { _ = conn.Close() }()
	for _, statement := range []string{"PRAGMA wal_autocheckpoint = 0", "PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM"} {
		must(t, sqlitex.ExecuteTransient(conn, statement, nil))
	}
	file, err := os.ReadFile(path)
	must(t, err)
	log, err := os.ReadFile(path + "-wal")
	must(t, err)
	// The log has a header of 32 bytes, and before each page one of 24 that begins with
	// the page's number (https://www.sqlite.org/fileformat2.html#walformat).
	page := int(binary.BigEndian.Uint32(log[8:]))
	pages := make(map[int][]byte)
	for rest := log[32:]; len(rest) >= 24+page; rest = rest[24+page:] {
		pages[int(binary.BigEndian.Uint32(rest))] = rest[24 : 24+page]
	}
	if len(pages) < 100 {
		t.Fatalf("only %d pages are in the log", len(pages))
	}
	for number := 1; number <= len(pages); number++ {
		copy(file[min(len(file), (number-1)*page):], pages[number])
		if number > 12 && number%40 != 0 {
			continue
		}
		torn := t.TempDir()
		must(t, os.WriteFile(filepath.Join(torn, "audit.db"), file, 0o600))
		must(t, os.WriteFile(filepath.Join(torn, "audit.db-wal"), log, 0o600))
		db := openNew(t, torn)
		got, err := db.Count(t.Context())
		must(t, err)
		same(t, "messages", got, want)
	}
}
