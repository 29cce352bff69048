package people

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// detail is the sheet with a row for each message and person of its listed audience,
// without those who were erased.
type detail struct{ *Lists }

func (s *detail) feed() feed.Feed {
	w := s.words
	columns := append([]report.Column{
		w.Head("campaign", report.TypeText, cells.WidthName), w.Head("title", report.TypeText, cells.WidthTitle),
		w.Head("address", report.TypeText, 28),
	}, personColumns(w)...)
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: append(columns, w.Head("state", report.TypeText, 10), w.Time("first_seen_at"), w.Time("not_seen_at")),
		Count:   s.deliveries,
	}}
}

func (s *detail) rows() feed.Rows {
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		for d := range r.People() {
			if job.Erased(d.UserID) {
				continue
			}
			p := s.list.person(r.Audience.Roster, d.UserID)
			row = append(row[:0], cells.Text(r.Message.Campaign), cells.Text(r.Message.Title), cells.Text(r.Message.Address))
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
