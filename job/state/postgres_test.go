//go:build unix

package state_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/state"
	"notifyaudit/job/state/postgres"
	"notifyaudit/job/state/postgres/pgtest"
)

func TestPostgres(t *testing.T) {
	server := pgtest.Shared(t)
	suite(t, func(t *testing.T) *state.DB {
		t.Helper()
		return openPostgres(t, server.URL())
	})
}

// Behind a pooler each transaction meets another server process.
func TestPostgresPooled(t *testing.T) {
	server := pgtest.Shared(t)
	suite(t, func(t *testing.T) *state.DB {
		t.Helper()
		return openPostgres(t, server.Pooled())
	})
}

var schemas atomic.Int64

// openPostgres opens a new state until the test ends.
func openPostgres(tb testing.TB, url job.Secret) *state.DB {
	tb.Helper()
	db, err := postgres.Open(tb.Context(), url, fmt.Sprint("audit", schemas.Add(1)), state.OpenOptions{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}
