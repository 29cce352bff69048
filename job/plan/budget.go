package plan

import (
	"fmt"
	"slices"

	"notifyaudit/job"
)

// A purse holds calls that may be spent.
type purse struct {
	left  int
	cause Cause // of what it does not pay for
}

// A budget is all purses: each call is taken from every one that its provider
// shares.
type budget struct {
	byProvider map[string][]*purse
	limited    bool
}

// newBudget fills the purses: the month's of each quota group, the run's of each
// provider, and the plan's own.
//
// A run that is continued has spent some of its calls already. How they were
// divided among the providers is not recorded, so that each is taken to have
// made them all.
func newBudget(providers []job.Provider, o *Options) (*budget, error) {
	b := &budget{byProvider: make(map[string][]*purse, len(providers))}
	months := make(map[string]*purse)
	for _, q := range quotas(providers, o) {
		if q.Limited {
			months[q.Group] = &purse{left: q.Left(), cause: CauseMonth}
		}
	}
	var plan *purse
	if o.MaxRequests > 0 {
		plan = &purse{left: o.MaxRequests, cause: CauseMax}
	}
	for i := range providers {
		p := &providers[i]
		if _, twice := b.byProvider[p.Name]; twice {
			return nil, fmt.Errorf("two providers are called %q", p.Name)
		}
		var purses []*purse
		if month, found := months[p.Limit.QuotaGroup]; found {
			purses = append(purses, month)
		}
		if n := p.Limit.RequestsPerRun; n > 0 {
			if o.Run != nil {
				n = max(0, n-o.Run.Calls)
			}
			purses = append(purses, &purse{left: n, cause: CauseRun})
		}
		if plan != nil {
			purses = append(purses, plan)
		}
		b.byProvider[p.Name] = purses
		b.limited = b.limited || len(purses) > 0
	}
	return b, nil
}

// pay takes the asks' calls out of the purses in the order of paying, and marks
// those it can't pay for as deferred. One that costs too much lets those behind
// it pass: what is left would do it no good.
func (b *budget) pay(asks []*ask) error {
	for _, a := range asks {
		if _, known := b.byProvider[a.message.ID.Provider]; !known {
			return fmt.Errorf("%s: there is no provider %q", a.message.Address, a.message.ID.Provider)
		}
	}
	if !b.limited {
		return nil
	}
	for _, a := range slices.SortedFunc(slices.Values(asks), payingOrder) {
		purses := b.byProvider[a.message.ID.Provider]
		short := slices.IndexFunc(purses, func(p *purse) bool { return p.left < a.pages })
		if short >= 0 {
			a.deferred = purses[short].cause
			continue
		}
		for _, p := range purses {
			p.left -= a.pages
		}
	}
	return nil
}
