// Package monitor publishes the figures of a run for graphs and alerts: as a textfile of
// Prometheus, and by OTLP. They name nobody: where a report of the audit shows people in
// groups alone, these figures are guarded as that report is.
package monitor

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/exit"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/privacy"
)

// A Run is what figures are made of.
type Run struct {
	// Input is the audit's; its Run is the latest. Its Privacy is that of its report that
	// names nobody, if there is one.
	Input report.Input
	// Status is the exit status, and EndedAt when the run ended.
	Status  int
	EndedAt time.Time
	// LastSuccess is when an earlier run ended well; zero for never.
	LastSuccess time.Time
}

// mostCampaigns is how many campaigns have figures of their own, the first ones of the
// manifest; the others are one, named otherCampaigns.
const (
	mostCampaigns  = 50
	otherCampaigns = "(other)"
)

// A Family is all values of one gauge.
type Family struct {
	// Name is Prometheus's; Unit is "s" for seconds, else empty.
	Name, Help, Unit string
	Samples          []Sample
}

// A Sample is a value with its labels.
type Sample struct {
	Labels []Label
	Value  float64
}

// A Label is a name and a value.
type Label struct{ Name, Value string }

// collector makes families. Every sample has the audit's title as a label, so that
// several audits can be told apart.
type collector struct {
	audit    Label
	families []*Family
}

// family begins a gauge.
func (c *collector) family(name, help, unit string) *Family {
	f := &Family{Name: "notifyaudit_" + name, Help: help, Unit: unit}
	c.families = append(c.families, f)
	return f
}

// set adds a sample.
func (c *collector) set(f *Family, value float64, labels ...Label) {
	f.Samples = append(f.Samples, Sample{Labels: append([]Label{c.audit}, labels...), Value: value})
}

// one is a gauge with one sample.
func (c *collector) one(name, help, unit string, value float64) {
	c.set(c.family(name, help, unit), value)
}

// Figures are the figures of a run.
func Figures(r Run) ([]*Family, error) {
	measured, err := metrics.Measure(privacy.Guard(r.Input))
	if err != nil {
		return nil, fmt.Errorf("measure the metrics: %w", err)
	}
	c := &collector{audit: Label{"audit", report.CleanText(r.Input.Title)}}
	c.run(r)
	c.quota(r.Input.Provenance.Spending)
	messages := c.family("messages", "Messages of the audit by status.", "")
	for _, status := range job.Statuses() {
		c.set(messages, float64(measured.Statuses[status]), Label{"status", string(status)})
	}
	c.campaigns(measured.Campaigns)
	return c.families, nil
}

// run are the figures of how it went.
func (c *collector) run(r Run) {
	c.one("run_timestamp_seconds", "When the latest apply ended.", "s", seconds(r.EndedAt))
	success := r.LastSuccess
	if Succeeded(r.Status) {
		success = r.EndedAt
	}
	if !success.IsZero() {
		c.one("last_success_timestamp_seconds", "When an apply last asked all that it could (exit status 0, 3 or 4).", "s", seconds(success))
	}
	c.one("run_exit_status", "The exit status of the latest apply, whatever findings says.", "", float64(r.Status))
	of := r.Input.Run
	if of == nil {
		return
	}
	c.one("run_duration_seconds", "How long the latest run took, its interruptions included.", "s", r.EndedAt.Sub(of.StartedAt).Seconds())
	calls := c.family("run_calls", "Calls of the latest run by class: metered calls, retries among them, and answers that asked to slow down.", "")
	for _, class := range []struct {
		name string
		n    int
	}{{"metered", of.Calls}, {"retry", of.Retries}, {"throttled", of.Throttled}} {
		c.set(calls, float64(class.n), Label{"class", class.name})
	}
	stops := c.family("run_stopped_messages", "Messages that the latest run left unasked, by the class of the answer that stopped it.", "")
	left := make(map[job.ErrorClass]int)
	for i := range of.Stops {
		if s := &of.Stops[i]; !s.Planned() {
			left[s.Class] += s.NotAsked
		}
	}
	for _, class := range slices.Sorted(maps.Keys(left)) {
		c.set(stops, float64(left[class]), Label{"class", string(class)})
	}
}

// quota are the calls of the month by this state's count.
func (c *collector) quota(all []report.Spending) {
	spent := c.family("quota_spent_calls", "Calls of the month by this state's count.", "")
	left := c.family("quota_left_calls", "Calls that the month has left by this state's count, the reserve taken off.", "")
	for _, s := range all {
		group := Label{"quota_group", s.QuotaGroup}
		c.set(spent, float64(s.Calls), group)
		if s.Allowed > 0 {
			c.set(left, float64(max(0, s.Allowed-s.Calls)), group)
		}
	}
}

// campaigns are the rates of each campaign. One whose rate is withheld, or not known, has
// none.
func (c *collector) campaigns(all []metrics.Campaign) {
	var rates, coverages []Sample
	add := func(name string, counts job.Counts) {
		labels := []Label{c.audit, {"campaign", name}}
		if low, high, known := counts.RateRange(); known && low == high {
			rates = append(rates, Sample{labels, low})
		}
		if coverage, known := counts.Coverage(); known {
			coverages = append(coverages, Sample{labels, coverage})
		}
	}
	var others job.Counts
	for i := range all {
		if i < mostCampaigns {
			add(report.CleanText(all[i].Name), all[i].Counts)
			continue
		}
		others = others.Add(all[i].Counts)
	}
	if len(all) > mostCampaigns {
		add(otherCampaigns, others)
	}
	c.family("read_rate", "Read rate of a campaign, from 0 to 1.", "").Samples = rates
	c.family("coverage", "The share of a campaign's recipients of whom something is known, from 0 to 1.", "").Samples = coverages
}

// Succeeded reports whether a status is that of a run that asked all that it could.
func Succeeded(status int) bool {
	return status == exit.OK || status == exit.Incomplete || status == exit.Check
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
