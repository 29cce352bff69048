package report

import (
	"iter"
	"math"
	"time"
)

func (b *book) trendSheet() *Sheet {
	w := b.words
	return &Sheet{
		Columns: []Column{
			w.wrapped("title", widthTitle), w.column("address", TypeText, 28),
			w.time("when"), w.integer("hours"), w.integer("read"), w.rateBar(),
		},
		Count: b.observed,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) { b.trendRows(yield) }
		},
		Chart: b.runChart(),
	}
}

func (b *book) trendRows(yield func([]Cell, error) bool) {
	w, row := b.words, make([]Cell, 6)
	for p, err := range b.in.pasts() {
		if err != nil {
			yield(nil, err)
			return
		}
		m := &p.Result.Message
		for _, o := range p.Observations {
			at := o.Reading.StartedAt
			row[0], row[1], row[2] = text(m.Title), text(m.Address), Time(at)
			row[3] = hoursSince(m.SentAt, at)
			row[4], row[5] = countCells(o.Counts, true, true)[1], w.rateOf(o.Counts)
			if !yield(row, nil) {
				return
			}
		}
	}
}

// hoursSince are the whole hours between the sending and a reading; empty when
// nobody knows when it was sent.
func hoursSince(sent, at time.Time) Cell {
	if sent.IsZero() {
		return Cell{}
	}
	return Integer(int(math.Floor(at.Sub(sent).Hours())))
}

// runChart is the line of the overall rate; nil with less than two runs.
func (b *book) runChart() *LineChart {
	points := b.course.points()
	if len(points) < 2 {
		return nil
	}
	w := b.words
	first, last := points[0], points[len(points)-1]
	return &LineChart{
		Title: w.say("chart.runs"), AtLabel: w.say("chart.when"), ValueLabel: w.say("figure.read_rate"),
		Points: points,
		Alt: w.say("chart.runs.alt", w.percent(first.Value), w.when(first.At),
			w.percent(last.Value), w.when(last.At), w.count("n.runs", len(points))),
	}
}
