package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
)

// unread is the sheet of people to remind.
type unread struct{ *builder }

func (s *unread) make() *report.Sheet {
	w := s.words
	columns := append([]report.Column{
		w.column("campaign", report.TypeText, widthName), w.column("title", report.TypeText, widthTitle),
	}, w.personColumns()...)
	return &report.Sheet{
		Columns: append(columns, w.time("sent_at"), w.time("unread_as_of")),
		Count:   s.unread,
		Rows:    rowsFrom(s.in.Results, s.rowsOf),
	}
}

func (s *unread) rowsOf(r *job.Result, yield func([]report.Cell) bool) bool {
	var row []report.Cell
	for _, p := range s.chase.people(nil, r) {
		row = append(row[:0], text(r.Message.Campaign), text(r.Message.Title))
		row = append(personCells(row, &p), report.Time(r.Message.SentAt), report.Time(r.Reading.StartedAt))
		if !yield(row) {
			return false
		}
	}
	return true
}
