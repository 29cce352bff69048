package people

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// detail is the sheet with a row for each message and person of its listed audience,
// without those who were erased: what pivot tables are made of.
type detail struct{ *Lists }

func (s *detail) feed() feed.Feed {
	w := s.words
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: append(personColumns(w),
			w.Head("campaign", report.TypeText, cells.WidthName), w.Head("title", report.TypeText, cells.WidthTitle),
			w.Head("state", report.TypeText, 10), w.Integer("read"), w.Integer("unread"), w.Integer("unknown"),
			w.Time("first_seen_at"), w.Time("not_seen_at"), w.Head("address", report.TypeText, 28)),
		Count: s.deliveries, Frozen: 1, PrintRows: printedRows,
	}}
}

func (s *detail) rows() feed.Rows {
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		campaign, title := report.Text(s.notices.Campaign(r.Message.Campaign)), cells.Text(r.Message.Title)
		for d := range r.People() {
			if job.Erased(d.UserID) {
				continue
			}
			p, one := s.roll.Entry(r.Audience.Roster, d.UserID), job.CountOf(d.State)
			row = append(personCells(row[:0], &p), campaign, title,
				report.Text(s.words.Say("state."+string(d.State))),
				report.Integer(one.Read), report.Integer(one.Unread), report.Integer(one.Unknown),
				report.Time(d.FirstSeenAt), report.Time(d.NotSeenAt), cells.Text(r.Message.Address))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// deliveriesOf returns the number of rows that a message has on the sheet of details.
func deliveriesOf(r *job.Result) int {
	n := 0
	for d := range r.People() {
		if !job.Erased(d.UserID) {
			n++
		}
	}
	return n
}
