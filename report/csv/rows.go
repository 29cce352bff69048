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

// writeMessage writes the row of messageColumns.
func writeMessage(t *table, r *job.Result, zone *time.Location, w *words.Printer) {
	m, f := &r.Message, metrics.Of(r)
	t.text(m.Address)
	t.text(m.Campaign)
	t.text(m.ID.Provider)
	t.text(string(m.ID.Kind))
	t.text(m.ID.ProcessQueryKey)
	t.text(m.OpenConversationID)
	t.text(m.Title)
	t.time(m.SentAt, zone)
	t.text(string(r.Status))
	if r.Reading != nil {
		t.text(string(r.Reading.SendStatus))
	} else {
		t.text("")
	}
	t.time(f.ReadingAt, zone)
	t.optionalInteger(f.AudienceSize)
	t.optionalInteger(f.Readers)
	t.optionalInteger(f.Read)
	t.optionalInteger(f.Unread)
	t.optionalInteger(f.Outside)
	if band := w.Band(r.Counts); band != "" {
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
	for d := range r.People() {
		if job.Erased(d.UserID) {
			continue
		}
		w.row(w.all, r, &d)
		w.all.end()
		if len(remind) > 0 && d.UserID == remind[0] {
			w.unreadRow(r, &d)
			remind = remind[1:]
		}
	}
}

// readers are all who are known where no audience is listed.
func (w *peopleWriter) readers(r *job.Result) {
	for reader := range r.UnlistedReaders() {
		w.row(w.all, r, &job.Delivery{
			UserID: reader.UserID, State: job.PersonRead,
			FirstSeenAt: reader.FirstSeenAt, NotSeenAt: reader.NotSeenAt,
		})
		w.all.end()
	}
}

// unreadRow writes the row of unreadColumns.
func (w *peopleWriter) unreadRow(r *job.Result, d *job.Delivery) {
	t := w.unread
	w.row(t, r, d)
	t.text(r.Message.Campaign)
	t.time(r.Message.SentAt, w.location)
	left := ""
	if at := w.person(r, d.UserID).Left; !at.IsZero() { // the end of the last day
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

// row writes the cells of peopleColumns.
func (w *peopleWriter) row(t *table, r *job.Result, d *job.Delivery) {
	p := w.person(r, d.UserID)
	t.text(r.Message.Address)
	t.text(r.Message.Title)
	t.text(d.UserID)
	t.text(p.Name)
	t.text(p.Department)
	t.text(p.Manager)
	t.text(p.Email)
	t.text(p.Location)
	switch d.State {
	case job.PersonRead:
		t.optionalBool(new(true))
	case job.PersonUnread:
		t.optionalBool(new(false))
	default:
		t.optionalBool(nil)
	}
	t.time(d.FirstSeenAt, w.location)
	t.time(d.NotSeenAt, w.location)
}
