package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/job/plan"
	"notifyaudit/report"
)

// The bounds of what is shown of a message or a block.
const (
	shownReadings = 12
	shownMessages = 20
)

// Named shows one message, or the figures of several.
func (v *Text) Named(n *session.Named) error {
	v.out.banner(n.Input)
	if n.Plan.Counts.Sum() > 1 {
		return v.block(n)
	}
	for o, err := range n.Messages() {
		if err != nil {
			return err
		}
		v.message(o, &n.Input)
	}
	v.out.conclusion(n.Conclusion)
	return nil
}

// message shows one message: what it is, its figures, the last failure and what to do
// about it, its readings, and its latest readers.
func (v *Text) message(o *session.MessageDetail, in *report.Input) {
	s, m, zone := messagePrinter{v.out}, &o.Result.Message, in.Location
	s.Println(s.Paint(term.Bold, term.ClipMiddle(m.Address, s.Width)))
	if m.Title != m.Address {
		s.Labelled("Title", m.Title)
	}
	s.Labelled("Campaign", m.Campaign)
	s.Labelled("Message", fmt.Sprintf("%s of %s", m.ID.Kind, m.ID.Provider))
	s.Labelled("Key", m.ID.ProcessQueryKey)
	s.Labelled("Sent", sent(m, v.now(), zone))
	s.prospect(o)
	if o.Result.Purged() {
		s.Labelled("People", purgedOn(o.Result.PurgedAt, zone))
	}
	s.Println("")
	s.reading(o)
	s.failure(o.Result.Failure, zone)
	s.readings(o, zone)
	if latest := o.Latest(); len(latest) > 0 {
		s.Println("")
		s.Println(s.Paint(term.Bold, "Latest readers") + s.Paint(term.Dim, " · of "+term.Count(len(o.Result.Readers))+", times in "+zone.String()))
		s.Grid(readerColumns(o.Result, latest, in))
	}
	s.unread(o.Result, in)
}

// A messagePrinter shows the parts of one message.
type messagePrinter struct{ Printer }

// prospect shows a message's status and what an apply would do about it.
func (s messagePrinter) prospect(o *session.MessageDetail) {
	next := verb(o.Next.Action)
	words := s.Paint(markColor(o.Next.Action), o.Next.Action.Mark()+" "+next) + ": " + strings.TrimPrefix(o.Next.Reason, next+" ")
	if o.Next.Action == plan.ActionDropped {
		s.Labelled("Status", words+"; kept in the state, and in no report")
		s.Labelled("To do", "Put it back into the manifest to have it audited again. `notifyaudit state mv` takes its readings along to another provider or address; `notifyaudit state rm` removes them.")
		return
	}
	s.Labelled("Status", statusWords(o.Result.Status))
	s.Labelled("Next", words)
}

// sent tells when a message was sent and, where that is known, until when it can be
// asked.
func sent(m *job.Message, now time.Time, zone *time.Location) string {
	if m.SentAt.IsZero() {
		return ""
	}
	text := term.Time(m.SentAt, zone) + " (" + zone.String() + ")"
	if closes := m.ClosesAt(); !closes.IsZero() {
		word := "can be asked until "
		if closes.Before(now) {
			word = "could be asked until "
		}
		text += ", " + word + term.Time(closes, zone)
	}
	return text
}

// statusWords is a status with its meaning.
func statusWords(status job.Status) string {
	meaning := map[job.Status]string{
		job.StatusCurrent:    "read in the latest run",
		job.StatusSettled:    "everybody has read it, never asked again",
		job.StatusFresh:      "read before and not due yet",
		job.StatusFrozen:     "can't be asked any more, the last reading stands",
		job.StatusRecalled:   "taken back by the sender",
		job.StatusPending:    "being sent, or not generated yet",
		job.StatusNotAsked:   "no run has asked it yet",
		job.StatusDeferred:   "put off: the quota did not pay for it",
		job.StatusRejected:   "the last answer was final",
		job.StatusIncomplete: "pages arrived that can't be believed",
		job.StatusFailed:     "gave up for now, asked again next run",
	}[status]
	return string(status) + ": " + meaning
}

// reading shows the figures of the last reading.
func (s messagePrinter) reading(o *session.MessageDetail) {
	r := o.Result
	rate, known := r.ReadRate()
	target := r.Message.Target
	if known {
		head := s.Paint(term.Bold, "Read rate "+term.Percent(rate, true, target)) + "  " + s.Bar(rate, true, target, s.BarWidth())
		note := term.Target(rate, true, target)
		if note != "" && term.Columns(head)+2+term.Columns(note) > s.Room() {
			s.Println(head)
			s.Println(term.Sentence(note))
		} else {
			s.Println(strings.TrimRight(head+"  "+note, " "))
		}
	}
	s.Say(peopleWords(r))
	if rate > 1 {
		s.Say(s.Paint(term.Yellow, "More readers than people: the size of the audience in the manifest is too small."))
	}
	if 2*r.Outside > r.ReaderCount() {
		s.Say(s.Paint(term.Yellow, "Audience:") + " most readers are outside of it. Is it right?")
	}
	if drift := o.Drift.String(); drift != "" {
		s.Say(s.Paint(term.Yellow, "Audience:") + " " + drift + ".")
	}
}

