package people

import (
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/sheets/cells"
	"notifyaudit/report/sheets/feed"
)

// readers is the sheet of the readers of messages without a list of their audience.
type readers struct{ *Lists }

func (s *readers) feed() feed.Feed {
	w := s.words
	columns := append([]report.Column{
		w.Head("campaign", report.TypeText, cells.WidthName), w.Head("title", report.TypeText, cells.WidthTitle),
	}, personColumns(w)...)
	return feed.Feed{Begin: s.rows, Sheet: &report.Sheet{
		Columns: append(columns, w.Time("first_seen_at"), w.Time("not_seen_at")),
		Count:   s.readers,
	}}
}

func (s *readers) rows() feed.Rows {
	type seen struct {
		listedPerson
		job.Reader
	}
	var all []seen
	var row []report.Cell
	return func(r *job.Result, yield func([]report.Cell) bool) bool {
		all = all[:0]
		for reader := range r.UnlistedReaders() {
			all = append(all, seen{s.list.person(r.Audience.Roster, reader.UserID), reader})
		}
		slices.SortFunc(all, func(a, b seen) int { return compareListed(a.listedPerson, b.listedPerson) })
		for i := range all {
			row = append(row[:0], cells.Text(r.Message.Campaign), cells.Text(r.Message.Title))
			row = append(personCells(row, &all[i].listedPerson), report.Time(all[i].FirstSeenAt), report.Time(all[i].NotSeenAt))
			if !yield(row) {
				return false
			}
		}
		return true
	}
}

// unlistedReaders returns the number of rows that a message has on the sheet of readers.
func unlistedReaders(r *job.Result) int {
	n := 0
	for range r.UnlistedReaders() {
		n++
	}
	return n
}
