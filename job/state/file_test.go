package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/sqlite"
)

// filled makes a state with a message in a folder and closes it.
func filled(t *testing.T, dir string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
	must(t, err)
	b := newBench(t, db)
	for _, key := range []string{"k1", "k2"} {
		b.read(message(key, job.Listed("staff", []string{"u1", "u2", "u3"})), 0, "u2")
	}
	must(t, db.Close())
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[filepath.Base(path)] = string(data)
		return err
	}))
	return files
}

func TestRefusesWhatIsNoState(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(t *testing.T, path string)
		want    error
		advice  string
	}{
		"text":               {write([]byte("not a database, but long enough to have a header of a hundred bytes, or so one might think of it")), state.ErrForeign, "left as it is"},
		"truncated":          {cut(0.5), state.ErrDamaged, "backup"},
		"cut by a byte":      {cut(0.9999), state.ErrDamaged, "backup"},
		"first page zeroed":  {patch(0, make([]byte, 4096)), state.ErrForeign, "backup"},
		"second page zeroed": {patch(4096, make([]byte, 4096)), state.ErrDamaged, "backup"},
		"tenth page zeroed":  {patch(9*4096, make([]byte, 4096)), state.ErrDamaged, "backup"},
		"another program's":  {foreign, state.ErrForeign, "another path"},
		"newer schema":       {sqlExec(`UPDATE meta SET schema_version = 99`), state.ErrNewer, "later"},
		"no meta row":        {sqlExec(`DELETE FROM meta`), state.ErrDamaged, "backup"},
		"empty with a log":   {emptied, state.ErrDamaged, "backup"},
		"a folder":           {folder, state.ErrForeign, "another path"},
		"a symlink":          {linked(os.Symlink), state.ErrForeign, "another path"},
		"a hard link":        {linked(os.Link), state.ErrForeign, "another path"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			filled(t, dir)
			c.prepare(t, filepath.Join(dir, "audit.db"))
			before := contents(t, dir)
			for _, opts := range []state.OpenOptions{{Create: true}, {}, {ReadOnly: true}} {
				db, err := sqlite.Open(t.Context(), dir, "audit.db", opts)
				if err == nil {
					_ = db.Close()
				}
				refused, ok := errors.AsType[*state.RefusedError](err)
				if !ok || !errors.Is(err, c.want) || !strings.Contains(refused.Advice, c.advice) {
					t.Errorf("%+v: got %v", opts, err)
				}
				same(t, "files", contents(t, dir), before)
			}
		})
	}
}

func write(data []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		must(t, os.WriteFile(path, data, 0o600))
	}
}

func cut(share float64) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		info, err := os.Stat(path)
		must(t, err)
		must(t, os.Truncate(path, int64(share*float64(info.Size()))))
	}
}

func patch(offset int64, data []byte) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		must(t, err)
		_, err = file.WriteAt(data, offset)
		must(t, errors.Join(err, file.Close()))
	}
}

func sqlExec(statement string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		conn, err := zombiezen.OpenConn(path, zombiezen.OpenReadWrite|zombiezen.OpenCreate)
		must(t, err)
		for one := range strings.SplitSeq(statement, ";") {
			must(t, sqlitex.ExecuteTransient(conn, one, nil))
		}
		must(t, conn.Close())
	}
}

func foreign(t *testing.T, path string) {
	t.Helper()
	must(t, os.Remove(path))
	sqlExec(`CREATE TABLE meta (id INTEGER, schema_version INTEGER); INSERT INTO meta VALUES (1, 1)`)(t, path)
}

func emptied(t *testing.T, path string) {
	t.Helper()
	must(t, os.Truncate(path, 0))
	write([]byte("frames"))(t, path+"-wal")
}

func folder(t *testing.T, path string) {
	t.Helper()
	must(t, os.Remove(path))
	must(t, os.Mkdir(path, 0o700))
}

func linked(link func(string, string) error) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		t.Helper()
		must(t, os.Rename(path, path+".real"))
		must(t, link(path+".real", path))
	}
}

