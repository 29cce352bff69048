package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// charts are the rates of the campaigns, or of the messages where there is one
// campaign, and of the departments: the lowest ones where there are many.
func (b *summary) charts() []report.Chart {
	return []report.Chart{b.rateChart(), b.departmentChart()}
}

func (b *summary) rateChart() report.Chart {
	if len(b.overall.Campaigns) > 1 {
		return b.campaignChart()
	}
	bars := make([]report.Bar, 0, len(b.attention.messages.items))
	for _, m := range b.attention.messages.items {
		bars = append(bars, b.bar(m.item.title, m.item.counts, m.item.target))
	}
	return b.chart(b.words.Say("chart.messages"), bars, b.overall.Counted)
}

func (b *summary) campaignChart() report.Chart {
	low := lowest[report.Bar]{most: maxBars}
	all := 0
	for i := range b.overall.Campaigns {
		c := &b.overall.Campaigns[i]
		if _, _, known := c.Counts.RateRange(); !known {
			continue
		}
		all++
		target, _ := c.Target()
		bar := b.bar(b.barLabel(report.CleanText(c.Name), c.Counts), c.Counts, target)
		low.add(bar.Value, bar)
	}
	return b.chart(b.words.Say("chart.campaigns"), low.all(), all)
}

func (b *summary) departmentChart() report.Chart {
	low := lowest[report.Bar]{most: maxBars}
	all := 0
	for _, d := range sortedGroups(b.segments[0].Groups, b.words.Language) {
		counts := d.Counts()
		if _, _, known := counts.RateRange(); !known {
			continue
		}
		all++
		bar := b.bar(b.barLabel(d.Name, counts), counts, 0)
		low.add(bar.Value, bar)
	}
	return b.chart(b.words.Say("chart.segment", b.segments[0].label), low.all(), all)
}

// bar draws a rate; of one that is a band its edge, and the label says so.
func (b *summary) bar(label string, c job.Counts, target float64) report.Bar {
	low, high, _ := c.RateRange()
	if low != high {
		label += " " + b.words.Range(low, high)
	}
	return report.Bar{Label: label, Value: drawn(low, high), Target: target}
}

// drawn is the rate that stands for a range: the edge of a band, the middle of
// what is bounded on both sides.
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

// barLabel says beside a name how much of it is known, where that isn't all.
func (b *summary) barLabel(name string, c job.Counts) string {
	coverage, known := c.Coverage()
	if !known || c.Unknown == 0 {
		return name
	}
	return b.words.Say("chart.known", name, b.words.Percent(coverage))
}

// chart makes a chart of these bars, the lowest of so many.
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
		said = append(said, w.Say("chart.bar", bar.Label, w.Percent(bar.Value)))
	}
	c.Alt = w.Say("chart.alt", c.Title, w.List(said))
	return c
}
