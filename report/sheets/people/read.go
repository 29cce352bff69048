package people

import (
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// read is the sheet with a row for each message and person who has read it. Of a message
// without a list of its audience it has all readers.
type read struct{ *Lists }

func (s *read) feed() feed.Feed {
	w := s.words
	columns := []report.Column{
		w.Head("name", report.TypeText, 14), w.Head("department", report.TypeText, 18), w.Head("manager", report.TypeText, 14),
		w.Wrapped("campaign", cells.WidthName), w.Wrapped("title", 30),
		w.Time("read_after"), w.Time("read_before"),
		w.Head("email", report.TypeText, 26), w.Head("user_id", report.TypeID, 16), w.Head("location", report.TypeText, 12),
	}
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{Columns: columns, Count: s.readers, Frozen: 1, PrintRows: printedRows, Note: w.Say("note.read") + w.Say("separator.sentence") + w.Say("note.order")}}
}

// A seen is a reader on the list.
type seen struct {
	chase.Entry

	after, before time.Time
}

func (s *read) rows() feed.Rows {
	var all chase.Order[seen]
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		s.seen(&all, r)
		campaign, title := report.Text(s.notices.Campaign(r.Message.Campaign)), cells.Text(r.Message.Title)
		for of := range all.Sorted() {
			p := of.Person
			row = append(row[:0], cells.Text(p.Name), cells.Text(p.Department), cells.Text(p.Manager), campaign, title,
				report.Time(of.after), report.Time(of.before), cells.Text(p.Email), cells.Text(of.UserID), cells.Text(p.Location))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// seen adds the readers of a message. They read it after the latest reading that was
// without them, or else after it was sent.
func (s *read) seen(all *chase.Order[seen], r *job.Result) {
	all.Reset(len(r.Readers))
	add := func(userID string, notSeen, firstSeen time.Time) {
		if notSeen.IsZero() {
			notSeen = r.Message.SentAt
		}
		e := s.roll.Entry(r.Audience.Roster, userID)
		all.Add(e, seen{e, notSeen, firstSeen})
	}
	for d := range r.People() {
		if d.State == job.PersonRead && !job.Erased(d.UserID) {
			add(d.UserID, d.NotSeenAt, d.FirstSeenAt)
		}
	}
	for reader := range r.UnlistedReaders() {
		add(reader.UserID, reader.NotSeenAt, reader.FirstSeenAt)
	}
}

// readersOf is the number of rows that a message has on the sheet of readers.
func readersOf(r *job.Result) (listed, unlisted int) {
	for d := range r.People() {
		if d.State == job.PersonRead && !job.Erased(d.UserID) {
			listed++
		}
	}
	for range r.UnlistedReaders() {
		unlisted++
	}
	return listed, unlisted
}
