package sheets

import (
	"cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/order"
	"notifyaudit/report/sheets/cells"
)

// maxBars is how many bars a chart has at most, maxAttention how many rows a
// list of the lowest.
const (
	maxBars      = 15
	maxAttention = 5
)

// A rated is anything with a read rate: a notice, a campaign, or a group.
type rated struct {
	title string
	// sheet is where it has a row.
	sheet  report.SheetKey
	counts job.Counts
	// target is 0 without one.
	target float64
	// people is the least number of its people.
	people int
}

// rate returns the rate to sort by, whether it is exact or a band.
func (r *rated) rate() float64 {
	low, high, _ := r.counts.RateRange()
	return drawn(low, high)
}

// needy reports whether it has unread deliveries, and a target that isn't met or none.
func (r *rated) needy() bool {
	low, high, known := r.counts.RateRange()
	return known && high < 1 && (r.target == 0 || low < r.target)
}

// byRate is the order of the charts.
func byRate(a, b *rated) int { return cmp.Compare(a.rate(), b.rate()) }

// byNeed is the order of what needs attention: the lowest rates first, and the most unread
// first among equal rates. Very small audiences come last: their rate says more about the
// people than about the notice.
func byNeed(a, b *rated) int {
	return cmp.Or(order.Last(a.people < smallGroup, b.people < smallGroup),
		cmp.Compare(a.rate(), b.rate()), cmp.Compare(b.counts.Unread, a.counts.Unread))
}

// ratedNotices returns the notices that have a rate.
func (b *summary) ratedNotices() []*rated {
	var all []*rated
	for _, n := range b.notices.List {
		counts := n.Counts()
		if _, _, known := counts.RateRange(); !known {
			continue
		}
		one := &rated{
			title: b.notices.Title(n), sheet: report.SheetMessages,
			counts: counts, target: n.Target(), people: n.People,
		}
		if n.Messages > 1 {
			one.sheet = report.SheetCampaigns
		}
		all = append(all, one)
	}
	return all
}

// lists returns the lists of what needs attention.
func (b *summary) lists() []report.AttentionList {
	return []report.AttentionList{b.lowNotices(), b.lowGroups()}
}

func (b *summary) lowNotices() report.AttentionList {
	w := b.words
	list := report.AttentionList{
		Title: w.Say("attention.notices"), Empty: b.nothing(),
		Columns: []report.Column{
			w.Head("notice", report.TypeText, cells.WidthTitle), w.Rate("read_rate"), w.Integer("unread"),
			w.Rate("target"),
		},
	}
	low := lowest[*rated]{most: maxAttention, order: byNeed}
	for _, one := range b.ratedNotices() {
		if one.needy() {
			low.add(one)
		}
	}
	for _, one := range low.items {
		list.Rows = append(list.Rows, []report.Cell{
			b.link(report.Text(one.title), one.sheet), w.RateOf(one.counts).Against(one.target),
			cells.Counts(one.counts, true, true)[2], report.Number(one.target, one.target != 0),
		})
	}
	return list
}

func (b *summary) lowGroups() report.AttentionList {
	w, of := b.words, b.segments[0]
	list := report.AttentionList{
		Title: w.Say("attention.segment", of.label), Empty: b.nothing(),
		Columns: []report.Column{
			groupColumn(w, of), w.Rate("read_rate"), w.Integer("unread"), w.KnownColumn(),
		},
	}
	low := lowest[*rated]{most: maxAttention, order: byNeed}
	for _, one := range b.rankedGroups() {
		if one.needy() {
			low.add(one)
		}
	}
	for _, one := range low.items {
		list.Rows = append(list.Rows, []report.Cell{
			b.link(report.Text(one.title), one.sheet), w.RateOf(one.counts).Against(one.target),
			cells.Counts(one.counts, true, true)[2], report.Text(w.Known(one.counts)),
		})
	}
	return list
}

// rankedGroups returns the groups of the first segment, sorted by name.
func (b *summary) rankedGroups() []*rated {
	of := b.segments[0]
	target, _ := b.overall.CommonTarget()
	var all []*rated
	for _, d := range sortedGroups(of.Groups, b.words.Language) {
		one := &rated{title: d.Name, sheet: of.sheet, counts: d.Counts(), target: target, people: d.People}
		if d.Sized {
			one.people = one.counts.Audience()
		}
		all = append(all, one)
	}
	return all
}

// nothing returns the text of an empty list.
func (b *summary) nothing() string {
	if _, _, known := b.overall.Counts.RateRange(); !known {
		return b.words.Say("empty.attention.unknown")
	}
	return b.words.Say("empty.attention")
}
