package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// printedMessageColumns leaves out the query key and the link, for which a page
// has no room.
const printedMessageColumns = 14

// messages is the sheet with a row for each message.
type messages struct{ *builder }

func (s *messages) make() *report.Sheet {
	w := s.words
	return s.feed(feed{begin: s.rows, sheet: &report.Sheet{
		Columns: []report.Column{
			w.wrapped("title", widthTitle), w.column("address", report.TypeText, 28),
			w.column("tags", report.TypeText, 16), w.time("sent_at"),
			w.integer("audience_size"), w.integer("read"), w.integer("unread"), w.integer("unknown"),
			w.rateBar(), w.rate("target"), w.column("target_met", report.TypeText, widthNumber),
			w.column("change", report.TypeChange, widthNumber), w.time("reading_at"),
			w.wrapped("status", 32), w.column("process_query_key", report.TypeID, 24),
			w.column("unread_list", report.TypeText, 14),
		},
		Count: s.count, PrintColumns: printedMessageColumns,
	}})
}

func (s *messages) rows() rowMaker {
	before := 0 // rows of the list of unread
	var row []report.Cell
	return func(m *report.Series, yield func([]report.Cell) bool) bool {
		unread := s.list.count(m.Result)
		row = s.row(row[:0], m.Result, unread, before)
		before += unread
		return yield(row)
	}
}

// row appends the cells of a message, which has rows of the list of unread from a row on.
func (s *messages) row(row []report.Cell, r *job.Result, unread, from int) []report.Cell {
	m := &r.Message
	change, compared := s.overall.ChangeOf(r)
	counts := countCells(r.Counts, r.HasCounts(), r.Reading != nil)
	row = append(row, text(m.Title), text(m.Address), text(metrics.TagText(m.Tags)), report.Time(m.SentAt))
	row = append(row, counts[:]...)
	row = append(row,
		s.words.rateBetween(r.RateRange()).Against(m.Target), report.Number(m.Target, m.Target != 0), s.words.yes(r.TargetMet()),
		report.Number(change, compared), report.Time(metrics.ReadingAt(r)), text(s.words.status(r)),
		text(m.ID.ProcessQueryKey), report.Cell{})
	if unread > 0 && s.wanted(report.SheetUnread) {
		row[len(row)-1] = report.Text(s.words.Say("open.unread", s.words.Number(unread))).To(report.SheetUnread, from)
	}
	return row
}

// status returns a message's status, with the code of its failure and the readers that no
// other column has.
func (w *printer) status(r *job.Result) string {
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
