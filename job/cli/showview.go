package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/plan"
	"notifyaudit/report"
)

// subject shows one message: what it is, its figures, the last failure with what
// to do about it, how the rate grew, and who has read it lately.
func (s *screen) subject(o *subject, of *session) {
	m, zone := &o.result.Message, of.manifest.Location
	s.println(s.paint(bold, clipMiddle(m.Address, s.width)))
	if m.Title != m.Address {
		s.labelled("Title", m.Title)
	}
	s.labelled("Campaign", m.Campaign)
	s.labelled("Message", fmt.Sprintf("%s of %s", m.ID.Kind, m.ID.Provider))
	s.labelled("Key", m.ID.ProcessQueryKey)
	s.labelled("Sent", sent(o, of))
	s.prospect(o)
	if o.result.Purged() {
		s.labelled("People", purgedOn(o.result.PurgedAt, zone))
	}
	s.println("")
	s.reading(o)
	s.failure(o.result.Failure, of)
	s.readings(o, of)
	if latest := o.latest(); len(latest) > 0 {
		s.println("")
		s.println(s.paint(bold, "Latest readers") + s.paint(dim, " · of "+count(len(o.result.Readers))+", times in "+zone.String()))
		s.grid(readerColumns(o.result, latest, of))
	}
}

// prospect says where a message stands and what an apply would do about it.
func (s *screen) prospect(o *subject) {
	next := verb(o.next.Action)
	words := s.paint(markColor(o.next.Action), o.next.Action.Mark()+" "+next) + ": " + strings.TrimPrefix(o.next.Reason, next+" ")
	if o.next.Action == plan.ActionDropped {
		s.labelled("Status", words+"; kept in the state, and in no report")
		s.labelled("To do", "Put it back into the manifest to have it audited again. `notifyaudit state mv` takes its readings along to another provider or address; `notifyaudit state rm` removes them.")
		return
	}
	s.labelled("Status", statusWords(o.result.Status))
	s.labelled("Next", words)
}

// sent is when it was sent, and until when it can be asked where that is known.
func sent(o *subject, of *session) string {
	m := &o.result.Message
	if m.SentAt.IsZero() {
		return ""
	}
	text := clock(m.SentAt, of.manifest.Location) + " (" + of.manifest.Location.String() + ")"
	if closes := m.ClosesAt(); !closes.IsZero() {
		word := "can be asked until "
		if closes.Before(of.program.env.Now()) {
			word = "could be asked until "
		}
		text += ", " + word + clock(closes, of.manifest.Location)
	}
	return text
}

// statusWords is a status with what it means.
func statusWords(status job.Status) string {
	meaning := map[job.Status]string{
		job.StatusCurrent:    "read in the latest run",
		job.StatusSettled:    "everybody has read it, never asked again",
		job.StatusFresh:      "read before and not due yet",
		job.StatusFrozen:     "can't be asked any more, the last reading stands",
		job.StatusRecalled:   "taken back by the sender",
		job.StatusPending:    "being sent, or not generated yet",
		job.StatusDeferred:   "not asked yet, or put off since the quota did not pay for it",
		job.StatusRejected:   "the last answer was final",
		job.StatusIncomplete: "pages arrived that can't be believed",
		job.StatusFailed:     "gave up for now, asked again next run",
	}[status]
	return string(status) + ": " + meaning
}

// reading shows the figures of the last reading.
func (s *screen) reading(o *subject) {
	r := o.result
	rate, known := r.ReadRate()
	target := r.Message.Target
	if known {
		head := s.paint(bold, "Read rate "+percent(rate, true)) + "  " + s.bar(rate, true, target, s.barWidth())
		note := targeted(rate, true, target)
		if note != "" && columns(head)+2+columns(note) > s.room() {
			s.println(head)
			s.println(sentence(note))
		} else {
			s.println(strings.TrimRight(head+"  "+note, " "))
		}
	}
	s.println(wrap(peopleWords(r), "  ", s.width))
	if rate > 1 {
		s.println(wrap(s.paint(yellow, "More readers than people: the size of the audience in the manifest is too small."), "  ", s.width))
	}
	if 2*r.Outside > r.ReaderCount() {
		s.println(wrap(s.paint(yellow, "Audience:")+" most readers are outside of it. Is that whom it was sent to?", "  ", s.width))
	}
	if drift := o.drift.String(); drift != "" {
		s.println(wrap(s.paint(yellow, "Audience:")+" "+drift+".", "  ", s.width))
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
			text += ", an audience of " + count(r.Audience.Size) + " of whom nothing is known"
		}
		return text + "."
	}
	if !r.HasCounts() {
		return plural(r.ReaderCount(), "reader") + "; without an audience there is no rate."
	}
	parts := []string{
		count(r.Counts.Read) + " read", count(r.Counts.Unread) + " unread",
		"an audience of " + count(r.Counts.Audience()),
	}
	if r.Outside > 0 {
		parts = append(parts, plural(r.Outside, "reader")+" outside it")
	}
	if n := len(r.Message.NotDelivered); n > 0 {
		parts = append(parts, count(n)+" not delivered to")
	}
	return strings.Join(parts, ", ") + "."
}

