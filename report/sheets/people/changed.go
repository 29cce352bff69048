package people

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// changed is the sheet of what has changed for people since the instant compared with.
type changed struct{ *Lists }

func (s *changed) feed() feed.Feed {
	w, count := s.words, s.moves
	if !s.compared {
		count = 0
	}
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: []report.Column{
			w.Head("name", report.TypeText, 14), w.Head("move", report.TypeText, 14),
			w.Head("department", report.TypeText, 18), w.Head("manager", report.TypeText, 14),
			w.Wrapped("campaign", cells.WidthName), w.Wrapped("title", 30),
			w.Time("sent_at"), w.Time("not_seen_at"), w.Time("first_seen_at"),
			w.Head("email", report.TypeText, 26), w.Head("user_id", report.TypeID, 16), w.Head("location", report.TypeText, 12),
		},
		Count: count, Frozen: 1, PrintRows: printedRows, Note: w.Say("note.order"),
	}}
}

// A moved is a person with a move.
type moved struct {
	chase.Entry

	delivery job.Delivery
	move     metrics.Move
}

func (s *changed) rows() feed.Rows {
	var row []report.Cell
	var all chase.Order[moved]
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		if !s.compared {
			return false
		}
		all.Reset(0)
		for d, move := range s.unread.Moves(r) {
			e := s.roll.Entry(r.Audience.Roster, d.UserID)
			all.Add(e, moved{e, d, move})
		}
		campaign, title := report.Text(s.notices.Campaign(r.Message.Campaign)), cells.Text(r.Message.Title)
		for of := range all.Sorted() {
			p := of.Person
			row = append(row[:0], cells.Text(p.Name), report.Text(s.words.Say("move."+string(of.move))),
				cells.Text(p.Department), cells.Text(p.Manager), campaign, title,
				report.Time(r.Message.SentAt), report.Time(of.delivery.NotSeenAt), report.Time(of.delivery.FirstSeenAt),
				cells.Text(p.Email), cells.Text(of.UserID), cells.Text(p.Location))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// movesOf counts the rows of a message.
func (s *changed) movesOf(r *job.Result) int {
	n := 0
	for range s.unread.Moves(r) {
		n++
	}
	return n
}