// A bit that flips anywhere leads to a refusal, to an error of a call, or to
// nothing that could be noticed; never to a panic, and never to a changed file
// by opening what is refused.
func TestFlippedBits(t *testing.T) {
	dir := t.TempDir()
	filled(t, dir)
	path := filepath.Join(dir, "audit.db")
	good, err := os.ReadFile(path)
	must(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	refusals := 0
	for range 60 {
		bad := bytes.Clone(good)
		at := random.IntN(len(bad))
		bad[at] ^= 1 << random.IntN(8)
		must(t, os.WriteFile(path, bad, 0o600))
		db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{})
		if err != nil {
			refusals++
			now, readErr := os.ReadFile(path)
			must(t, readErr)
			if !bytes.Equal(now, bad) {
				t.Errorf("byte %d: refused (%v), but written to", at, err)
			}
			continue
		}
		survives(t, db)
	}
	if refusals == 0 {
		t.Error("no flipped bit was noticed")
	}
}

func TestPlaces(t *testing.T) {
	outside := t.TempDir()
	dir := t.TempDir()
	must(t, os.Symlink(outside, filepath.Join(dir, "out")))
	must(t, os.Symlink(filepath.Join(outside, "wal"), filepath.Join(dir, "trap.db-wal")))
	must(t, os.Symlink(filepath.Join(outside, "lock"), filepath.Join(dir, "door.db.lock")))
	for _, path := range []string{"../audit.db", "/audit.db", "", "out/audit.db", "trap.db", "door.db"} {
		if _, err := sqlite.Open(t.Context(), dir, path, state.OpenOptions{Create: true}); err == nil {
			t.Errorf("%q was opened", path)
		}
	}
	same(t, "files outside", contents(t, outside), map[string]string{})

	for _, path := range []string{"a/b/audit.db", "50% ? #1.db", "名.db"} {
		db, err := sqlite.Open(t.Context(), dir, path, state.OpenOptions{Create: true})
		must(t, err)
		must(t, db.Close())
		if _, err := os.Lstat(filepath.Join(dir, path)); err != nil {
			t.Error(err)
		}
	}
}

func TestStartsFromNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there")
	for _, opts := range []state.OpenOptions{{}, {ReadOnly: true}, {ReadOnly: true, Create: true}} {
		if _, err := sqlite.Open(t.Context(), dir, "audit.db", opts); !errors.Is(err, state.ErrNoState) {
			t.Errorf("%+v without a folder: %v", opts, err)
		}
	}
	must(t, os.MkdirAll(dir, 0o700))
	for _, opts := range []state.OpenOptions{{}, {ReadOnly: true}} {
		if _, err := sqlite.Open(t.Context(), dir, "audit.db", opts); !errors.Is(err, state.ErrNoState) {
			t.Errorf("%+v without a file: %v", opts, err)
		}
	}
	write(nil)(t, filepath.Join(dir, "audit.db"))
	_, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{})
	if !errors.Is(err, state.ErrNoState) || !strings.Contains(err.Error(), "create = false") {
		t.Errorf("an empty file: %v", err)
	}
	same(t, "files", contents(t, dir), map[string]string{"audit.db": ""})

	// What a process killed while it made the state leaves behind.
	write([]byte("half"))(t, filepath.Join(dir, "audit.db.new"))
	write([]byte("half"))(t, filepath.Join(dir, "audit.db.new-journal"))
	db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
	must(t, err)
	lineage := db.Lineage()
	must(t, db.Close())
	for name := range contents(t, dir) {
		if name != "audit.db" && name != "audit.db.lock" {
			t.Errorf("stray file %s", name)
		}
	}
	db, err = sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{})
	must(t, err)
	same(t, "lineage", db.Lineage(), lineage)
	must(t, db.Close())
	other := openNew(t, t.TempDir())
	if other.Lineage() == lineage {
		t.Error("two states have one lineage")
	}
}

func TestReadOnlyBesideARun(t *testing.T) {
	dir := t.TempDir()
	b := newBench(t, openNew(t, dir))
	b.read(message("k", job.Sized(1)), 0, "u")
	before := len(contents(t, dir))
	db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{ReadOnly: true})
	must(t, err)
	b.read(message("k", job.Sized(1)), 2, "v")
	reader := &bench{DB: db, t: t}
	same(t, "readers when it was opened", len(reader.readers("k")), 1)
	if err := db.Spend(t.Context(), job.Spend{Calls: 1, At: start}); !errors.Is(err, state.ErrReadOnly) {
		t.Errorf("spent while reading: %v", err)
	}
	if _, err := db.Lock(t.Context(), "reader", 0); !errors.Is(err, state.ErrReadOnly) {
		t.Errorf("locked while reading: %v", err)
	}
	must(t, db.Close())
	same(t, "files", len(contents(t, dir)), before)
	b.read(message("k", job.Sized(1)), 4, "w")
}

