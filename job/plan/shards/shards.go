// Package shards says how the calls of a plan are divided among processes that carry it
// out side by side.
package shards

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// Max is the most processes that carry out a run side by side.
const Max = 1000

// A Forecast is what one of the processes asks.
type Forecast struct {
	Shard int `json:"shard"`
	// Providers are those with calls.
	Providers int `json:"providers"`
	Messages  int `json:"messages"`
	Calls     int `json:"calls"`
	// Duration is the longest of its providers': they work side by side.
	Duration time.Duration `json:"-"`
	// Slowest is the provider that takes so long; empty without calls.
	Slowest string `json:"slowest"`
}

// Split divides the calls of a plan among n shards. The providers are those that the
// plan was made for.
func Split(f *plan.Forecast, providers []job.Provider, n int) []Forecast {
	all := make([]Forecast, n)
	for i := range all {
		all[i].Shard = i
	}
	for i := range f.Providers {
		of := &f.Providers[i]
		if of.Calls == 0 {
			continue
		}
		s := &all[providers[i].Shard(n)]
		s.Providers++
		s.Messages += of.Messages
		s.Calls += of.Calls
		if of.Duration > s.Duration {
			s.Duration, s.Slowest = of.Duration, of.Name
		}
	}
	return all
}

// Pacer is the provider that takes as long as the whole plan; nil without calls. It is
// the limits of its credential that take so long, in however many shards.
func Pacer(f *plan.Forecast) *plan.ProviderForecast {
	for i := range f.Providers {
		if p := &f.Providers[i]; p.Calls > 0 && p.Duration == f.Duration {
			return p
		}
	}
	return nil
}
