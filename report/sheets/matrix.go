package sheets

import (
	"cmp"
	"fmt"
	"slices"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/notices"
	"notifyaudit/report/order"
	"notifyaudit/report/sheets/cells"
)

const (
	// matrixGroups is how many groups have a column in the matrix: the largest.
	matrixGroups = 30
	// matrixNotices is how many notices have a row: the lowest.
	matrixNotices = 100
)

// matrix is the sheet with a row for each notice, the worst first, and a column for each of
// the largest groups of the first segment.
type matrix struct{ *builder }

// A noticeGroups has the counts of a notice by group of the first segment.
type noticeGroups []metrics.Sum

// divide adds the shares of a message to its notice.
func (b *builder) divide(n *notices.Notice, shares []metrics.Share) {
	for len(b.divided) <= n.Place {
		b.divided = append(b.divided, nil)
	}
	groups := b.divided[n.Place]
	for i := range shares {
		for len(groups) <= shares[i].Group {
			groups = append(groups, metrics.Sum{})
		}
		groups[shares[i].Group].AddPart(&shares[i].Part)
	}
	b.divided[n.Place] = groups
}

func (s *matrix) make() *report.Sheet {
	w, of := s.words, s.segments[0]
	groups := largest(of.Groups, w.Language, matrixGroups)
	columns := []report.Column{w.Wrapped("notice", cells.WidthTitle), w.Rate("read_rate")}
	for i, g := range groups {
		columns = append(columns, report.Column{
			Key: fmt.Sprintf("group_%d", i+1), Label: of.List[g].Name, Type: report.TypeRate, Scale: true, Width: 12,
		})
	}
	worst := s.worst()
	rows := make([][]report.Cell, 0, len(worst))
	for _, n := range worst {
		rows = append(rows, s.row(n, groups))
	}
	return &report.Sheet{Columns: columns, Count: len(rows), Rows: cells.Rows(rows), Frozen: 1, Note: s.note(len(groups), len(rows))}
}

// worst returns the notices with the lowest rates; those without a rate come last.
func (s *matrix) worst() []*notices.Notice {
	low := lowest[*notices.Notice]{most: matrixNotices, order: func(a, b *notices.Notice) int {
		aLow, aHigh, aKnown := a.Counts().RateRange()
		bLow, bHigh, bKnown := b.Counts().RateRange()
		return cmp.Or(order.Last(!aKnown, !bKnown), cmp.Compare(drawn(aLow, aHigh), drawn(bLow, bHigh)))
	}}
	for _, n := range s.notices.List {
		low.add(n)
	}
	return low.items
}

func (s *matrix) row(n *notices.Notice, groups []int) []report.Cell {
	row := []report.Cell{report.Text(s.notices.Title(n)), s.words.RateOf(n.Counts())}
	for _, g := range groups {
		var of metrics.Sum
		if divided := s.divided[n.Place]; g < len(divided) {
			of = divided[g]
		}
		row = append(row, s.words.RateOf(of.Total()))
	}
	return row
}

// note says what of the groups and of the notices is shown.
func (s *matrix) note(groups, notices int) string {
	w, all := s.words, 0
	for _, g := range s.segments[0].List {
		if g.Name != s.segments[0].Other {
			all++
		}
	}
	said := w.Say("matrix.groups", s.segments[0].label, w.Number(groups), w.Number(all))
	if len(s.notices.List) > notices {
		said = w.Say("matrix.notices", said, w.Number(notices), w.Number(len(s.notices.List)))
	}
	return said + s.joined(w.Say("separator.sentence"))
}

// largest returns the places of the groups with the most people, sorted by name, without
// "Other".
func largest(d *metrics.Groups, lang report.Language, most int) []int {
	var all []int
	for i, g := range d.List {
		if g.Name != d.Other {
			all = append(all, i)
		}
	}
	names := order.Collator(lang)
	byName := func(i, j int) int {
		return cmp.Or(names.CompareString(d.List[i].Name, d.List[j].Name), cmp.Compare(d.List[i].Name, d.List[j].Name))
	}
	slices.SortFunc(all, func(i, j int) int {
		return cmp.Or(cmp.Compare(d.List[j].People, d.List[i].People), byName(i, j))
	})
	all = all[:min(most, len(all))]
	slices.SortFunc(all, byName)
	return all
}
