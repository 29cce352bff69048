package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
)

// The settings that promises rest on: what is committed is on disk, what is
// deleted is overwritten, readers don't wait for the writer.
func TestSettings(t *testing.T) {
	f, err := openFile(t.Context(), t.TempDir(), "audit.db", state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, f.Close()) }()
	for pragma, want := range map[string]int{
		"synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2, "trusted_schema": 0,
	} {
		var got int
		must(t, row(t.Context(), f.writer, "PRAGMA "+pragma, &got))
		if got != want {
			t.Errorf("%s is %d", pragma, got)
		}
	}
	var mode string
	must(t, row(t.Context(), f.writer, "PRAGMA journal_mode", &mode))
	if mode != "wal" {
		t.Errorf("the journal is %s", mode)
	}
	reader, err := f.View(t.Context())
	must(t, err)
	if _, err := reader.Exec(t.Context(), "DELETE FROM meta"); err == nil {
		t.Error("a reader wrote")
	}
	must(t, reader.Rollback())
}

// A reader of a state of mode 0400 leaves files of that mode. They don't keep the state
// from being written once it may be.
func TestModesLeftByAReader(t *testing.T) {
	dir := t.TempDir()
	p, err := openPlace(dir, "audit.db", true)
	must(t, err)
	defer func() { must(t, p.close()) }()
	for _, name := range []string{"audit.db", "audit.db-wal", "audit.db-shm"} {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o400))
	}
	found, err := p.look()
	must(t, err)
	must(t, p.setModes(found.info))
	for name, want := range map[string]fs.FileMode{"audit.db": 0o400, "audit.db-wal": 0o600, "audit.db-shm": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has the mode %o, %v", name, info.Mode().Perm(), err)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestMigrations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.db")
	c, err := connect(t.Context(), "file:"+path, sqlite.OpenReadWrite|sqlite.OpenCreate, minPatience, nil, "application_id = 1853122145")
	must(t, err)
	defer func() { must(t, c.close()) }()
	scripts := migrations()
	must(t, migrate(t.Context(), c, scripts, "l"))
	newest := len(scripts)

	broken := append(scripts, "CREATE TABLE later (id INTEGER); CREATE TABLE meta (id INTEGER)")
	err = migrate(t.Context(), c, broken, "l")
	if err == nil || !strings.Contains(err.Error(), fmt.Sprint("to schema ", newest+1)) {
		t.Errorf("a broken migration: %v", err)
	}
	if version, err := verdict(t.Context(), c, newest); err != nil || version != newest {
		t.Errorf("after a broken migration: %d, %v", version, err)
	}
	must(t, migrate(t.Context(), c, append(scripts, "CREATE TABLE later (id INTEGER)", "DROP TABLE later"), "l"))
	if version, err := verdict(t.Context(), c, newest+2); err != nil || version != newest+2 {
		t.Errorf("after two more: %d, %v", version, err)
	}
	if _, err := verdict(t.Context(), c, newest+1); !errors.Is(err, state.ErrNewer) {
		t.Errorf("an earlier version: %v", err)
	}
}

// What is stored as another type than it is wanted as was damaged.
func TestScanIsStrict(t *testing.T) {
	c, err := connect(t.Context(), "file:x?mode=memory", sqlite.OpenReadWrite, minPatience, nil)
	must(t, err)
	defer func() { must(t, c.close()) }()
	var text string
	var number int
	for expression, dest := range map[string]any{
		"1": &text, "'1'": &number, "NULL": &number, "1.5": &number, "x'31'": &text,
	} {
		if err := row(t.Context(), c, "SELECT "+expression, dest); !errors.Is(err, state.ErrDamaged) {
			t.Errorf("%s into %T: %v", expression, dest, err)
		}
	}
	tx := sqldb.Tx{Conn: c}
	if err := tx.Row(t.Context(), "SELECT 1 WHERE false").Scan(&number); !errors.Is(err, sqldb.ErrNoRows) {
		t.Errorf("no row: %v", err)
	}
	if _, err := c.Exec(t.Context(), "SELECT ?", 1, 2); err == nil {
		t.Error("too many arguments were taken")
	}
	if _, err := c.Exec(t.Context(), "SELECT ?", 1.5); err == nil {
		t.Error("an argument that no column has was taken")
	}
}
