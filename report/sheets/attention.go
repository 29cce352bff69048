package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// maxBars is how many bars a chart has at most, maxAttention how many rows a
// list of the lowest.
const (
	maxBars      = 15
	maxAttention = 5
)

// attention finds the messages that need some.
type attention struct{ messages lowest[lowMessage] }

// A lowMessage is what the summary needs of a message.
type lowMessage struct {
	title  string
	row    int // on the sheet of messages
	rate   float64
	target float64
	counts job.Counts
}

func newAttention() attention { return attention{messages: lowest[lowMessage]{most: maxBars}} }

// add takes in a message and its row.
func (a *attention) add(r *job.Result, row int) {
	if low, high, known := r.RateRange(); known && !r.Contradicts() {
		a.messages.add(urgency(drawn(low, high), r), lowMessage{
			title: report.CleanText(r.Message.Title), row: row, rate: high,
			target: r.Message.Target, counts: r.Counts,
		})
	}
}

// urgency orders the messages that need attention: by rate, those to one person
// behind all others. Such a message has a rate of 0 until its person has read it,
// which says nothing of the notice; the people are on the sheet of the unread.
func urgency(rate float64, r *job.Result) float64 {
	if r.Audience.Size <= 1 {
		return rate + 2 // above any rate, but for an audience that is too small
	}
	return rate
}

// lists are those of what is lowest and not yet read by everybody.
func (b *summary) lists() []report.AttentionList {
	return []report.AttentionList{b.lowMessageList(), b.lowDepartmentList()}
}

func (b *summary) lowMessageList() report.AttentionList {
	w := b.words
	list := report.AttentionList{
		Title: w.Say("attention.messages"), Empty: w.Say("empty.attention"),
		Columns: []report.Column{
			w.column("title", report.TypeText, widthTitle), w.rate("read_rate"), w.integer("unread"),
			w.rate("target"),
		},
	}
	for _, m := range b.attention.messages.items {
		if m.item.rate >= 1 || len(list.Rows) == maxAttention {
			continue
		}
		list.Rows = append(list.Rows, []report.Cell{
			b.link(report.Text(m.item.title), report.SheetMessages, m.item.row), w.rateOf(m.item.counts),
			countCells(m.item.counts, true, true)[2], report.Number(m.item.target, m.item.target != 0),
		})
	}
	return list
}

func (b *summary) lowDepartmentList() report.AttentionList {
	w := b.words
	list := report.AttentionList{
		Title: w.Say("attention.segment", b.segments[0].label), Empty: w.Say("empty.attention"),
		Columns: []report.Column{
			w.groupColumn(b.segments[0]), w.rate("read_rate"), w.integer("unread"),
			w.column("known", report.TypeText, 26),
		},
	}
	low := lowest[int]{most: maxAttention}
	sorted := sortedGroups(b.segments[0].Groups, w.Language)
	for row, d := range sorted {
		if from, to, known := d.Counts().RateRange(); known && to < 1 {
			low.add(drawn(from, to), row)
		}
	}
	for _, d := range low.items {
		counts := sorted[d.item].Counts()
		list.Rows = append(list.Rows, []report.Cell{
			b.link(report.Text(sorted[d.item].Name), b.segments[0].sheet, d.item), w.rateOf(counts),
			countCells(counts, true, true)[2], report.Text(w.Known(counts)),
		})
	}
	return list
}
