package sheets

import (
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
)

// readers is the sheet of the readers of messages without a list of their audience.
type readers struct{ *builder }

func (s *readers) make() *report.Sheet {
	w := s.words
	columns := append([]report.Column{
		w.column("campaign", report.TypeText, widthName), w.column("title", report.TypeText, widthTitle),
	}, w.personColumns()...)
	return s.feed(feed{begin: s.rows, sheet: &report.Sheet{
		Columns: append(columns, w.time("first_seen_at"), w.time("not_seen_at")),
		Count:   s.readers,
	}})
}

func (s *readers) rows() rowMaker {
	type seen struct {
		listedPerson
		job.Reader
	}
	var all []seen
	var row []report.Cell
	return func(m *report.Series, yield func([]report.Cell) bool) bool {
		r := m.Result
		all = all[:0]
		for reader := range r.UnlistedReaders() {
			all = append(all, seen{s.list.person(r.Audience.Roster, reader.UserID), reader})
		}
		slices.SortFunc(all, func(a, b seen) int { return compareListed(a.listedPerson, b.listedPerson) })
		for i := range all {
			row = append(row[:0], text(r.Message.Campaign), text(r.Message.Title))
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
