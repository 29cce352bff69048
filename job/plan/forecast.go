package plan

import (
	"slices"
	"time"

	"notifyaudit/job"
)

// A Forecast is what carrying out the plan takes, if every answer comes at the
// first attempt. Refreshing access tokens is not metered and not in it.
type Forecast struct {
	// Calls are all providers' metered calls.
	Calls int `json:"calls"`
	// Duration is the longest of the providers': they work side by side. In JSON
	// it is DurationSeconds of what the forecast stands in.
	Duration time.Duration `json:"-"`
	// Providers are in the manifest's order, those without calls too.
	Providers []ProviderForecast `json:"providers"`
	// Quotas are the quota groups in the order of their first providers.
	Quotas []Quota `json:"quotas"`
	// NextTry is when the first of the waiting messages is due; zero without any.
	NextTry time.Time `json:"next_try,omitzero"`
}

// A ProviderForecast is one provider's part.
type ProviderForecast struct {
	Name     string `json:"name"`
	Messages int    `json:"messages"`
	Calls    int    `json:"calls"`
	// LongestChain is the most pages of one message.
	LongestChain      int           `json:"longest_chain"`
	RequestsPerSecond int           `json:"requests_per_second"`
	Duration          time.Duration `json:"-"`
}

// A Quota is the account of a quota group in the month of the plan.
type Quota struct {
	Group string `json:"group"`
	// Month is the calendar month of the vendor's zone: 2006-01. Turns is when
	// the next one begins.
	Month string    `json:"month"`
	Turns time.Time `json:"turns"`
	// Spent is what this state has spent so far; Planned what the plan adds.
	Spent   int `json:"spent"`
	Planned int `json:"planned"`
	// Allowed is what the state may spend; without Limited there is no quota.
	Allowed int  `json:"allowed"`
	Limited bool `json:"limited"`
	// Refused says that the vendor has refused a call of this month already.
	Refused bool `json:"refused,omitempty"`
}

// Left is what may still be spent, before this plan.
func (q *Quota) Left() int {
	if q.Refused {
		return 0
	}
	return max(0, q.Allowed-q.Spent)
}

// forecast adds up the asks.
func forecast(asks []*ask, providers []job.Provider, o *Options) Forecast {
	f := Forecast{Providers: make([]ProviderForecast, len(providers)), Quotas: quotas(providers, o)}
	for i := range providers {
		f.Providers[i] = ProviderForecast{
			Name: providers[i].Name, RequestsPerSecond: providers[i].Limit.RequestsPerSecond,
		}
	}
	for _, a := range asks {
		if a.pages == 0 {
			continue
		}
		p := &f.Providers[a.provider]
		p.Messages++
		p.Calls += int(a.pages)
		p.LongestChain = max(p.LongestChain, int(a.pages))
	}
	for i := range f.Providers {
		p := &f.Providers[i]
		p.Duration = runTime(p.Calls, p.LongestChain, providers[i].Limit, o.Latency)
		f.Calls += p.Calls
		f.Duration = max(f.Duration, p.Duration)
		for j := range f.Quotas {
			if f.Quotas[j].Group == providers[i].Limit.QuotaGroup {
				f.Quotas[j].Planned += p.Calls
			}
		}
	}
	return f
}

// runTime is how long a provider needs: its slots come free a second after the
// answer and not before the answer, a chain's pages follow one another, and no
// more requests than allowed are under way.
func runTime(calls, chain int, l job.Limit, latency time.Duration) time.Duration {
	rate, inFlight := max(1, l.RequestsPerSecond), l.MaxInFlight
	if inFlight <= 0 {
		inFlight = rate
	}
	return max(
		time.Duration(calls)*max(time.Second, latency)/time.Duration(rate),
		time.Duration(calls)*latency/time.Duration(inFlight),
		time.Duration(chain)*latency,
	)
}

// quotas are the accounts of the providers' groups. Where providers of a group
// differ in what it may spend, the least holds.
func quotas(providers []job.Provider, o *Options) []Quota {
	var all []Quota
	index := make(map[string]int)
	for i := range providers {
		l := providers[i].Limit
		at, found := index[l.QuotaGroup]
		if !found {
			at = len(all)
			index[l.QuotaGroup] = at
			all = append(all, Quota{
				Group: l.QuotaGroup, Month: job.QuotaMonth(o.Now), Turns: job.QuotaTurns(o.Now),
				Spent: o.Spent[l.QuotaGroup], Refused: o.refused(l.QuotaGroup),
			})
		}
		allowed, limited := l.Monthly()
		if q := &all[at]; limited && (!q.Limited || allowed < q.Allowed) {
			q.Allowed, q.Limited = allowed, true
		}
	}
	return all
}

// refused reports whether the vendor has refused the group's calls in this month.
func (o *Options) refused(group string) bool {
	return slices.ContainsFunc(o.Refusals, func(r job.QuotaRefusal) bool {
		return r.QuotaGroup == group && job.QuotaMonth(r.At) == job.QuotaMonth(o.Now)
	})
}