// peopleWords counts the people of a message.
func peopleWords(r *job.Result) string {
	if r.Recalled() {
		return "Recalled by the sender: its people are in no figure."
	}
	if r.Reading == nil {
		text := "No reading yet"
		if r.HasCounts() {
			text += ", an audience of " + term.Count(r.Audience.Size) + ", about which nothing is known"
		}
		return text + "."
	}
	if !r.HasCounts() {
		return term.Plural(r.ReaderCount(), "reader") + "; without an audience there is no rate."
	}
	parts := []string{
		term.Count(r.Counts.Read) + " read", term.Count(r.Counts.Unread) + " unread",
		"an audience of " + term.Count(r.Counts.Audience()),
	}
	if r.Outside > 0 {
		parts = append(parts, term.Plural(r.Outside, "reader")+" outside it")
	}
	if n := len(r.Message.NotDelivered); n > 0 {
		parts = append(parts, term.Count(n)+" not delivered to")
	}
	return strings.Join(parts, ", ") + "."
}

// failure shows the last answer when it was no reading.
func (s messagePrinter) failure(f *job.Failure, zone *time.Location) {
	if f == nil {
		return
	}
	s.Println("")
	color := term.Red
	if f.Status == job.StatusPending || f.Status == job.StatusFrozen {
		color = term.Yellow
	}
	e := job.AnswerError{Class: f.Class, Status: f.HTTPStatus, Code: f.Code, Message: f.Message}
	at := ""
	if !f.At.IsZero() {
		at = " on " + term.Time(f.At, zone)
	}
	s.Println(s.Paint(color, "Last answer: no reading") + at)
	s.Labelled("  It said", e.Error())
	s.Labelled("  Meaning", codes.Explain(f.Code, "en"))
	if advice := codes.Advise(f, "en"); advice != "" {
		s.Labelled("  To do", term.Sentence(advice))
	}
	s.Labelled("  Request", f.RequestID)
}

// readings shows the latest readings, each with a bar.
func (s messagePrinter) readings(o *session.MessageDetail, zone *time.Location) {
	if len(o.History) == 0 {
		return
	}
	s.Println("")
	note := ""
	shown := o.History
	if earlier := len(shown) - shownReadings; earlier > 0 {
		shown = shown[earlier:]
		note = " · the latest " + term.Count(shownReadings) + " of " + term.Count(len(o.History))
	}
	s.Println(s.Paint(term.Bold, "Readings") + s.Paint(term.Dim, note))
	at, rate, bar := term.Column{Title: "At", Left: true}, term.Column{Title: "Rate"}, term.Column{Left: true}
	read, readers := term.Column{Title: "Read", Rank: 1}, term.Column{Title: "Readers", Rank: 2}
	run := term.Column{Title: "Run", Left: true, Rank: 3}
	for i := range shown {
		r := &shown[i]
		seen, share, known := o.Share(r)
		at.Cells = append(at.Cells, term.Time(r.StartedAt, zone))
		rate.Cells = append(rate.Cells, term.Percent(share, known))
		if r.SendStatus == job.SendRecalled {
			bar.Cells = append(bar.Cells, term.Pad("recalled", s.BarWidth()))
		} else {
			bar.Cells = append(bar.Cells, s.Bar(share, known, o.Result.Message.Target, s.BarWidth()))
		}
		read.Cells = append(read.Cells, term.Count(seen))
		readers.Cells = append(readers.Cells, term.Count(r.Readers))
		run.Cells = append(run.Cells, r.RunID)
	}
	s.Grid([]term.Column{at, rate, bar, read, readers, run})
}

// readerColumns are the columns of a table of readers.
func readerColumns(r *job.Result, readers []job.Reader, in *report.Input) []term.Column {
	zone := in.Location
	before, after := term.Column{Title: "Read before", Left: true}, term.Column{Title: "and after", Left: true, Rank: 2}
	id := term.Column{Title: "User id", Left: true, Rank: 1, Least: 10}
	name, department := term.Column{Title: "Name", Left: true, Least: 8}, term.Column{Title: "Department", Left: true, Rank: 3, Least: 10}
	for _, reader := range readers {
		before.Cells = append(before.Cells, term.Time(reader.FirstSeenAt, zone))
		after.Cells = append(after.Cells, term.Time(reader.NotSeenAt, zone))
		id.Cells = append(id.Cells, reader.UserID)
		p, found := in.Directory.Person(r.Audience.Roster, reader.UserID)
		if !found {
			p = &job.Person{}
		}
		name.Cells = append(name.Cells, cmp.Or(p.Name, reader.UserID))
		department.Cells = append(department.Cells, p.Department)
	}
	if slices.Equal(name.Cells, id.Cells) {
		return []term.Column{before, after, id}
	}
	return []term.Column{before, after, name, id, department}
}
