package sheets

import (
	"cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
)

// maxBars is how many bars a chart has at most, maxAttention how many rows a
// list of the lowest.
const (
	maxBars      = 15
	maxAttention = 5
)

// A rated is anything with a read rate: a message, the messages of a campaign that went to
// one person each, a campaign, or a group.
type rated struct {
	title, address string
	// sheet and row are its place.
	sheet  report.SheetKey
	row    int
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
	return cmp.Or(cells.Last(a.people < smallGroup, b.people < smallGroup),
		cmp.Compare(a.rate(), b.rate()), cmp.Compare(b.counts.Unread, a.counts.Unread))
}

// attention finds the messages that need attention. A message to one person has a rate of
// 0 or 1, which says nothing about the notice, so those of a campaign count as one.
type attention struct {
	bars, needy lowest[*rated]
	// all counts everything with a rate.
	all int
	// lone has the messages to one person by campaign; names has their order.
	lone  map[string]*lone
	names []string
}

// lone is the messages of a campaign that went to one person each, taken as one.
type lone struct {
	rated

	messages int
	mixed    bool // their targets differ
}

func newAttention() attention {
	return attention{
		bars: lowest[*rated]{most: maxBars, order: byRate}, needy: lowest[*rated]{most: maxAttention, order: byNeed},
		lone: make(map[string]*lone),
	}
}

// message adds a message and its row.
func (a *attention) message(r *job.Result, row int) {
	if _, _, known := r.RateRange(); !known || r.Contradicts() {
		return
	}
	one := rated{
		title: report.CleanText(r.Message.Title), address: report.CleanText(r.Message.Address),
		sheet: report.SheetMessages, row: row, counts: r.Counts, target: r.Message.Target, people: r.Audience.Size,
	}
	if r.Audience.Size > 1 || r.Pooled > 0 {
		a.add(&one)
		return
	}
	of := a.lone[r.Message.Campaign]
	if of == nil {
		a.lone[r.Message.Campaign] = &lone{rated: one, messages: 1}
		a.names = append(a.names, r.Message.Campaign)
		return
	}
	of.messages++
	of.people++
	of.counts = of.counts.Add(one.counts)
	of.mixed = of.mixed || of.target != one.target
}

// finish adds the messages to one person each; say makes their title.
func (a *attention) finish(say func(campaign string, messages int) string) {
	for _, name := range a.names {
		of := a.lone[name]
		if of.messages > 1 {
			of.title, of.address = say(report.CleanText(name), of.messages), ""
		}
		if of.mixed {
			of.target = 0
		}
		a.add(&of.rated)
	}
}

func (a *attention) add(one *rated) {
	a.all++
	a.bars.add(one)
	if one.needy() {
		a.needy.add(one)
	}
}

// lists returns the lists of what needs attention.
func (b *summary) lists() []report.AttentionList {
	return []report.AttentionList{b.lowMessages(), b.lowGroups()}
}

func (b *summary) lowMessages() report.AttentionList {
	w := b.words
	list := report.AttentionList{
		Title: w.Say("attention.messages"), Empty: b.nothing(),
		Columns: []report.Column{
			w.Head("title", report.TypeText, cells.WidthTitle), w.Rate("read_rate"), w.Integer("unread"),
			w.Rate("target"),
		},
	}
	titles := make(map[string]int)
	for _, one := range b.attention.needy.items {
		titles[one.title]++
	}
	for _, one := range b.attention.needy.items {
		title := one.title
		if titles[title] > 1 && one.address != "" {
			title = w.Say("parentheses", title, one.address)
		}
		list.Rows = append(list.Rows, []report.Cell{
			b.link(report.Text(title), one.sheet, one.row), w.RateOf(one.counts).Against(one.target),
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
			groupColumn(w, of), w.Rate("read_rate"), w.Integer("unread"), w.Head("known", report.TypeText, 26),
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
			b.link(report.Text(one.title), one.sheet, one.row), w.RateOf(one.counts).Against(one.target),
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
	for row, d := range sortedGroups(of.Groups, b.words.Language) {
		one := &rated{title: d.Name, sheet: of.sheet, row: row, counts: d.Counts(), target: target, people: d.People}
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
