package state

import (
	"testing"
)

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) *DB {
		t.Helper()
		return openNew(t, t.TempDir())
	})
}

// The settings that promises rest on: what is committed is on disk, what is
// deleted is overwritten, readers don't wait for the writer.
func TestSettings(t *testing.T) {
	db := openNew(t, t.TempDir())
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "foreign_keys": "1",
		"busy_timeout": "10000", "temp_store": "2", "trusted_schema": "0",
	} {
		var got string
		must(t, db.writer.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		same(t, pragma, got, want)
	}
	_, err := db.reader.ExecContext(t.Context(), "DELETE FROM meta")
	if err == nil {
		t.Error("a reader wrote")
	}
}

// openNew opens the state of a folder, made where there is none, until the test
// ends.
func openNew(t *testing.T, dir string) *DB {
	t.Helper()
	db, err := OpenSQLite(t.Context(), dir, "audit.db", Options{Create: true})
	must(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
