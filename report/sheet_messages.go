package report

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// printedMessageColumns leaves out the query key and the link, for which a page
// has no room.
const printedMessageColumns = 14

func (b *book) messageSheet() *Sheet {
	w := b.words
	return &Sheet{
		Columns: []Column{
			w.wrapped("title", widthTitle), w.column("address", TypeText, 28),
			w.column("tags", TypeText, 16), w.time("sent_at"),
			w.integer("audience_size"), w.integer("read"), w.integer("unread"), w.integer("unknown"),
			w.rateBar(), w.rate("target"), w.column("target_met", TypeText, widthNumber),
			w.column("change", TypeChange, widthNumber), w.time("reading_at"),
			w.wrapped("status", 32), w.column("process_query_key", TypeID, 24),
			w.column("unread_list", TypeText, 14),
		},
		Count:        b.rows,
		PrintColumns: printedMessageColumns,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) { b.messageRows(yield) }
		},
	}
}

func (b *book) messageRows(yield func([]Cell, error) bool) {
	unreadRow := 0
	for r, err := range b.in.Results() {
		if err != nil {
			yield(nil, err)
			return
		}
		chased := b.chaseCount(r)
		if !yield(b.messageRow(r, chased, unreadRow), nil) {
			return
		}
		unreadRow += chased
	}
}

// messageRow is one message, of which the list of unread has so many rows from
// unreadRow on.
func (b *book) messageRow(r *job.Result, chased, unreadRow int) []Cell {
	m := &r.Message
	change, compared := changeOf(r)
	row := append([]Cell{text(m.Title), text(m.Address), text(tagText(m.Tags)), Time(m.SentAt)},
		countCells(r.Counts, r.HasCounts(), r.Reading != nil)...)
	row = append(row,
		b.words.rateBetween(r.RateRange()), Number(m.Target, m.Target != 0), b.words.yes(r.TargetMet()),
		Number(change, compared), Time(readingAt(r)), text(b.words.status(r)), text(m.ID.ProcessQueryKey), Cell{})
	if chased > 0 && b.wanted(SheetUnread) {
		row[len(row)-1] = Text(b.words.say("open.unread", b.words.number(chased))).To(SheetUnread, unreadRow)
	}
	return row
}

// readingAt is the time of the reading; zero without one.
func readingAt(r *job.Result) (at time.Time) {
	if r.Reading != nil {
		at = r.Reading.StartedAt
	}
	return at
}

// tags are the tags by their names, as "owner=c&b; team=hr".
func tagText(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	pairs := make([]string, 0, len(tags))
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		pairs = append(pairs, name+"="+tags[name])
	}
	return strings.Join(pairs, "; ")
}

// status says where a message stands, with the code of what is in its way and
// the readers that stand in no other column.
func (w *words) status(r *job.Result) string {
	if r.Pooled > 0 {
		return w.say("pool.status")
	}
	said := w.say("status." + string(r.Status))
	if r.Failure != nil && r.Failure.Code != "" && r.Status == r.Failure.Status {
		said = w.say("parentheses", said, r.Failure.Code)
	}
	if r.Purged() {
		said = w.say("parentheses", said, w.say("purged.on", w.day(r.PurgedAt)))
	}
	if r.Audience.Form == job.AudienceUnknown && r.Reading != nil && !r.Anonymous {
		said += w.say("separator.examples") + w.count("n.readers", r.ReaderCount())
	}
	return said
}
