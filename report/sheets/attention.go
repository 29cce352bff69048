package sheets

import (
	"cmp"

	"notifyaudit/job"
	"notifyaudit/report"
)

// maxBars is how many bars a chart has at most, maxAttention how many rows a
// list of the lowest.
const (
	maxBars      = 15
	maxAttention = 5
)

// A rated is something with a read rate: a message, the messages of a campaign that
// went to one person each, a campaign, a group.
type rated struct {
	title, address string
	// sheet and row are where it stands.
	sheet  report.SheetKey
	row    int
	counts job.Counts
	// target is 0 without one.
	target float64
	// people counts them, or is the least that they can be.
	people int
}

// rate is what stands for the read rate, exact or a band.
func (r *rated) rate() float64 {
	low, high, _ := r.counts.RateRange()
	return drawn(low, high)
}

// needy reports whether somebody has not read it and its target, if any, isn't met.
func (r *rated) needy() bool {
	low, high, known := r.counts.RateRange()
	return known && high < 1 && (r.target == 0 || low < r.target)
}

// byRate is the order of the charts.
func byRate(a, b *rated) int { return cmp.Compare(a.rate(), b.rate()) }

// byNeed is the order of what needs attention: the lowest rates first, and of the same
// rate where the most have not read. A few people say more of themselves than of a
// notice, so they come behind all others.
func byNeed(a, b *rated) int {
	return cmp.Or(last(a.people < smallGroup, b.people < smallGroup),
		cmp.Compare(a.rate(), b.rate()), cmp.Compare(b.counts.Unread, a.counts.Unread))
}

// attention finds the messages that need some. Those to one person each have a rate of
// 0 or 1, which says nothing of the notice: they count as one, by campaign.
type attention struct {
	bars, needy lowest[*rated]
	// all counts what has a rate.
	all int
	// lone are the messages to one person by campaign, in the order of names.
	lone  map[string]*lone
	names []string
}

// lone is the messages of a campaign that went to one person each.
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

// message takes in a message and its row.
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

// finish takes in the messages to one person each; say calls those of a campaign by
// its name and their number.
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

// lists are those of what is lowest.
func (b *summary) lists() []report.AttentionList {
	return []report.AttentionList{b.lowMessages(), b.lowGroups()}
}

func (b *summary) lowMessages() report.AttentionList {
	w := b.words
	list := report.AttentionList{
		Title: w.Say("attention.messages"), Empty: b.nothing(),
		Columns: []report.Column{
			w.column("title", report.TypeText, widthTitle), w.rate("read_rate"), w.integer("unread"),
			w.rate("target"),
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
			b.link(report.Text(title), one.sheet, one.row), w.rateOf(one.counts).Against(one.target),
			countCells(one.counts, true, true)[2], report.Number(one.target, one.target != 0),
		})
	}
	return list
}

func (b *summary) lowGroups() report.AttentionList {
	w, of := b.words, b.segments[0]
	list := report.AttentionList{
		Title: w.Say("attention.segment", of.label), Empty: b.nothing(),
		Columns: []report.Column{
			w.groupColumn(of), w.rate("read_rate"), w.integer("unread"), w.column("known", report.TypeText, 26),
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
			b.link(report.Text(one.title), one.sheet, one.row), w.rateOf(one.counts).Against(one.target),
			countCells(one.counts, true, true)[2], report.Text(w.Known(one.counts)),
		})
	}
	return list
}

// rankedGroups are the groups of the first segment, by name.
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

// nothing is what stands in the place of an empty list.
func (b *summary) nothing() string {
	if _, _, known := b.overall.Counts.RateRange(); !known {
		return b.words.Say("empty.attention.unknown")
	}
	return b.words.Say("empty.attention")
}
