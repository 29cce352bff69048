package sheets

import (
	"notifyaudit/report"
)

// unread is the sheet of people to remind.
type unread struct{ *builder }

func (s *unread) make() *report.Sheet {
	w := s.words
	columns := append([]report.Column{
		w.column("campaign", report.TypeText, widthName), w.column("title", report.TypeText, widthTitle),
	}, w.personColumns()...)
	return s.feed(feed{begin: s.rows, sheet: &report.Sheet{
		Columns: append(columns, w.time("sent_at"), w.time("unread_as_of")),
		Count:   s.unread,
	}})
}

func (s *unread) rows() rowMaker {
	var row []report.Cell
	var people []listedPerson
	return func(m *report.Series, yield func([]report.Cell) bool) bool {
		r := m.Result
		people = s.list.people(people[:0], r)
		for i := range people {
			row = append(row[:0], text(r.Message.Campaign), text(r.Message.Title))
			row = append(personCells(row, &people[i]), report.Time(r.Message.SentAt), report.Time(r.Reading.StartedAt))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}
