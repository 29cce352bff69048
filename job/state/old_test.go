package state_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/job/state/transfer"
)

// unpacked is a file of testdata that an earlier version wrote.
func unpacked(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	must(t, err)
	defer func() { must(t, file.Close()) }()
	packed, err := gzip.NewReader(file)
	must(t, err)
	data, err := io.ReadAll(packed)
	must(t, err)
	return data
}

// A state of an earlier schema and its export, written by the version that had it, become
// one and the same state of today.
func TestEarlierSchemas(t *testing.T) {
	for _, schema := range []string{"schema1", "schema5"} {
		t.Run(schema, func(t *testing.T) { testSchema(t, schema) })
	}
}

func testSchema(t *testing.T, schema string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "audit.db")
	old := unpacked(t, schema+".db.gz")
	must(t, os.WriteFile(path, old, 0o600))
	if _, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{ReadOnly: true}); !errors.Is(err, state.ErrOlder) {
		t.Errorf("read only: %v", err)
	}
	now, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(now, old) {
		t.Error("a look changed the file")
	}

	migrated := newBench(t, openNew(t, dir))
	imported := &bench{DB: openNew(t, t.TempDir()), t: t}
	_, err = imported.Lock(t.Context(), "the test", 0)
	must(t, err)
	must(t, transfer.Import(t.Context(), imported.DB, bytes.NewReader(unpacked(t, schema+".jsonl.gz"))))
	imported.begin(start)
	head := func(b *bench) string { line, _, _ := strings.Cut(string(b.export()), "\n"); return line }
	same(t, "export, but for the migration's serial",
		strings.TrimPrefix(string(migrated.export()), head(migrated)), strings.TrimPrefix(string(imported.export()), head(imported)))
	same(t, "lineage", migrated.Lineage(), imported.Lineage())
	same(t, "cursor", strings.Contains(string(migrated.export()), `"readers":2,"empty_pages":1`), true)
	same(t, "readers", len(migrated.readers("listed")), 2+perLine+1)
	same(t, "not purged", migrated.record("listed").PurgedAt.IsZero(), true)

	for _, b := range []*bench{migrated, imported} {
		took, err := personal.Purge(t.Context(), b.DB, personal.PurgeOptions{Before: after(10)}, after(20))
		must(t, err)
		same(t, "purged", took, personal.Purged{Messages: 3, People: perLine + 1 + 6})
		b.read(message("listed", job.Listed("", []string{"u1"})), 30, "u1")
		n, err := personal.Erase(t.Context(), b.DB, "u1")
		must(t, err)
		same(t, "erased from", n, 1)
	}
	same(t, "figures", migrated.figures(message("sized", job.Sized(3))), imported.figures(message("sized", job.Sized(3))))
}
