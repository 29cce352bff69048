package state

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job"
)

// copied puts files of one folder into another, as a crash or a restored backup
// would leave them.
func copied(t *testing.T, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(to, name), data, 0o600))
	}
}

// Row 24 of the reliability table: another audit's state in the place of this
// one, beside the log that this one left, is refused, and both are as they were.
func TestAnotherAuditsState(t *testing.T) {
	mine, theirs, dir := t.TempDir(), t.TempDir(), t.TempDir()
	b := newBench(t, openNew(t, mine))
	b.read(message("k", job.Listed("staff", []string{"u1", "u2"})), 0, "u1")
	filled(t, theirs)
	copied(t, mine, dir, "audit.db-wal")
	copied(t, theirs, dir, "audit.db")
	before := contents(t, dir)
	for _, opts := range []Options{{Create: true}, {}, {ReadOnly: true}} {
		db, err := OpenSQLite(t.Context(), dir, "audit.db", opts)
		if err == nil {
			_ = db.Close()
		}
		refused, ok := errors.AsType[*RefusedError](err)
		if !ok || !errors.Is(err, ErrDamaged) || !strings.Contains(refused.Advice, "the log belongs to") {
			t.Fatalf("%+v: %v", opts, err)
		}
		now := contents(t, dir)
		same(t, "the state", now["audit.db"] == before["audit.db"], true)
		same(t, "the log", now["audit.db-wal"] == before["audit.db-wal"], true)
	}
	// The way out: without the log it is theirs, with it the other is mine.
	must(t, os.Remove(filepath.Join(dir, "audit.db-wal")))
	db := openNew(t, dir)
	count, err := db.Count(t.Context())
	must(t, err)
	same(t, "their messages", count, 2)
	crashed := t.TempDir()
	copied(t, mine, crashed, "audit.db", "audit.db-wal")
	db = openNew(t, crashed)
	count, err = db.Count(t.Context())
	must(t, err)
	same(t, "my messages", count, 1)
}

// An import takes another lineage on; its log still belongs to the file.
func TestLogOfAnImport(t *testing.T) {
	dir, crashed := t.TempDir(), t.TempDir()
	db := openNew(t, dir)
	_, err := db.Lock(t.Context(), "the test", 0)
	must(t, err)
	must(t, db.Import(t.Context(), bytes.NewReader(unpacked(t, "schema1.jsonl.gz"))))
	copied(t, dir, crashed, "audit.db", "audit.db-wal")
	same(t, "lineage", openNew(t, crashed).Lineage(), db.Lineage())
}

// Row 24 again: the file, or the folder with it, is replaced while the program
// has the old one open. Nothing is recorded anywhere.
func TestReplacedWhileOpen(t *testing.T) {
	mine, theirs := t.TempDir(), t.TempDir()
	filled(t, mine)
	filled(t, theirs)
	db, err := OpenSQLite(t.Context(), mine, "audit.db", Options{})
	must(t, err)
	path := filepath.Join(mine, "audit.db")
	must(t, os.Rename(path, path+".old"))
	if _, err := db.Lock(t.Context(), "removed", 0); !errors.Is(err, ErrForeign) {
		t.Errorf("locked what was removed: %v", err)
	}
	copied(t, theirs, mine, "audit.db")
	before := contents(t, mine)["audit.db"]
	if _, err := db.Lock(t.Context(), "replaced", 0); !errors.Is(err, ErrForeign) || !strings.Contains(err.Error(), "replaced") {
		t.Errorf("locked what was replaced: %v", err)
	}
	_ = db.Close() // SQLite may say that its file is gone
	same(t, "the other state", contents(t, mine)["audit.db"] == before, true)
}