// failure shows the last answer when it was no reading.
func (s *screen) failure(f *job.Failure, of *session) {
	if f == nil {
		return
	}
	s.println("")
	color := red
	if f.Status == job.StatusPending || f.Status == job.StatusFrozen {
		color = yellow
	}
	e := job.AnswerError{Class: f.Class, Status: f.HTTPStatus, Code: f.Code, Message: f.Message}
	at := ""
	if !f.At.IsZero() {
		at = " on " + clock(f.At, of.manifest.Location)
	}
	s.println(s.paint(color, "Last answer: no reading") + at)
	s.labelled("  It said", e.Error())
	s.labelled("  Meaning", dingtalk.Explain(f.Code, "en"))
	if advice := dingtalk.Advise(f, "en"); advice != "" {
		s.labelled("  To do", sentence(advice))
	}
	s.labelled("  Request", f.RequestID)
}

// readings shows the history: each reading with its bar, the latest ones where
// there are many.
func (s *screen) readings(o *subject, of *session) {
	if len(o.history) == 0 {
		return
	}
	s.println("")
	note := ""
	shown := o.history
	if earlier := len(shown) - shownReadings; earlier > 0 {
		shown = shown[earlier:]
		note = " · the latest " + count(shownReadings) + " of " + count(len(o.history))
	}
	s.println(s.paint(bold, "Readings") + s.paint(dim, note))
	at, rate, bar := column{title: "At", left: true}, column{title: "Rate"}, column{left: true}
	read, readers := column{title: "Read", rank: 1}, column{title: "Readers", rank: 2}
	run := column{title: "Run", left: true, rank: 3}
	for i := range shown {
		r := &shown[i]
		seen, share, known := o.share(r)
		at.cells = append(at.cells, clock(r.StartedAt, of.manifest.Location))
		rate.cells = append(rate.cells, percent(share, known))
		if r.SendStatus == job.SendRecalled {
			bar.cells = append(bar.cells, pad("recalled", s.barWidth()))
		} else {
			bar.cells = append(bar.cells, s.bar(share, known, o.result.Message.Target, s.barWidth()))
		}
		read.cells = append(read.cells, count(seen))
		readers.cells = append(readers.cells, count(r.Readers))
		run.cells = append(run.cells, r.RunID)
	}
	s.grid([]column{at, rate, bar, read, readers, run})
}

// readerColumns are the columns of a table of readers.
func readerColumns(r *job.Result, readers []job.Reader, of *session) []column {
	zone := of.manifest.Location
	before, after := column{title: "Read before", left: true}, column{title: "and after", left: true, rank: 2}
	id := column{title: "User id", left: true, rank: 1, least: 10}
	name, department := column{title: "Name", left: true, least: 8}, column{title: "Department", left: true, rank: 3, least: 10}
	for _, reader := range readers {
		before.cells = append(before.cells, clock(reader.FirstSeenAt, zone))
		after.cells = append(after.cells, clock(reader.NotSeenAt, zone))
		id.cells = append(id.cells, reader.UserID)
		p, found := of.manifest.Directory.Person(r.Audience.Roster, reader.UserID)
		if !found {
			p = &job.Person{}
		}
		name.cells = append(name.cells, cmp.Or(p.Name, reader.UserID))
		department.cells = append(department.cells, p.Department)
	}
	if slices.Equal(name.cells, id.cells) {
		return []column{before, after, id}
	}
	return []column{before, after, name, id, department}
}

