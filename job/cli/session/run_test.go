package session_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/manifest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestNoCallWithoutTheLock: a session that had the lock of its state and lost it asks
// nothing; one that never took it, as of doctor before the first apply, asks.
func TestNoCallWithoutTheLock(t *testing.T) {
	asks := job.Provider{
		Name: "dingtalk", Endpoint: "https://api.invalid", AppKey: "k", AppSecret: job.NewSecret("s"), Timeout: time.Minute,
		Limit: job.Limit{RequestsPerSecond: 1000, MaxInFlight: 1, QuotaGroup: "k"},
		Retry: job.Retry{MaxAttempts: 1, GiveUpAfter: time.Minute, MinBackoff: time.Second, MaxBackoff: time.Second},
	}
	db, err := sqlite.Open(t.Context(), t.TempDir(), "audit.db", state.OpenOptions{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, locked := range []bool{true, false} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		calls := 0
		s := session.New(session.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now})
		s.Manifest, s.DB, s.Locked = &manifest.Manifest{Providers: []job.Provider{asks}}, db, locked
		clients, err := s.Clients(ctx, provider.Options{Transport: transportFunc(func(*http.Request) (*http.Response, error) {
			calls++
			cancel() // one call is enough
			return nil, http.ErrServerClosed
		})})
		if err != nil {
			t.Fatal(err)
		}
		_, err = clients[0].Ask(ctx, job.Query{Kind: job.Group, ProcessQueryKey: "K"})
		if (calls > 0) == locked || errors.Is(err, state.ErrUnlocked) != locked {
			t.Errorf("locked %t: %d calls, %v", locked, calls, err)
		}
	}
}
