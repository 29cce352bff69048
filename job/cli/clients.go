package cli

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"

	"notifyaudit/job/cli/exit"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/runner"
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

// clients makes an asker for each provider.
func (s *session) clients(ctx context.Context, maxRequests int) ([]runner.Provider, error) {
	paying, err := s.budgets(ctx, maxRequests)
	if err != nil {
		return nil, err
	}
	var simulated http.RoundTripper
	if s.globals.simulator {
		if simulated, err = s.simulate(); err != nil {
			return nil, err
		}
	}
	s.gates = nil
	ceiling := ratelimit.NewCeiling()
	clients := make([]runner.Provider, 0, len(s.manifest.Providers))
	for i, p := range s.manifest.Providers {
		transport := simulated
		if transport == nil {
			if transport, err = dingtalk.NewTransport(p); err != nil {
				return nil, exit.With(exit.Config, fmt.Errorf("provider %s: %w", p.Name, err))
			}
		}
		limiter := ratelimit.New(ratelimit.Options{
			RequestsPerSecond: p.Limit.RequestsPerSecond, MaxInFlight: p.Limit.MaxInFlight,
			Timeout: p.Timeout, Ceiling: ceiling,
			MinBackoff: p.Retry.MinBackoff, MaxBackoff: p.Retry.MaxBackoff,
			MaxAttempts: p.Retry.MaxAttempts, GiveUpAfter: p.Retry.GiveUpAfter,
		})
		client, err := dingtalk.New(p, limiter, transport, dingtalk.Options{Budget: paying[i], Log: s.log}) //nolint:contextcheck // making a client asks nothing
		if err != nil {
			return nil, exit.With(exit.Config, fmt.Errorf("provider %s: %w", p.Name, err))
		}
		s.gates = append(s.gates, &gatekeeper{provider: p.Name, host: hostOf(p.Endpoint), stats: limiter.Stats, trouble: client.Trouble})
		clients = append(clients, runner.Provider{
			Name: p.Name, Credential: p.Credential(), QuotaGroup: p.Limit.QuotaGroup,
			InFlight: p.Limit.MaxInFlight, Asker: client, Drain: limiter.Drain,
		})
	}
	return clients, nil
}

// budgets are what each provider may spend in this run, in the providers' order.
func (s *session) budgets(ctx context.Context, maxRequests int) ([]budgets, error) {
	now := s.program.env.Now()
	spent, err := s.spent(ctx, now)
	if err != nil {
		return nil, err
	}
	var all *budget
	if maxRequests > 0 {
		all = newBudget(maxRequests)
	}
	groups := map[string]*budget{}
	list := make([]budgets, 0, len(s.manifest.Providers))
	for _, p := range s.manifest.Providers {
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
