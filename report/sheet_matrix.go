package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

const (
	// matrixGroups is how many groups have a column in the matrix: the largest.
	matrixGroups = 30
	// printedMatrixColumns is how many columns a page has room for.
	printedMatrixColumns = 14
)

// matrixSheet has a row for each message and a column for each of the largest
// groups of the first segment.
func (b *book) matrixSheet() *Sheet {
	w := b.words
	of := b.segments[0]
	groups := of.largest(w.lang, matrixGroups)
	columns := []Column{w.wrapped("title", widthTitle), w.column("address", TypeText, 28), w.rate("read_rate")}
	for i, g := range groups {
		columns = append(columns, Column{
			Key: fmt.Sprintf("group_%d", i+1), Label: of.list[g].name, Type: TypeRate, Scale: true, Width: 12,
		})
	}
	return &Sheet{
		Columns: columns, Count: b.rows, PrintColumns: printedMatrixColumns,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) { b.matrixRows(groups, yield) }
		},
	}
}

func (b *book) matrixRows(groups []int, yield func([]Cell, error) bool) {
	of := b.segments[0]
	sums := make([]sum, len(of.list))
	row := make([]Cell, 0, 3+len(groups))
	for r, err := range b.in.Results() {
		if err != nil {
			yield(nil, err)
			return
		}
		clear(sums)
		for _, share := range of.shares(r) {
			if share.group < len(sums) {
				sums[share.group].part(&share.part)
			}
		}
		row = append(row[:0], text(r.Message.Title), text(r.Message.Address), b.words.rateBetween(r.RateRange()))
		for _, g := range groups {
			row = append(row, b.words.rateOf(sums[g].total()))
		}
		if !yield(row, nil) {
			return
		}
	}
}

// largest are the places in the list of the groups with the most people, by
// name as the language sorts; "Other" is not among them.
func (d *departments) largest(lang Language, most int) []int {
	var all []int
	for i, g := range d.list {
		if g.name != d.other {
			all = append(all, i)
		}
	}
	order := newCollator(lang)
	byName := func(i, j int) int {
		return cmp.Or(order.CompareString(d.list[i].name, d.list[j].name), cmp.Compare(d.list[i].name, d.list[j].name))
	}
	slices.SortFunc(all, func(i, j int) int {
		return cmp.Or(cmp.Compare(d.list[j].people, d.list[i].people), byName(i, j))
	})
	all = all[:min(most, len(all))]
	slices.SortFunc(all, byName)
	return all
}
