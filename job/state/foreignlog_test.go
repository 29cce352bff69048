package state_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/job/state/transfer"
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
	for _, opts := range []state.OpenOptions{{Create: true}, {}, {ReadOnly: true}} {
		db, err := sqlite.Open(t.Context(), dir, "audit.db", opts)
		if err == nil {
			_ = db.Close()
		}
		refused, ok := errors.AsType[*state.RefusedError](err)
		if !ok || !errors.Is(err, state.ErrDamaged) || !strings.Contains(refused.Advice, "the log belongs to") {
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
	must(t, transfer.Import(t.Context(), db, bytes.NewReader(unpacked(t, "schema1.jsonl.gz"))))
	copied(t, dir, crashed, "audit.db", "audit.db-wal")
	same(t, "lineage", openNew(t, crashed).Lineage(), db.Lineage())
}

// Row 24 again: the file, or the folder with it, is replaced while the program
// has the old one open. Nothing is recorded anywhere.
func TestReplacedWhileOpen(t *testing.T) {
	mine, theirs := t.TempDir(), t.TempDir()
	filled(t, mine)
	filled(t, theirs)
	db, err := sqlite.Open(t.Context(), mine, "audit.db", state.OpenOptions{})
	must(t, err)
	path := filepath.Join(mine, "audit.db")
	must(t, os.Rename(path, path+".old"))
	if _, err := db.Lock(t.Context(), "removed", 0); !errors.Is(err, state.ErrReplaced) {
		t.Errorf("locked what was removed: %v", err)
	}
	copied(t, theirs, mine, "audit.db")
	before := contents(t, mine)["audit.db"]
	if _, err := db.Lock(t.Context(), "replaced", 0); !errors.Is(err, state.ErrReplaced) {
		t.Errorf("locked what was replaced: %v", err)
	}
	_ = db.Close() // SQLite may say that its file is gone
	same(t, "the other state", contents(t, mine)["audit.db"] == before, true)
}

// The state goes away in the middle of a run: the next commit says so, and does not
// take the other state's log away that stands there by then.
func TestReplacedInMidRun(t *testing.T) {
	for name, replace := range map[string]func(t *testing.T, dir string){
		"all of it removed": func(t *testing.T, dir string) {
			t.Helper()
			for file := range contents(t, dir) {
				must(t, os.Remove(filepath.Join(dir, file)))
			}
		},
		"the folder removed": func(t *testing.T, dir string) { t.Helper(); must(t, os.RemoveAll(dir)) },
		"the folder moved":   func(t *testing.T, dir string) { t.Helper(); must(t, os.Rename(dir, dir+".old")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			b := newBench(t, openNew(t, dir))
			b.read(message("k", job.Audience{}), 0, "u")
			replace(t, dir)
			err := b.CommitReading(t.Context(), b.reading(message("late", job.Audience{}), 1, "u"))
			if !errors.Is(err, state.ErrReplaced) || !state.Passes(err) || !strings.Contains(err.Error(), "record the reading of message.late") {
				t.Errorf("got %v", err)
			}

			other := newBench(t, openNew(t, dir))
			other.read(message("theirs", job.Audience{}), 0, "u")
			before := contents(t, dir)
			if err := b.CommitReading(t.Context(), b.reading(message("later", job.Audience{}), 2, "u")); !errors.Is(err, state.ErrReplaced) {
				t.Errorf("got %v", err)
			}
			must(t, b.Close())
			same(t, "the other state's files", len(contents(t, dir)), len(before))
			other.read(message("theirs", job.Audience{}), 1, "v")
			same(t, "their readers", len(other.readers("theirs")), 2)
		})
	}
}

// A log without its state has what was recorded last: no new state is made beside
// it.
func TestLogWithoutState(t *testing.T) {
	dir := t.TempDir()
	write([]byte("frames"))(t, filepath.Join(dir, "audit.db-wal"))
	before := contents(t, dir)
	for _, opts := range []state.OpenOptions{{Create: true}, {}, {ReadOnly: true}} {
		_, err := sqlite.Open(t.Context(), dir, "audit.db", opts)
		refused, ok := errors.AsType[*state.RefusedError](err)
		if !ok || !errors.Is(err, state.ErrDamaged) || !strings.Contains(refused.Advice, "the log belongs to") {
			t.Errorf("%+v: %v", opts, err)
		}
		same(t, "files", contents(t, dir), before)
	}
}
