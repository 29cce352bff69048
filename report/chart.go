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
		bars = append(bars, Bar{Label: m.item.title, Value: m.item.rate, Target: m.item.target})
	}
	return b.chart(b.words.say("chart.messages"), bars, b.figures.Totals.Counted)
}

func (b *book) campaignChart() Chart {
	low := lowest[Bar]{most: maxBars}
	all := 0
	for i := range b.figures.Campaigns {
		c := &b.figures.Campaigns[i]
		rate, known := c.Totals.Counts.ReadRate()
		if !known {
			continue
		}
		all++
		target, _ := c.Target()
		low.add(rate, Bar{Label: b.barLabel(CleanText(c.Name), c.Totals.Counts), Value: rate, Target: target})
	}
	return b.chart(b.words.say("chart.campaigns"), items(&low), all)
}

func (b *book) departmentChart() Chart {
	low := lowest[Bar]{most: maxBars}
	all := 0
	for _, d := range b.segments[0].sorted(b.words.lang) {
		rate, known := d.counts.ReadRate()
		if !known {
			continue
		}
		all++
		low.add(rate, Bar{Label: b.barLabel(d.name, d.counts), Value: rate})
	}
	return b.chart(b.words.say("chart.segment", b.segments[0].label), items(&low), all)
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
			b.link(Text(m.item.title), SheetMessages, m.item.row), Number(m.item.rate, true),
			Integer(m.item.counts.Unread), Number(m.item.target, m.item.target != 0),
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
		if rate, known := d.counts.ReadRate(); known && rate < 1 {
			low.add(rate, row)
		}
	}
	for _, d := range low.items {
		counts := sorted[d.item].counts
		list.Rows = append(list.Rows, []Cell{
			b.link(Text(sorted[d.item].name), b.segments[0].sheet, d.item), Number(d.rate, true),
			Integer(counts.Unread), Text(w.known(counts)),
		})
	}
	return list
}
