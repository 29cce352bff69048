package people

import (
	"iter"

	"notifyaudit/report"
	"notifyaudit/report/chase"
)

// reminders is the sheet of texts and addresses to paste.
type reminders struct{ *Lists }

func (s *reminders) make() *report.Sheet {
	w := s.words
	count := 0
	for range s.chase.Batches(s.batch) {
		count++
	}
	return &report.Sheet{
		Columns: []report.Column{
			w.Wrapped("notice", 30), w.Wrapped("reminder", 50), w.Head("channel", report.TypeText, 12), w.Integer("batch"), w.Integer("count"), w.Integer("without_email"),
			w.Head("emails", report.TypeText, 44), w.Head("user_ids", report.TypeID, 44),
		},
		Count: count,
		Rows: func() iter.Seq2[[]report.Cell, error] {
			return func(yield func([]report.Cell, error) bool) {
				for b := range s.chase.Batches(s.batch) {
					if !yield(s.row(b), nil) {
						return
					}
				}
			}
		},
	}
}

func (s *reminders) row(b *chase.Batch) []report.Cell {
	return []report.Cell{
		report.Text(s.notices.Title(s.notices.List[b.Notice])), report.Text(chase.Text(s.notices, b.Notice, s.now, s.words.Printer)),
		report.Text(s.words.Say("channel." + string(s.channel))), report.Integer(b.Number),
		report.Integer(b.People), report.Integer(b.People - b.Addressed),
		report.Text(b.Emails.String()), report.Text(b.UserIDs.String()),
	}
}
