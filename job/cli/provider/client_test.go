package provider_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/provider"
	"notifyaudit/job/state"
)

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestNoCallWithoutTheLock: no request leaves a process that has lost the lock of its state.
func TestNoCallWithoutTheLock(t *testing.T) {
	asks := job.Provider{
		Name: "dingtalk", Endpoint: "https://api.invalid", AppKey: "k", AppSecret: job.NewSecret("s"), Timeout: time.Second,
		Limit: job.Limit{RequestsPerSecond: 100, MaxInFlight: 1, QuotaGroup: "k"},
		Retry: job.Retry{MaxAttempts: 6, GiveUpAfter: time.Hour, MinBackoff: time.Minute, MaxBackoff: time.Minute},
	}
	synctest.Test(t, func(t *testing.T) {
		for _, lost := range []error{state.ErrFenced, state.ErrUnlocked, nil} {
			calls, began := 0, time.Now()
			clients, err := provider.Clients([]job.Provider{asks}, provider.Options{
				Now: time.Now, Log: slog.New(slog.DiscardHandler), Held: func(context.Context) error { return lost },
				Transport: transportFunc(func(*http.Request) (*http.Response, error) {
					calls++
					return nil, http.ErrServerClosed
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = clients[0].Ask(t.Context(), job.Query{Kind: job.Group, ProcessQueryKey: "K"})
			if err == nil || (calls > 0) != (lost == nil) {
				t.Errorf("lost: %v: %d calls, %v", lost, calls, err)
			}
			if waited := time.Since(began); lost != nil && waited > 0 {
				t.Errorf("a request that can never leave was tried again for %s", waited)
			}
		}
	})
}
