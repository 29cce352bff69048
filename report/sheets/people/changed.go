package people

import (
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// changed is the sheet of what has changed for people since the instant compared with.
type changed struct{ *Lists }

func (s *changed) feed() feed.Feed {
	w := s.words
	columns := append([]report.Column{
		w.Head("move", report.TypeText, 14),
		w.Head("campaign", report.TypeText, cells.WidthName), w.Head("title", report.TypeText, cells.WidthTitle),
	}, personColumns(w)...)
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: append(columns, w.Time("sent_at"), w.Time("not_seen_at"), w.Time("first_seen_at")),
		Count:   s.moves,
	}}
}

// A moved is a person with a move.
type moved struct {
	listedPerson

	delivery job.Delivery
	move     metrics.Move
}

func (s *changed) rows() feed.Rows {
	var row []report.Cell
	var all []moved
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		all = all[:0]
		for d, move := range s.list.Moves(r) {
			all = append(all, moved{s.list.person(r.Audience.Roster, d.UserID), d, move})
		}
		slices.SortFunc(all, func(a, b moved) int { return compareListed(a.listedPerson, b.listedPerson) })
		for i := range all {
			of := &all[i]
			row = append(row[:0], report.Text(s.words.Say("move."+string(of.move))), cells.Text(r.Message.Campaign), cells.Text(r.Message.Title))
			row = append(personCells(row, &of.listedPerson),
				report.Time(r.Message.SentAt), report.Time(of.delivery.NotSeenAt), report.Time(of.delivery.FirstSeenAt))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// moves counts the rows of a message.
func (l *reminderList) moves(r *job.Result) int {
	n := 0
	for range l.Moves(r) {
		n++
	}
	return n
}
