package state_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"notifyaudit/job/state"
	"notifyaudit/job/state/internal/sqldb"
	"notifyaudit/job/state/sqlite"
)

var (
	created = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	added   = regexp.MustCompile(`ALTER TABLE (\w+) ADD COLUMN (\w+)`)
	columns = regexp.MustCompile(`(?m)^    ([a-z_]+) +[A-Z]`)
)

// Every database has the same tables and columns, since the statements are written
// once: a migration of one is a migration of all.
func TestSchemasAreTheSame(t *testing.T) {
	scripts, err := filepath.Glob("postgres/*.sql")
	must(t, err)
	there := make(map[string][]string)
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		must(t, err)
		for _, table := range created.FindAllStringSubmatch(string(text), -1) {
			for _, column := range columns.FindAllStringSubmatch(table[2], -1) {
				there[table[1]] = append(there[table[1]], column[1])
			}
		}
		for _, column := range added.FindAllStringSubmatch(string(text), -1) {
			there[column[1]] = append(there[column[1]], column[2])
		}
	}
	file, err := sqlite.OpenFile(t.Context(), t.TempDir(), "audit.db", state.OpenOptions{Create: true})
	must(t, err)
	defer func() { must(t, file.Close()) }()
	conn, err := file.View(t.Context())
	must(t, err)
	here := make(map[string][]string)
	tx := sqldb.Tx{Conn: conn}
	err = tx.Each(t.Context(), func(scan sqldb.Scan) error {
		var table, column string
		err := scan(&table, &column)
		here[table] = append(here[table], column)
		return err
	}, `SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'`)
	must(t, errors.Join(err, conn.Rollback()))

	delete(there, "lease")                                                                               // the lock of a file is a file
	here["meta"] = slices.DeleteFunc(here["meta"], func(column string) bool { return column == "born" }) // for the log of a file
	for _, all := range []map[string][]string{here, there} {
		for table := range maps.Values(all) {
			slices.Sort(table)
		}
	}
	same(t, "tables of PostgreSQL", there, here)
}
