package provider

import (
	"sync/atomic"

	"notifyaudit/job"
)

// A budget is a number of calls that may still be made. It is safe for concurrent
// use. A nil budget is unlimited.
type budget struct{ left atomic.Int64 }

func newBudget(calls int) *budget {
	b := &budget{}
	b.left.Store(int64(calls))
	return b
}

// spend takes one call; false when none is left.
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

// budgets are all that limit one provider's calls: the month of its quota group, its
// requests_per_run, and -max-requests. A call needs one from each.
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

// budgets returns the budgets of each provider, in the providers' order.
func (o *Options) budgets(providers []job.Provider) []budgets {
	var all *budget
	if o.MaxRequests > 0 {
		all = newBudget(o.MaxRequests)
	}
	groups := map[string]*budget{}
	list := make([]budgets, len(providers))
	for i := range providers {
		limit := &providers[i].Limit
		list[i] = budgets{all}
		if limit.RequestsPerRun > 0 {
			list[i] = append(list[i], newBudget(limit.RequestsPerRun))
		}
		if allowed, limited := limit.Monthly(); limited {
			if groups[limit.QuotaGroup] == nil {
				groups[limit.QuotaGroup] = newBudget(max(0, allowed-o.Spent[limit.QuotaGroup]))
			}
			list[i] = append(list[i], groups[limit.QuotaGroup])
		}
	}
	return list
}
