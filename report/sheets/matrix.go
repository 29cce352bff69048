package sheets

import (
	"cmp"
	"fmt"
	"slices"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

const (
	// matrixGroups is how many groups have a column in the matrix: the largest.
	matrixGroups = 30
	// printedMatrixColumns is how many columns a page has room for.
	printedMatrixColumns = 14
)

// matrix is the sheet with a row for each message and a column for each of the
// largest groups of the first segment.
type matrix struct{ *builder }

func (s *matrix) make() *report.Sheet {
	w, of := s.words, s.segments[0]
	groups := largest(of.Groups, w.Language, matrixGroups)
	columns := []report.Column{w.Wrapped("title", cells.WidthTitle), w.Head("address", report.TypeText, 28), w.Rate("read_rate")}
	for i, g := range groups {
		columns = append(columns, report.Column{
			Key: fmt.Sprintf("group_%d", i+1), Label: of.List[g].Name, Type: report.TypeRate, Scale: true, Width: 12,
		})
	}
	return s.feed(feed.Feed{
		Sheet: &report.Sheet{Columns: columns, Count: s.count, PrintColumns: printedMatrixColumns},
		Begin: func() feed.Rows { return s.rows(groups) },
	})
}

func (s *matrix) rows(groups []int) feed.Rows {
	of := s.segments[0]
	sums := make([]metrics.Sum, len(of.List))
	var row []report.Cell
	return func(m *report.Series, yield func([]report.Cell) bool) bool {
		r := m.Result
		clear(sums)
		for _, share := range of.Shares(r) {
			if share.Group < len(sums) {
				sums[share.Group].AddPart(&share.Part)
			}
		}
		row = append(row[:0], cells.Text(r.Message.Title), cells.Text(r.Message.Address), s.words.RateBetween(r.RateRange()))
		for _, g := range groups {
			row = append(row, s.words.RateOf(sums[g].Total()))
		}
		return yield(row)
	}
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
	order := cells.Collator(lang)
	byName := func(i, j int) int {
		return cmp.Or(order.CompareString(d.List[i].Name, d.List[j].Name), cmp.Compare(d.List[i].Name, d.List[j].Name))
	}
	slices.SortFunc(all, func(i, j int) int {
		return cmp.Or(cmp.Compare(d.List[j].People, d.List[i].People), byName(i, j))
	})
	all = all[:min(most, len(all))]
	slices.SortFunc(all, byName)
	return all
}
