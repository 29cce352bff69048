package people

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// unread is the sheet of people to remind.
type unread struct{ *Lists }

func (s *unread) feed() feed.Feed {
	w := s.words
	columns := append([]report.Column{
		w.Head("campaign", report.TypeText, cells.WidthName), w.Head("title", report.TypeText, cells.WidthTitle),
	}, personColumns(w)...)
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: append(columns, w.Time("sent_at"), w.Time("unread_as_of")),
		Count:   s.unread,
	}}
}

func (s *unread) rows() feed.Rows {
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		people := s.list.people(r)
		for i := range people {
			row = append(row[:0], cells.Text(r.Message.Campaign), cells.Text(r.Message.Title))
			row = append(personCells(row, &people[i]), report.Time(r.Message.SentAt), report.Time(r.Reading.StartedAt))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}
