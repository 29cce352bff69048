package sheets

import (
	"iter"
	"math"
	"slices"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/feed"
)

// feed gives a sheet the rows that are made of each message.
func (b *builder) feed(f feed.Feed) *report.Sheet {
	b.feeds = append(b.feeds, f)
	f.Sheet.Rows = func() iter.Seq2[[]report.Cell, error] {
		return func(yield func([]report.Cell, error) bool) {
			for row, err := range b.pass([]feed.Feed{f}, math.MaxInt) {
				if !yield(row.Cells, err) {
					return
				}
			}
		}
	}
	return f.Sheet
}

// stream yields the rows of all sheets, at most so many of each. The messages are read
// once, and none when no sheet takes more.
func (b *builder) stream(all []*report.Sheet, most int) iter.Seq2[report.Row, error] {
	return func(yield func(report.Row, error) bool) {
		isFed := make(map[*report.Sheet]bool)
		for _, f := range b.feeds {
			isFed[f.Sheet] = true
		}
		for _, s := range all {
			if isFed[s] {
				continue
			}
			for row, err := range s.First(most) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
		for row, err := range b.pass(b.feeds, most) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// pass yields the rows of some sheets, at most so many of each, in one reading of the
// messages.
func (b *builder) pass(feeds []feed.Feed, most int) iter.Seq2[report.Row, error] {
	return func(yield func(report.Row, error) bool) {
		open := make([]*openFeed, len(feeds))
		for i, f := range feeds {
			open[i] = begin(f, most, yield)
		}
		full := func(f *openFeed) bool { return f.left == 0 }
		if open = slices.DeleteFunc(open, full); len(open) == 0 {
			return
		}
		for r, err := range b.in.Results() {
			if err != nil {
				yield(report.Row{}, err)
				return
			}
			for _, f := range open {
				if f.rows(r, f.yield); f.stopped {
					return
				}
			}
			if open = slices.DeleteFunc(open, full); len(open) == 0 {
				return
			}
		}
	}
}

// An openFeed makes the rows of a sheet that still takes some.
type openFeed struct {
	rows feed.Rows
	// yield passes a row on, unless the sheet is full; stopped says that no sheet takes
	// more.
	yield   func([]report.Cell) bool
	left    int
	stopped bool
}

func begin(f feed.Feed, most int, yield func(report.Row, error) bool) *openFeed {
	of := &openFeed{rows: f.Begin(), left: f.Sheet.Limit(most)}
	of.yield = func(cells []report.Cell) bool {
		of.left--
		of.stopped = !yield(report.Row{Sheet: f.Sheet, Cells: cells}, nil)
		return !of.stopped && of.left > 0
	}
	return of
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
