package sheets

import (
	"iter"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/feed"
)

// feed gives a sheet the rows that are made of each message.
func (b *builder) feed(f feed.Feed) *report.Sheet {
	b.feeds = append(b.feeds, f)
	f.Sheet.Rows = func() iter.Seq2[[]report.Cell, error] {
		return func(yield func([]report.Cell, error) bool) {
			for row, err := range b.pass([]feed.Feed{f}) {
				if !yield(row.Cells, err) {
					return
				}
			}
		}
	}
	return f.Sheet
}

// stream yields the rows of all sheets. The messages are read once.
func (b *builder) stream(all []*report.Sheet) iter.Seq2[report.Row, error] {
	return func(yield func(report.Row, error) bool) {
		isFed := make(map[*report.Sheet]bool)
		for _, f := range b.feeds {
			isFed[f.Sheet] = true
		}
		for _, s := range all {
			if isFed[s] {
				continue
			}
			for cells, err := range s.Rows() {
				if !yield(report.Row{Sheet: s, Cells: cells}, err) || err != nil {
					return
				}
			}
		}
		for row, err := range b.pass(b.feeds) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// pass yields the rows of some sheets in one reading of the messages.
func (b *builder) pass(feeds []feed.Feed) iter.Seq2[report.Row, error] {
	return func(yield func(report.Row, error) bool) {
		if len(feeds) == 0 {
			return
		}
		makers := make([]feed.Rows, len(feeds))
		yields := make([]func([]report.Cell) bool, len(feeds))
		for i, f := range feeds {
			makers[i] = f.Begin()
			yields[i] = func(cells []report.Cell) bool { return yield(report.Row{Sheet: f.Sheet, Cells: cells}, nil) }
		}
		for r, err := range b.in.Results() {
			if err != nil {
				yield(report.Row{}, err)
				return
			}
			for i, rows := range makers {
				if !rows(r, yields[i]) {
					return
				}
			}
		}
	}
}

// series yields the messages, with what their readings say where that is wanted.
func (b *builder) series(observed bool) iter.Seq2[report.Series, error] {
	if observed {
		return metrics.SeriesOf(&b.in)
	}
	return func(yield func(report.Series, error) bool) {
		for r, err := range b.in.Results() {
			if !yield(report.Series{Result: r}, err) {
				return
			}
		}
	}
}
