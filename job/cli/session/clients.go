package session

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

// A budget is calls that may still be made, shared by those who make them. Nil
// has no end.
type budget struct{ left atomic.Int64 }

func newBudget(calls int) *budget {
	b := &budget{}
	b.left.Store(int64(calls))
	return b
}

// spend takes one call, unless none is left.
func (b *budget) spend() bool {
	if b == nil {
		return true
	}
	if b.left.Add(-1) >= 0 {
		return true
	}
	b.left.Add(1)
	return false
}

func (b *budget) refund() {
	if b != nil {
		b.left.Add(1)
	}
}

// budgets are all the budgets that one provider's calls are on: its quota
// group's month, its own run, and -max-requests. A call is made when each pays.
type budgets []*budget

// Spend takes one call from each, or from none.
func (bs budgets) Spend() bool {
	for i, b := range bs {
		if !b.spend() {
			for _, paid := range bs[:i] {
				paid.refund()
			}
			return false
		}
	}
	return true
}

// Refund gives one call back to each.
func (bs budgets) Refund() {
	for _, b := range bs {
		b.refund()
	}
}

// A Client asks one provider.
type Client struct {
	*dingtalk.Client
	Provider *job.Provider
	gate     *Gate
	drain    func(context.Context)
}

// A ClientOptions bounds what clients do.
type ClientOptions struct {
	// maxRequests bounds the calls of all of them; 0 is no bound.
	maxRequests int
	// MaxAttempts and giveUpAfter bound what the providers' retry says; 0 is no
	// bound.
	MaxAttempts int
	GiveUpAfter time.Duration
}

// Clients makes a client for each provider, in their order.
func (s *Session) Clients(ctx context.Context, o ClientOptions) ([]*Client, error) {
	paying, err := s.budgets(ctx, o.maxRequests)
	if err != nil {
		return nil, err
	}
	var simulated http.RoundTripper
	if s.Simulator {
		if simulated, err = s.simulate(); err != nil {
			return nil, err
		}
	}
	ceiling := ratelimit.NewCeiling()
	clients := make([]*Client, 0, len(s.Manifest.Providers))
	for i := range s.Manifest.Providers {
		p := &s.Manifest.Providers[i]
		retry := o.bound(p.Retry)
		transport := simulated
		if transport == nil {
			if transport, err = dingtalk.NewTransport(*p); err != nil {
				return nil, exit.With(exit.Config, fmt.Errorf("provider %s: %w", p.Name, err))
			}
		}
		bounded := *p
		bounded.Retry = retry
		limiter := ratelimit.New(ratelimit.Options{
			RequestsPerSecond: p.Limit.RequestsPerSecond, MaxInFlight: p.Limit.MaxInFlight,
			Timeout: p.Timeout, Ceiling: ceiling,
			MinBackoff: retry.MinBackoff, MaxBackoff: retry.MaxBackoff,
			MaxAttempts: retry.MaxAttempts, GiveUpAfter: retry.GiveUpAfter,
		})
		asks, err := dingtalk.New(bounded, limiter, transport, dingtalk.Options{Budget: paying[i], Log: s.Log}) //nolint:contextcheck // making a client asks nothing
		if err != nil {
			return nil, exit.With(exit.Config, fmt.Errorf("provider %s: %w", p.Name, err))
		}
		clients = append(clients, &Client{
			Client: asks, Provider: p, drain: limiter.Drain,
			gate: &Gate{Provider: p.Name, Host: HostOf(p.Endpoint), Stats: limiter.Stats, Trouble: asks.Trouble},
		})
	}
	return clients, nil
}

// bound is a provider's retry within the bounds.
func (o *ClientOptions) bound(r job.Retry) job.Retry {
	if o.MaxAttempts > 0 {
		r.MaxAttempts = min(r.MaxAttempts, o.MaxAttempts)
	}
	if o.GiveUpAfter > 0 {
		r.GiveUpAfter = min(r.GiveUpAfter, o.GiveUpAfter)
	}
	return r
}

// budgets are what each provider may spend in this run, in the providers' order.
func (s *Session) budgets(ctx context.Context, maxRequests int) ([]budgets, error) {
	now := s.Now()
	spent, err := s.Spent(ctx, now)
	if err != nil {
		return nil, err
	}
	var all *budget
	if maxRequests > 0 {
		all = newBudget(maxRequests)
	}
	groups := map[string]*budget{}
	list := make([]budgets, 0, len(s.Manifest.Providers))
	for _, p := range s.Manifest.Providers {
		mine := budgets{all}
		if p.Limit.RequestsPerRun > 0 {
			mine = append(mine, newBudget(p.Limit.RequestsPerRun))
		}
		if left, limited := remaining(&p, spent); limited {
			if groups[p.Limit.QuotaGroup] == nil {
				groups[p.Limit.QuotaGroup] = newBudget(left)
			}
			mine = append(mine, groups[p.Limit.QuotaGroup])
		}
		list = append(list, mine)
	}
	return list, nil
}
