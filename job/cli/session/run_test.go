package session_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/conclude"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/manifest"
	"notifyaudit/job/runner"
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

// TestVerdictWithoutFindings: what the API never answered is no finding.
func TestVerdictWithoutFindings(t *testing.T) {
	for class, want := range map[job.ErrorClass]map[bool]int{ // by whether a provider gave up
		job.ClassTransient: {true: exit.Incomplete, false: exit.OK},
		job.ClassQuota:     {false: exit.OK},
		job.ClassDenied:    {true: exit.Config, false: exit.Config},
	} {
		for gaveUp, want := range want {
			r := session.RunResult{GaveUp: gaveUp, Summary: runner.Summary{Stops: []job.Stop{{Name: "p", Class: class}}}}
			status, err := exit.OK, conclude.WithoutFindings(r.Verdict(t.Context(), 0))
			if e, carries := errors.AsType[*exit.Error](err); carries {
				status = e.Status
			}
			if status != want {
				t.Errorf("%s, gave up %t: status %d, want %d", class, gaveUp, status, want)
			}
		}
	}
}
