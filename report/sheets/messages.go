package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// printedMessages is how many messages are printed: they are looked up, and not read.
const printedMessages = 100

// messages is the sheet with a row for each message.
type messages struct{ *builder }

func (s *messages) make() *report.Sheet {
	w := s.words
	columns := []report.Column{w.Wrapped("campaign", cells.WidthName), w.Wrapped("title", 30)}
	if s.lone > 0 {
		columns = append(columns, w.Head("recipient", report.TypeText, 14),
			w.Head("department", report.TypeText, 20), w.Head("state", report.TypeText, 10))
	}
	figures := []report.Column{
		w.Integer("audience_size"), w.Integer("read"), w.Integer("unread"), w.Integer("unknown"),
		w.RateBar(), w.Rate("target"), w.Head("target_met", report.TypeText, cells.WidthNumber),
		w.Head("change", report.TypeChange, cells.WidthNumber),
	}
	when := []report.Column{w.Time("sent_at"), w.Time("reading_at"), w.Wrapped("status", 24)}
	if s.mostlyLone() { // who have a state, and no figures
		figures, when = when, figures
	}
	columns = append(append(columns, figures...), when...)
	columns = append(columns, w.Head("address", report.TypeText, 28),
		w.Head("tags", report.TypeText, 16), w.Head("process_query_key", report.TypeID, 24))
	return s.feed(feed.Feed{Begin: s.rows, Sheet: &report.Sheet{Columns: columns, Count: s.count, PrintRows: printedMessages}})
}

// mostlyLone reports whether most messages went to one person each.
func (s *messages) mostlyLone() bool { return 2*s.lone > s.count }

func (s *messages) rows() feed.Rows {
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		row = s.row(row[:0], r)
		return yield(row)
	}
}

// row appends the cells of a message.
func (s *messages) row(row []report.Cell, r *job.Result) []report.Cell {
	m := &r.Message
	row = append(row, report.Text(s.notices.Campaign(m.Campaign)), cells.Text(m.Title))
	if s.lone > 0 {
		row = s.appendRecipient(row, r)
	}
	if !s.mostlyLone() {
		row = s.appendFigures(row, r)
	}
	row = append(row, report.Time(m.SentAt), report.Time(metrics.ReadingAt(r)), cells.Text(status(s.words, r)))
	if s.mostlyLone() {
		row = s.appendFigures(row, r)
	}
	return append(row, cells.Text(m.Address), cells.Text(metrics.TagText(m.Tags)), cells.Text(m.ID.ProcessQueryKey))
}

// appendRecipient appends who a message to one person went to, and what is known of it.
func (s *messages) appendRecipient(row []report.Cell, r *job.Result) []report.Cell {
	state, lone := loneState(r)
	if !lone {
		return append(row, report.Cell{}, report.Cell{}, report.Cell{})
	}
	var of job.Person
	for _, id := range r.Audience.UserIDs {
		if person, known := s.in.Directory.Person(r.Audience.Roster, id); known && !job.Erased(id) {
			of = *person
		}
		if of.Name == "" && !job.Erased(id) {
			of.Name = id
		}
	}
	row = append(row, cells.Text(of.Name), cells.Text(of.Department), report.Cell{})
	if state != "" {
		row[len(row)-1] = report.Text(s.words.Say("state." + string(state)))
	}
	return row
}

// appendFigures appends the figures of a message; one to a single person has none: they
// would be 0 and 1.
func (s *messages) appendFigures(row []report.Cell, r *job.Result) []report.Cell {
	if _, lone := loneState(r); lone {
		return append(row, make([]report.Cell, 8)...)
	}
	counts, target := cells.Counts(r.Counts, r.HasCounts(), r.Reading != nil), r.Message.Target
	change, compared := s.overall.ChangeOf(r)
	return append(append(row, counts[:]...),
		s.words.RateBetween(r.RateRange()).Against(target), report.Number(target, target != 0), s.words.Yes(r.TargetMet()),
		report.Number(change, compared))
}

// loneState is what is known of the only person that a message went to; false if it went
// to several, or to an unknown number.
func loneState(r *job.Result) (job.PersonState, bool) {
	if r.Audience.Size != 1 || r.Contradicts() {
		return "", false
	}
	switch {
	case !r.HasCounts(): // recalled: the status says so
		return "", true
	case r.Counts.Read == 1:
		return job.PersonRead, true
	case r.Counts.Unread == 1:
		return job.PersonUnread, true
	default:
		return job.PersonUnknown, true
	}
}

// status returns a message's status, with the code of its failure and the readers that no
// other column has.
func status(w *cells.Printer, r *job.Result) string {
	if r.Pooled > 0 {
		return w.Say("pool.status")
	}
	said := w.Say("status." + string(r.Status))
	if r.Failure != nil && r.Failure.Code != "" && r.Status == r.Failure.Status {
		said = w.Say("parentheses", said, r.Failure.Code)
	}
	if r.Purged() {
		said = w.Say("parentheses", said, w.Say("purged.on", w.Day(r.PurgedAt)))
	}
	if r.Contradicts() {
		said = w.Say("parentheses", said, w.Say("contradicts"))
	}
	if r.Audience.Form == job.AudienceUnknown && r.Reading != nil && !r.Anonymous {
		said += w.Say("separator.examples") + w.Count("n.readers", r.ReaderCount())
	}
	return said
}
