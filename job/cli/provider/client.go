// Package provider makes the clients that ask the providers of a manifest. Each has
// the limits and budgets of its provider, and a gate that notices when good answers
// stay away. With the simulator they ask the embedded API.
package provider

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/state"
	"notifyaudit/ratelimit"
)

// A Client asks one provider.
type Client struct {
	*dingtalk.Client
	Provider *job.Provider
	Gate     *Gate
	// Drain waits until no call is in flight, or ctx ends.
	Drain func(ctx context.Context)
}

// Options are the limits of all clients of a command.
type Options struct {
	Now func() time.Time
	Log *slog.Logger
	// Spent counts this month's calls by quota group.
	Spent map[string]int
	// MaxRequests limits the calls of all clients together; 0 is unlimited.
	MaxRequests int
	// MaxAttempts and GiveUpAfter lower the values of the providers' retry blocks; 0
	// keeps them.
	MaxAttempts int
	GiveUpAfter time.Duration
	// Transport takes the place of the network; nil is the network.
	Transport http.RoundTripper
	// Held waits, before each call, until it is sure that the state is this process's; nil
	// for a command without a lock.
	Held func(ctx context.Context) error
}

// Clients makes a client for each provider, in the providers' order. An error means
// that a provider is not configured correctly; its exit status is 78.
func Clients(providers []job.Provider, o Options) ([]*Client, error) {
	ceiling, budgets := ratelimit.NewCeiling(), o.budgets(providers)
	clients := make([]*Client, len(providers))
	for i := range providers {
		c, err := o.client(&providers[i], ceiling, budgets[i])
		if err != nil {
			return nil, exit.With(exit.Config, fmt.Errorf("provider %s: %w", providers[i].Name, err))
		}
		clients[i] = c
	}
	return clients, nil
}

func (o *Options) client(p *job.Provider, ceiling *ratelimit.Ceiling, b budgets) (*Client, error) {
	bounded, transport := *p, o.Transport
	bounded.Retry = o.bound(p.Retry)
	if transport == nil {
		var err error
		if transport, err = dingtalk.NewTransport(bounded); err != nil {
			return nil, err
		}
	}
	if o.Held != nil {
		transport = lockedTransport{transport, o.Held}
	}
	limiter := ratelimit.New(ratelimit.Options{
		RequestsPerSecond: p.Limit.RequestsPerSecond, MaxInFlight: p.Limit.MaxInFlight,
		Timeout: p.Timeout, Ceiling: ceiling,
		MinBackoff: bounded.Retry.MinBackoff, MaxBackoff: bounded.Retry.MaxBackoff,
		MaxAttempts: bounded.Retry.MaxAttempts, GiveUpAfter: bounded.Retry.GiveUpAfter,
	})
	c, err := dingtalk.New(bounded, limiter, transport, dingtalk.Options{Budget: b, Log: o.Log})
	if err != nil {
		return nil, err
	}
	return &Client{
		Client: c, Provider: p, Drain: limiter.Drain,
		Gate: &Gate{Provider: p.Name, Host: hostOf(p.Endpoint), Stats: limiter.Stats, Trouble: c.Trouble},
	}, nil
}

// A lockedTransport sends no request without the lock of the state.
type lockedTransport struct {
	base http.RoundTripper
	held func(ctx context.Context) error
}

func (t lockedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.held(r.Context()); err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		if errors.Is(err, state.ErrFenced) || errors.Is(err, state.ErrUnlocked) {
			err = fmt.Errorf("%w: %w", dingtalk.ErrNotSent, err)
		}
		return nil, err
	}
	return t.base.RoundTrip(r)
}

// bound applies the limits of the options to a provider's retry.
func (o *Options) bound(r job.Retry) job.Retry {
	if o.MaxAttempts > 0 {
		r.MaxAttempts = min(r.MaxAttempts, o.MaxAttempts)
	}
	if o.GiveUpAfter > 0 {
		r.GiveUpAfter = min(r.GiveUpAfter, o.GiveUpAfter)
	}
	return r
}