// showBlock shows the messages of one block: their figures, the lowest by name,
// and what would be asked.
func (s *session) showBlock(in report.Input, made *plan.Plan, name string) error {
	in.Title = ""
	var odd mismatch
	watched := in
	watched.Results = odd.watch(in.Results)
	figures, err := report.Measure(watched)
	if err != nil {
		return err
	}
	low, all, err := lowest(in, shownMessages)
	if err != nil {
		return err
	}
	s.out.println(s.out.paint(bold, clipMiddle(name, s.out.width)) + s.out.paint(dim, " · "+plural(figures.Totals.Messages, "message")))
	s.out.println(wrap(asOf(in, figures), "  ", s.out.width))
	s.out.println("")
	s.out.total(&figures.Tally)
	s.out.println(wrap(standing(figures), "  ", s.out.width))
	s.out.doubt(&odd)
	if drift := made.Groups[0].Drift.String(); drift != "" {
		s.out.drift(drift, "")
	}
	if len(low) > 0 {
		s.out.println("")
		note := " · " + count(all)
		if len(low) < all {
			note += ", the lowest " + count(len(low))
		}
		s.out.println(s.out.paint(bold, "Not read by everybody") + s.out.paint(dim, note))
		s.out.grid(s.messages(low, name))
	}
	s.out.println("")
	s.out.println(wrap("Next: "+made.Counts.String()+".", "  ", s.out.width))
	s.out.conclusion(s.conclusion)
	return nil
}

// lowest are the messages with the lowest rates, those without one behind, the
// earlier first where they are alike; all counts those that not everybody has
// read, which they are among.
func lowest(in report.Input, most int) (low []*job.Result, all int, err error) {
	order := func(a, b *job.Result) int {
		rateA, knownA := a.ReadRate()
		rateB, knownB := b.ReadRate()
		switch {
		case knownA && knownB:
			return cmp.Compare(rateA, rateB)
		case knownA:
			return -1
		case knownB:
			return 1
		}
		return 0
	}
	for r, err := range in.Results() {
		if err != nil {
			return nil, 0, err
		}
		if rate, known := r.ReadRate(); known && rate >= 1 || r.Recalled() {
			continue
		}
		if all++; len(low) == most && order(r, low[most-1]) >= 0 {
			continue
		}
		kept := *r
		kept.Readers = nil // only the counts are shown
		at := len(low)
		for at > 0 && order(&kept, low[at-1]) < 0 {
			at--
		}
		low = slices.Insert(low, at, &kept)
		low = low[:min(len(low), most)]
	}
	return low, all, nil
}

// messages are the columns of a table of messages of one block.
func (s *session) messages(all []*job.Result, block string) []column {
	key := column{title: "Message", left: true, least: 16}
	rate, bar := column{title: "Rate"}, column{left: true, rank: 2}
	read, audience := column{title: "Read", rank: 3}, column{title: "Audience", rank: 4}
	status, title := column{title: "Status", left: true, rank: 1}, column{title: "Title", left: true, rank: 5, least: 16}
	to, named := column{title: "To", left: true, least: 8}, false
	for _, r := range all {
		share, known := r.ReadRate()
		people := func(n int) string {
			if !known {
				return "–"
			}
			return count(n)
		}
		key.cells = append(key.cells, cmp.Or(strings.TrimPrefix(r.Message.Address, block), r.Message.Address))
		rate.cells = append(rate.cells, percent(share, known))
		bar.cells = append(bar.cells, s.out.bar(share, known, r.Message.Target, max(10, s.out.barWidth()/2)))
		read.cells = append(read.cells, people(r.Counts.Read))
		audience.cells = append(audience.cells, people(r.Counts.Audience()))
		status.cells = append(status.cells, string(r.Status))
		title.cells = append(title.cells, r.Message.Title)
		to.cells = append(to.cells, s.recipient(r))
		named = named || s.recipient(r) != ""
	}
	if named {
		return []column{key, to, rate, bar, status, read, audience, title}
	}
	return []column{key, rate, bar, status, read, audience, title}
}

// recipient is the one person that a message went to, "" where there were more or
// nobody knows who.
func (s *session) recipient(r *job.Result) string {
	if len(r.Audience.UserIDs) != 1 {
		return ""
	}
	id := r.Audience.UserIDs[0]
	if job.Erased(id) {
		return ""
	}
	if p, found := s.manifest.Directory.Person(r.Audience.Roster, id); found {
		return cmp.Or(p.Name, id)
	}
	return id
}
