package report

import (
	"notifyaudit/job"
)

// charts are the rates of the campaigns, or of the messages where there is one
// campaign, and of the departments: the lowest ones where there are many.
func (b *book) charts() []Chart {
	return []Chart{b.rateChart(), b.departmentChart()}
}

func (b *book) rateChart() Chart {
	if len(b.figures.Campaigns) > 1 {
		return b.campaignChart()
	}
	bars := make([]Bar, 0, len(b.lowMessages.items))
	for _, m := range b.lowMessages.items {
		bars = append(bars, b.bar(m.item.title, m.item.counts, m.item.target))
	}
	return b.chart(b.words.say("chart.messages"), bars, b.figures.Totals.Counted)
}

func (b *book) campaignChart() Chart {
	low := lowest[Bar]{most: maxBars}
	all := 0
	for i := range b.figures.Campaigns {
		c := &b.figures.Campaigns[i]
		if _, _, known := c.Totals.Counts.RateRange(); !known {
			continue
		}
		all++
		target, _ := c.Target()
		bar := b.bar(b.barLabel(CleanText(c.Name), c.Totals.Counts), c.Totals.Counts, target)
		low.add(bar.Value, bar)
	}
	return b.chart(b.words.say("chart.campaigns"), items(&low), all)
}

func (b *book) departmentChart() Chart {
	low := lowest[Bar]{most: maxBars}
	all := 0
	for _, d := range b.segments[0].sorted(b.words.lang) {
		counts := d.counts()
		if _, _, known := counts.RateRange(); !known {
			continue
		}
		all++
		bar := b.bar(b.barLabel(d.name, counts), counts, 0)
		low.add(bar.Value, bar)
	}
	return b.chart(b.words.say("chart.segment", b.segments[0].label), items(&low), all)
}

// bar draws a rate; of one that is a band its edge, and the label says so.
func (b *book) bar(label string, c job.Counts, target float64) Bar {
	low, high, _ := c.RateRange()
	if low != high {
		label += " " + b.words.band(low, high)
	}
	return Bar{Label: label, Value: drawn(low, high), Target: target}
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

func items[T any](l *lowest[T]) []T {
	all := make([]T, 0, len(l.items))
	for _, r := range l.items {
		all = append(all, r.item)
	}
	return all
}

// barLabel says beside a name how much of it is known, where that isn't all.
func (b *book) barLabel(name string, c job.Counts) string {
	coverage, known := c.Coverage()
	if !known || c.Unknown == 0 {
		return name
	}
	return b.words.say("chart.known", name, b.words.percent(coverage))
}

// chart makes a chart of these bars, the lowest of so many.
func (b *book) chart(title string, bars []Bar, all int) Chart {
	w := b.words
	c := Chart{
		Title: title, Bars: bars,
		ValueLabel: w.say("figure.read_rate"), TargetLabel: w.say("figure.target"),
	}
	if all > len(bars) {
		c.Title = w.say("chart.lowest", c.Title, len(bars))
	}
	said := make([]string, 0, len(bars))
	for _, bar := range bars {
		said = append(said, w.say("chart.bar", bar.Label, w.percent(bar.Value)))
	}
	c.Alt = w.say("chart.alt", c.Title, w.list(said))
	return c
}

// attention are the lists of what is lowest and not yet read by everybody.
func (b *book) attention() []AttentionList {
	return []AttentionList{b.lowMessageList(), b.lowDepartmentList()}
}

func (b *book) lowMessageList() AttentionList {
	w := b.words
	list := AttentionList{
		Title: w.say("attention.messages"), Empty: w.say("empty.attention"),
		Columns: []Column{
			w.column("title", TypeText, widthTitle), w.rate("read_rate"), w.integer("unread"),
			w.rate("target"),
		},
	}
	for _, m := range b.lowMessages.items {
		if m.item.rate >= 1 || len(list.Rows) == maxAttention {
			continue
		}
		list.Rows = append(list.Rows, []Cell{
			b.link(Text(m.item.title), SheetMessages, m.item.row), w.rateOf(m.item.counts),
			countCells(m.item.counts, true, true)[2], Number(m.item.target, m.item.target != 0),
		})
	}
	return list
}

func (b *book) lowDepartmentList() AttentionList {
	w := b.words
	list := AttentionList{
		Title: w.say("attention.segment", b.segments[0].label), Empty: w.say("empty.attention"),
		Columns: []Column{
			b.segmentColumn(b.segments[0]), w.rate("read_rate"), w.integer("unread"),
			w.column("known", TypeText, 26),
		},
	}
	low := lowest[int]{most: maxAttention}
	sorted := b.segments[0].sorted(w.lang)
	for row, d := range sorted {
		if from, to, known := d.counts().RateRange(); known && to < 1 {
			low.add(drawn(from, to), row)
		}
	}
	for _, d := range low.items {
		counts := sorted[d.item].counts()
		list.Rows = append(list.Rows, []Cell{
			b.link(Text(sorted[d.item].name), b.segments[0].sheet, d.item), w.rateOf(counts),
			countCells(counts, true, true)[2], Text(w.known(counts)),
		})
	}
	return list
}
