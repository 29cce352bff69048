package report

import (
	"iter"

	"notifyaudit/job"
)

// detailSheet has a row for everybody in the listed audience of every message,
// but for those who were erased.
func (b *book) detailSheet() *Sheet {
	w := b.words
	columns := append([]Column{
		w.column("campaign", TypeText, widthName), w.column("title", TypeText, widthTitle),
		w.column("address", TypeText, 28),
	}, b.personColumns()...)
	return &Sheet{
		Columns: append(columns, w.column("state", TypeText, 10), w.time("first_seen_at"), w.time("not_seen_at")),
		Count:   b.deliveries,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) { b.detailRows(yield) }
		},
	}
}

func (b *book) detailRows(yield func([]Cell, error) bool) {
	var row []Cell
	var people []delivered
	for r, err := range b.in.Results() {
		if err != nil {
			yield(nil, err)
			return
		}
		people = b.deliveriesOf(people[:0], r)
		for i := range people {
			d := &people[i]
			row = append(row[:0], text(r.Message.Campaign), text(r.Message.Title), text(r.Message.Address))
			row = append(b.personCells(row, &d.chased), Text(b.words.say("state."+string(d.State))),
				Time(d.FirstSeenAt), Time(d.NotSeenAt))
			if !yield(row, nil) {
				return
			}
		}
	}
}

type delivered struct {
	chased
	job.Delivery
}

// deliveriesOf appends the people of a message, by user id.
func (b *book) deliveriesOf(dst []delivered, r *job.Result) []delivered {
	for d := range r.People() {
		if job.Erased(d.UserID) {
			continue
		}
		dst = append(dst, delivered{b.chasedPerson(r.Audience.Roster, d.UserID), d})
	}
	return dst
}
