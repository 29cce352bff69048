package report

import (
	"cmp"
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

func (b *book) campaignSheet() *Sheet {
	w := b.words
	s := &Sheet{
		Columns: []Column{
			w.wrapped("campaign", widthTitle), w.integer("messages"),
			w.integer("audience_size"), w.integer("read"), w.integer("unread"), w.integer("unknown"),
			w.rateBar(), w.column("known", TypeText, 26), w.rate("coverage"),
			w.rate("target"), w.column("target_met", TypeText, widthNumber),
			w.column("change", TypeChange, widthNumber), w.time("oldest"), w.time("as_of"),
		},
		Count: len(b.figures.Campaigns),
	}
	rows := make([][]Cell, 0, len(b.figures.Campaigns))
	for i := range b.figures.Campaigns {
		rows = append(rows, b.campaignRow(&b.figures.Campaigns[i]))
	}
	s.Rows = rowsOf(rows)
	return s
}

func (b *book) campaignRow(c *Campaign) []Cell {
	counts := c.Totals.Counts
	change, compared := c.Change()
	row := append([]Cell{
		b.link(text(c.Name), SheetMessages, c.firstRow), Integer(c.Totals.Messages),
	}, countCells(counts, c.HasAudience, c.HasReading)...)
	return append(row,
		b.words.rateOf(counts), Text(b.words.known(counts)), Number(counts.Coverage()),
		Number(c.Target()), b.words.yes(c.TargetMet()), Number(change.Rate, compared),
		Time(c.Oldest), Time(c.Newest))
}

func (b *book) segmentSheet(of *segment) *Sheet {
	w := b.words
	s := &Sheet{
		Columns: []Column{
			b.segmentColumn(of), w.integer("people"), w.integer("deliveries"),
			w.integer("read"), w.integer("unread"), w.integer("unknown"),
			w.rateBar(), w.column("known", TypeText, 26),
			w.column("gap", TypeChange, widthNumber), w.column("small", TypeText, widthNumber),
		},
		Count: len(of.list),
	}
	sorted := of.sorted(w.lang)
	rows := make([][]Cell, 0, len(sorted))
	for _, d := range sorted {
		rows = append(rows, b.departmentRow(d))
	}
	s.Rows = rowsOf(rows)
	return s
}

// segmentColumn heads the names of a segment's groups.
func (b *book) segmentColumn(of *segment) Column {
	if of.named() {
		return b.words.wrapped(of.column, widthTitle)
	}
	return Column{Key: string(of.sheet), Label: of.label, Type: TypeText, Width: widthTitle, Wrap: true}
}

func (b *book) departmentRow(d *department) []Cell {
	counts := d.counts()
	rate, hasRate := counts.ReadRate()
	target, hasTarget := b.figures.CommonTarget()
	people, size := Integer(d.people), d.people
	if d.sized {
		people, size = Cell{}, counts.Audience()
	}
	small := Cell{}
	if size < smallGroup {
		small = Text(b.words.say("small"))
	}
	row := append([]Cell{Text(d.name), people}, countCells(counts, true, d.read)...)
	return append(row, b.words.rateOf(counts), Text(b.words.known(counts)),
		Number(rate-target, hasRate && hasTarget), small)
}

// sorted are the departments by name as the language sorts, "Other" last.
func (d *departments) sorted(lang Language) []*department {
	order := newCollator(lang)
	sorted := slices.Clone(d.list)
	slices.SortFunc(sorted, func(a, b *department) int {
		return cmp.Or(last(a.name == d.other, b.name == d.other),
			order.CompareString(a.name, b.name), cmp.Compare(a.name, b.name))
	})
	return sorted
}

// last orders what is to be at the end behind the rest.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// newCollator sorts names as people of the language expect them: Chinese by its
// pronunciation. It is for one goroutine.
func newCollator(lang Language) *collate.Collator {
	if lang == Chinese {
		return collate.New(language.SimplifiedChinese)
	}
	return collate.New(language.English)
}
