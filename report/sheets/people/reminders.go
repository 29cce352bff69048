package people

import (
	"iter"
	"strings"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// maxReminders is how many people a sending tool takes at a time.
const maxReminders = 500

// reminders is the sheet of addresses to paste.
type reminders struct{ *Lists }

func (s *reminders) feed() feed.Feed {
	w := s.words
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: []report.Column{
			w.Head("campaign", report.TypeText, cells.WidthName), w.Head("title", report.TypeText, cells.WidthTitle),
			w.Integer("batch"), w.Integer("count"), w.Integer("without_email"),
			w.Head("emails", report.TypeText, cells.WidthText), w.Head("user_ids", report.TypeID, cells.WidthText),
		},
		Count: s.batches,
	}}
}

func (s *reminders) rows() feed.Rows {
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		n := 0
		for batch := range s.list.batches(r) {
			n++
			row = append(row[:0], cells.Text(r.Message.Campaign), cells.Text(r.Message.Title), report.Integer(n),
				report.Integer(batch.people), report.Integer(batch.people-batch.addressed),
				report.Text(batch.emails.String()), report.Text(batch.userIDs.String()))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// A reminderBatch is the people of one batch.
type reminderBatch struct {
	people, addressed int
	emails, userIDs   strings.Builder
}

// takes reports whether another person fits into the batch and its cells. A text never has
// more characters than bytes.
func (b *reminderBatch) takes(userID, email string) bool {
	return b.people == 0 || b.people < maxReminders &&
		b.userIDs.Len()+1+len(userID) <= report.MaxCellText && b.emails.Len()+1+len(email) <= report.MaxCellText
}

func (b *reminderBatch) add(userID, email string) {
	if b.people > 0 {
		b.userIDs.WriteByte(',')
	}
	b.userIDs.WriteString(userID)
	b.people++
	if email == "" {
		return
	}
	if b.addressed > 0 {
		b.emails.WriteByte(';')
	}
	b.emails.WriteString(email)
	b.addressed++
}

// batches yields the people to remind of a message in the order of the list of unread. A
// batch is valid until the next one.
func (l *reminderList) batches(r *job.Result) iter.Seq[*reminderBatch] {
	return func(yield func(*reminderBatch) bool) {
		batch := &reminderBatch{}
		for _, p := range l.people(r) {
			userID, email := report.CleanText(p.userID), report.CleanText(p.person.Email)
			if !batch.takes(userID, email) {
				if !yield(batch) {
					return
				}
				batch = &reminderBatch{}
			}
			batch.add(userID, email)
		}
		if batch.people > 0 {
			yield(batch)
		}
	}
}
