package plan

import (
	"slices"

	"notifyaudit/job"
)

// An allowance holds calls that may be spent.
type allowance struct {
	left  int
	cause Cause // of what it does not pay for
}

// A budget is all allowances: each call is taken from every one that its provider
// shares.
type budget struct {
	// ofProvider are in the order of the providers.
	ofProvider [][]*allowance
	limited    bool
}

// newBudget fills the allowances: the month's of each quota group, the run's of each
// provider, and the plan's own.
//
// A run that is continued has spent some of its calls already. The state doesn't record
// which provider made them, so each is assumed to have made all.
func newBudget(providers []job.Provider, o *Options) *budget {
	b := &budget{}
	months := make(map[string]*allowance)
	for _, q := range quotas(providers, o) {
		switch {
		case q.Refused:
			months[q.Group] = &allowance{cause: CauseRefused}
		case q.Limited:
			months[q.Group] = &allowance{left: q.Left(), cause: CauseMonth}
		}
	}
	var plan *allowance
	if o.MaxRequests > 0 {
		plan = &allowance{left: o.MaxRequests, cause: CauseMax}
	}
	for i := range providers {
		p := &providers[i]
		var allowances []*allowance
		if month, found := months[p.Limit.QuotaGroup]; found {
			allowances = append(allowances, month)
		}
		if n := p.Limit.RequestsPerRun; n > 0 {
			if o.Run != nil {
				n = max(0, n-o.Run.Calls)
			}
			allowances = append(allowances, &allowance{left: n, cause: CauseRun})
		}
		if plan != nil {
			allowances = append(allowances, plan)
		}
		b.ofProvider = append(b.ofProvider, allowances)
		b.limited = b.limited || len(allowances) > 0
	}
	return b
}

// pay subtracts the asks' calls from the allowances in paying order, and marks those that
// it can't pay for as deferred. If one costs more than is left, it still pays for cheaper
// ones behind it.
func (b *budget) pay(asks []*ask) {
	if !b.limited {
		return
	}
	for _, a := range slices.SortedFunc(slices.Values(asks), payingOrder) {
		allowances := b.ofProvider[a.provider]
		short := slices.IndexFunc(allowances, func(p *allowance) bool { return p.left < int(a.pages) })
		if short >= 0 {
			a.deferred = deferredBy(allowances[short].cause)
			continue
		}
		for _, p := range allowances {
			p.left -= int(a.pages)
		}
	}
}
