package sheets

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// printedMessageColumns leaves out the query key and the link, for which a page
// has no room.
const printedMessageColumns = 14

// messages is the sheet with a row for each message.
type messages struct{ *builder }

func (s *messages) make() *report.Sheet {
	w := s.words
	return s.feed(feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: []report.Column{
			w.Wrapped("title", cells.WidthTitle), w.Head("address", report.TypeText, 28),
			w.Head("tags", report.TypeText, 16), w.Time("sent_at"),
			w.Integer("audience_size"), w.Integer("read"), w.Integer("unread"), w.Integer("unknown"),
			w.RateBar(), w.Rate("target"), w.Head("target_met", report.TypeText, cells.WidthNumber),
			w.Head("change", report.TypeChange, cells.WidthNumber), w.Time("reading_at"),
			w.Wrapped("status", 32), w.Head("process_query_key", report.TypeID, 24),
			w.Head("unread_list", report.TypeText, 14),
		},
		Count: s.count, PrintColumns: printedMessageColumns,
	}})
}

func (s *messages) rows() feed.Rows {
	before := 0 // rows of the list of unread
	var row []report.Cell
	return func(m *report.Series, yield func([]report.Cell) bool) bool {
		unread := s.lists.UnreadOf(m.Result)
		row = s.row(row[:0], m.Result, unread, before)
		before += unread
		return yield(row)
	}
}

// row appends the cells of a message, which has rows of the list of unread from a row on.
func (s *messages) row(row []report.Cell, r *job.Result, unread, from int) []report.Cell {
	m := &r.Message
	change, compared := s.overall.ChangeOf(r)
	counts := cells.Counts(r.Counts, r.HasCounts(), r.Reading != nil)
	row = append(row, cells.Text(m.Title), cells.Text(m.Address), cells.Text(metrics.TagText(m.Tags)), report.Time(m.SentAt))
	row = append(row, counts[:]...)
	row = append(row,
		s.words.RateBetween(r.RateRange()).Against(m.Target), report.Number(m.Target, m.Target != 0), s.words.Yes(r.TargetMet()),
		report.Number(change, compared), report.Time(metrics.ReadingAt(r)), cells.Text(status(s.words, r)),
		cells.Text(m.ID.ProcessQueryKey), report.Cell{})
	if unread > 0 && s.wanted(report.SheetUnread) {
		row[len(row)-1] = report.Text(s.words.Say("open.unread", s.words.Number(unread))).To(report.SheetUnread, from)
	}
	return row
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
