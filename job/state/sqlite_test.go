package state_test

import (
	"testing"

	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) *state.DB {
		t.Helper()
		return openNew(t, fastDir(t))
	})
}

// openNew opens the state of a folder, made where there is none, until the test
// ends.
func openNew(t *testing.T, dir string) *state.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
	must(t, err)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
