package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// charts returns the chart of the campaigns, or of the notices if there is one campaign,
// and the chart of the groups. Of many rates they have the lowest.
func (b *summary) charts() []report.Chart {
	return []report.Chart{b.rateChart(), b.groupChart()}
}

func (b *summary) rateChart() report.Chart {
	if len(b.overall.Campaigns) > 1 {
		return b.campaignChart()
	}
	return b.lowestBars(b.words.Say("chart.notices"), b.ratedNotices(), true)
}

func (b *summary) campaignChart() report.Chart {
	all := make([]*rated, 0, len(b.overall.Campaigns))
	for i := range b.overall.Campaigns {
		c := &b.overall.Campaigns[i]
		target, _ := c.Target()
		all = append(all, &rated{title: b.notices.Campaign(c.Name), counts: c.Counts, target: target})
	}
	return b.lowestBars(b.words.Say("chart.campaigns"), all, true)
}

func (b *summary) groupChart() report.Chart {
	return b.lowestBars(b.words.Say("chart.segment", b.segments[0].label), b.rankedGroups(), false)
}

// lowestBars makes a chart of the lowest rates, with or without targets.
func (b *summary) lowestBars(title string, all []*rated, targets bool) report.Chart {
	low := lowest[*rated]{most: maxBars, order: byRate}
	some := 0
	for _, one := range all {
		if _, _, known := one.counts.RateRange(); known {
			some++
			low.add(one)
		}
	}
	bars := make([]report.Bar, 0, len(low.items))
	for _, one := range low.items {
		target := one.target
		if !targets {
			target = 0
		}
		bars = append(bars, b.bar(one, target))
	}
	return b.chart(title, bars, some)
}

// bar draws a rate. Of a band it draws the edge, and the words have the band.
func (b *summary) bar(one *rated, target float64) report.Bar {
	low, high, _ := one.counts.RateRange()
	rate := b.words.Percent(low, target)
	if low != high {
		rate = b.words.Range(low, high)
	}
	return report.Bar{Label: one.title, Known: b.known(one.counts), Rate: rate, Value: drawn(low, high), Target: target}
}

// drawn returns the rate that a range is drawn as: the edge of a band, or the middle.
func drawn(low, high float64) float64 {
	switch {
	case high >= 1:
		return low
	case low <= 0:
		return high
	default:
		return (low + high) / 2
	}
}

// nearlyAll is the coverage from which a bar does not say how much is known.
const nearlyAll = 0.95

// known says how much of an audience is known, if that isn't nearly all.
func (b *summary) known(c job.Counts) string {
	if coverage, some := c.Coverage(); some && coverage < nearlyAll {
		return b.words.Say("chart.known", b.words.Percent(coverage))
	}
	return ""
}

// chart makes a chart of bars, the lowest of all.
func (b *summary) chart(title string, bars []report.Bar, all int) report.Chart {
	w := b.words
	c := report.Chart{
		Title: title, Bars: bars,
		ValueLabel: w.Say("figure.read_rate"), TargetLabel: w.Say("figure.target"),
	}
	if all > len(bars) {
		c.Title = w.Say("chart.lowest", c.Title, len(bars))
	}
	said := make([]string, 0, len(bars))
	for _, bar := range bars {
		said = append(said, w.Say("chart.bar", bar.Label+bar.Known, bar.Rate))
	}
	c.Alt = w.Say("chart.alt", c.Title, w.List(said))
	return c
}