// A full disk, as SQLite sees it, at every size a state goes through: each
// commit is either whole or not there.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	db, w := openWatched(t, dir)
	b := newBench(t, db)
	m := message("k", job.Listed("", []string{"u1"}))
	b.read(m, 0, "u1")
	pages := func(statement string) (pages int) {
		t.Helper()
		conn, err := w.Database.Update(t.Context(), t.Context())
		must(t, err)
		tx := sqldb.Tx{Conn: conn}
		must(t, tx.Row(t.Context(), statement).Scan(&pages))
		must(t, conn.Rollback())
		return pages
	}
	limit := func(count int) { pages(fmt.Sprint("PRAGMA max_page_count = ", count)) }
	limit(1) // as many as there are
	ids := make([]string, 300)
	for i := range ids {
		ids[i] = fmt.Sprint(strings.Repeat("x", 200), i)
	}
	before := b.record("k")
	failed := 0
	for n := 1; ; n++ {
		err := b.CommitReading(t.Context(), b.reading(m, n, ids...))
		if err == nil {
			break
		}
		failed++
		if !errors.Is(err, state.ErrFull) || !strings.Contains(err.Error(), "free space in "+dir) {
			t.Fatalf("a full disk: %v", err)
		}
		same(t, "record", b.record("k"), before)
		limit(pages("PRAGMA page_count") + n)
	}
	if failed < 5 {
		t.Errorf("the disk was full %d times", failed)
	}
	same(t, "readers", b.record("k").Last.Readers, 301)
}

// Every statement finds its rows by an index: with a million messages a scan
// would be a standstill. The plan of an empty state is the plan of a full one,
// since the state keeps no statistics.
func TestStatementsUseIndexes(t *testing.T) {
	statements := make(map[string][]any)
	var inner sqldb.Database
	for _, story := range []func(*bench){testCursor, testFailure, testAudience, testRun, testStops, testListed} {
		db, w := openWatched(t, t.TempDir())
		inner = w.Database
		w.watch(func(statement string, args []any) error {
			statements[statement] = args
			return nil
		}, func() { story(newBench(t, db)) })
	}
	large := make(map[string]bool)
	for _, table := range []string{
		"person", "p", "audience", "a", "audience_member", "message", "m", "reading", "r", "reader",
		"failure", "f", "cursor", "c", "cursor_token", "cursor_reader",
	} {
		large[table] = true
	}
	if len(statements) < 25 {
		t.Fatalf("only %d statements", len(statements))
	}
	for statement, args := range statements {
		for _, line := range queryPlan(t, inner, statement, args) {
			table, scans := strings.CutPrefix(line, "SCAN ")
			// A new person's children are looked for only while a foreign key is
			// violated, which none ever is.
			if scans && large[table] && !strings.HasPrefix(statement, "INSERT INTO person") {
				t.Errorf("%s in:\n%s", line, statement)
			}
		}
	}
}

func testListed(b *bench) {
	t := b.t
	b.read(message("k", job.Audience{}), 0)
	for _, err := range b.Messages(t.Context()) {
		must(t, err)
	}
	for _, err := range b.History(t.Context(), messageID("k")) {
		must(t, err)
	}
}

func queryPlan(t *testing.T, database sqldb.Database, statement string, args []any) (lines []string) {
	t.Helper()
	conn, err := database.View(t.Context())
	must(t, err)
	tx := sqldb.Tx{Conn: conn}
	must(t, tx.Each(t.Context(), func(scan sqldb.Scan) error {
		var id, parent, unused int
		var line string
		err := scan(&id, &parent, &unused, &line)
		lines = append(lines, line)
		return err
	}, "EXPLAIN QUERY PLAN "+statement, args...))
	must(t, conn.Rollback())
	return lines
}
