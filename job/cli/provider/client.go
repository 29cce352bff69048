// Package provider makes what asks the providers of a manifest: for each a client
// with its limits, the budgets that its calls are on, and a gate that tells when
// good answers stay away; or all of that on the embedded API.
package provider

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

// A Client asks one provider.
type Client struct {
	*dingtalk.Client
	Provider *job.Provider
	Gate     *Gate
	// Drain waits until no call is under way, or ctx ends.
	Drain func(ctx context.Context)
}

// Options bound what clients do.
type Options struct {
	Now func() time.Time
	Log *slog.Logger
	// Spent is what each quota group has spent this month.
	Spent map[string]int
	// MaxRequests bounds the calls of all of them; 0 is no bound.
	MaxRequests int
	// MaxAttempts and GiveUpAfter bound what the providers' retry says; 0 is no
	// bound.
	MaxAttempts int
	GiveUpAfter time.Duration
	// Transport is asked instead of the providers' endpoints, unless it is nil.
	Transport http.RoundTripper
}

// Clients makes a client for each provider, in their order. An error has the exit
// status 78: the provider is not configured right.
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
	limiter := ratelimit.New(ratelimit.Options{
		RequestsPerSecond: p.Limit.RequestsPerSecond, MaxInFlight: p.Limit.MaxInFlight,
		Timeout: p.Timeout, Ceiling: ceiling,
		MinBackoff: bounded.Retry.MinBackoff, MaxBackoff: bounded.Retry.MaxBackoff,
		MaxAttempts: bounded.Retry.MaxAttempts, GiveUpAfter: bounded.Retry.GiveUpAfter,
	})
	c, err := dingtalk.New(bounded, limiter, transport, dingtalk.Options{Budget: b, Log: o.Log}) //nolint:contextcheck // making a client asks nothing
	if err != nil {
		return nil, err
	}
	return &Client{
		Client: c, Provider: p, Drain: limiter.Drain,
		Gate: &Gate{Provider: p.Name, Host: hostOf(p.Endpoint), Stats: limiter.Stats, Trouble: c.Trouble},
	}, nil
}

// bound is a provider's retry within the bounds.
func (o *Options) bound(r job.Retry) job.Retry {
	if o.MaxAttempts > 0 {
		r.MaxAttempts = min(r.MaxAttempts, o.MaxAttempts)
	}
	if o.GiveUpAfter > 0 {
		r.GiveUpAfter = min(r.GiveUpAfter, o.GiveUpAfter)
	}
	return r
}
