package csv

import (
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/words"
)

func location(in *report.Input) *time.Location {
	if in.Location == nil {
		return time.UTC
	}
	return in.Location
}

// A messageWriter writes the rows of messageColumns.
type messageWriter struct {
	*table

	zone    *time.Location
	words   *words.Printer
	figures metrics.Message
}

func (w *messageWriter) write(r *job.Result) {
	t, m, f := w.table, &r.Message, &w.figures
	f.Fill(r)
	t.text(m.Address)
	t.text(m.Campaign)
	t.text(m.ID.Provider)
	t.text(string(m.ID.Kind))
	t.text(m.ID.ProcessQueryKey)
	t.text(m.OpenConversationID)
	t.text(m.Title)
	t.time(m.SentAt, w.zone)
	t.text(string(r.Status))
	if r.Reading != nil {
		t.text(string(r.Reading.SendStatus))
	} else {
		t.empty()
	}
	t.time(f.ReadingAt, w.zone)
	t.optionalInteger(f.AudienceSize)
	t.optionalInteger(f.Readers)
	t.optionalInteger(f.Read)
	t.optionalInteger(f.Unread)
	t.optionalInteger(f.Outside)
	if band := w.words.Band(r.Counts); band != "" {
		t.text(band)
	} else {
		t.optionalRate(f.ReadRate)
	}
	t.optionalRate(f.Target)
	t.optionalBool(f.TargetMet)
	t.integer(r.Calls)
	failure := r.Failure
	if failure == nil {
		failure = &job.Failure{}
	}
	t.text(string(failure.Class))
	t.text(failure.Code)
	t.text(failure.Message)
	t.end()
}

// A peopleWriter writes the people of messages.
type peopleWriter struct {
	all, unread *table
	// list has the people to remind.
	list      *metrics.Unread
	remind    []string // of one message
	directory *job.Directory
	location  *time.Location
	// message is the cells of the message at hand, row those of one of its people.
	message, row cells
}

func (w *peopleWriter) write(r *job.Result) {
	if r.Recalled() {
		return
	}
	if r.Audience.Form != job.AudienceListed {
		w.readers(r)
		return
	}
	w.remind = slices.AppendSeq(w.remind[:0], w.list.List(r)) // in the order of the people
	remind := w.remind
	w.message.columns = 0
	for d := range r.People() {
		if job.Erased(d.UserID) {
			continue
		}
		p := w.person(r, d.UserID)
		w.delivery(r, p, &d)
		if len(remind) > 0 && d.UserID == remind[0] {
			w.unreadRow(r, p)
			remind = remind[1:]
		}
		w.all.end()
	}
}

// readers are all who are known where no audience is listed.
func (w *peopleWriter) readers(r *job.Result) {
	w.message.columns = 0
	for reader := range r.UnlistedReaders() {
		w.delivery(r, w.person(r, reader.UserID), &job.Delivery{
			UserID: reader.UserID, State: job.PersonRead,
			FirstSeenAt: reader.FirstSeenAt, NotSeenAt: reader.NotSeenAt,
		})
		w.all.end()
	}
}

// unreadRow writes the row of unreadColumns, which begins as the current one of all.
func (w *peopleWriter) unreadRow(r *job.Result, p *job.Person) {
	t := w.unread
	w.row = w.all.copied(w.row)
	t.paste(&w.row)
	t.text(r.Message.Campaign)
	t.time(r.Message.SentAt, w.location)
	left := ""
	if at := p.Left; !at.IsZero() { // the end of the last day
		left = at.Add(-time.Nanosecond).In(w.location).Format(time.DateOnly)
	}
	t.text(left)
	t.end()
}

func (w *peopleWriter) person(r *job.Result, userID string) *job.Person {
	if p, known := w.directory.Person(r.Audience.Roster, userID); known {
		return p
	}
	return &job.Person{}
}

// delivery writes the cells of peopleColumns.
func (w *peopleWriter) delivery(r *job.Result, p *job.Person, d *job.Delivery) {
	t := w.all
	if w.message.columns > 0 {
		t.paste(&w.message)
	} else {
		t.text(r.Message.Address)
		t.text(r.Message.Title)
		w.message = t.copied(w.message)
	}
	t.text(d.UserID)
	t.text(p.Name)
	t.text(p.Department)
	t.text(p.Manager)
	t.text(p.Email)
	t.text(p.Location)
	switch d.State {
	case job.PersonRead:
		t.bool(true)
	case job.PersonUnread:
		t.bool(false)
	default:
		t.empty()
	}
	t.time(d.FirstSeenAt, w.location)
	t.time(d.NotSeenAt, w.location)
}
