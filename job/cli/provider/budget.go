package provider

import (
	"sync/atomic"

	"notifyaudit/job"
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

// budgets are what each provider may spend, in the providers' order.
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
