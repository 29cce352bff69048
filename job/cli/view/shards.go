package view

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/event"
	"notifyaudit/job/plan"
	"notifyaudit/job/plan/shards"
)

// Shards shows a row for each process, and whose limits the time of all follows from.
func (v *Text) Shards(all []shards.Forecast, pacer *plan.ProviderForecast) {
	if v.out.log != nil {
		for _, h := range all {
			v.out.log.Info("planned shard", "shard", h.Shard, "messages", h.Messages, "calls", h.Calls, "seconds", h.Duration.Seconds(), "slowest", h.Slowest)
		}
		return
	}
	rows := [][]string{{"Shard", "Providers", "Messages", "Calls", "Time", "Slowest"}}
	for _, h := range all {
		rows = append(rows, []string{
			job.Shard{Index: h.Shard, Of: len(all)}.String(),
			term.Count(h.Providers), term.Count(h.Messages), term.Count(h.Calls), seconds(h.Duration), h.Slowest,
		})
	}
	v.out.Println("")
	v.out.Table(rows)
	if pacer != nil {
		v.out.Say(pacer.Name + " sets the pace: " + term.Plural(pacer.Calls, "call") + " at " +
			term.Count(pacer.RequestsPerSecond) + " a second take " + seconds(pacer.Duration) + ", in however many shards.")
	}
}

// seconds is a duration as people say it, with every second that began.
func seconds(d time.Duration) string { return plan.Span(d + time.Second - 1) }

// Shards writes an event for each process.
func (v *Events) Shards(all []shards.Forecast, pacer *plan.ProviderForecast) {
	for _, h := range all {
		v.write(event.PlanShard{
			Header: v.header(event.TypePlanShard), Forecast: h, Of: len(all),
			DurationSeconds: h.Duration.Seconds(), SetsPace: pacer != nil && h.Slowest == pacer.Name,
		})
	}
}
