package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// detail is the sheet with a row for each message and person of its listed audience,
// without those who were erased.
type detail struct{ *builder }

func (s *detail) make() *report.Sheet {
	w := s.words
	columns := append([]report.Column{
		w.column("campaign", report.TypeText, widthName), w.column("title", report.TypeText, widthTitle),
		w.column("address", report.TypeText, 28),
	}, w.personColumns()...)
	return s.feed(feed{begin: s.rows, sheet: &report.Sheet{
		Columns: append(columns, w.column("state", report.TypeText, 10), w.time("first_seen_at"), w.time("not_seen_at")),
		Count:   s.deliveries,
	}})
}

func (s *detail) rows() rowMaker {
	var row []report.Cell
	return func(m *report.Series, yield func([]report.Cell) bool) bool {
		r := m.Result
		for d := range r.People() {
			if job.Erased(d.UserID) {
				continue
			}
			p := s.list.person(r.Audience.Roster, d.UserID)
			row = append(row[:0], text(r.Message.Campaign), text(r.Message.Title), text(r.Message.Address))
			row = append(personCells(row, &p), report.Text(s.words.Say("state."+string(d.State))),
				report.Time(d.FirstSeenAt), report.Time(d.NotSeenAt))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// listed returns the number of rows that a message has on the sheet of details.
func listed(r *job.Result) int {
	n := 0
	for d := range r.People() {
		if !job.Erased(d.UserID) {
			n++
		}
	}
	return n
}
