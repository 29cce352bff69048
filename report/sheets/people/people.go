package people

import (
	"iter"
	"slices"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/sheets/cells"
)

// personals counts by person, for the sheet of people only. Its memory grows with the
// number of people.
type personals struct {
	byID map[string]*personal
	// sized has the people known by number only, and those who were erased.
	sized personal
	some  bool // that there are such
}

// A personal has the figures of one person.
type personal struct {
	roster string
	counts job.Counts
	read   bool // that one of the messages has a reading
}

func newPersonals() personals { return personals{byID: make(map[string]*personal)} }

func (p *personals) add(r *job.Result) {
	if r.Contradicts() {
		return
	}
	if r.Audience.Form == job.AudienceSized && r.HasCounts() {
		p.some = true
		p.sized.counts = p.sized.counts.Add(r.Counts)
		p.sized.read = p.sized.read || r.Reading != nil
		return
	}
	for d := range r.People() {
		of := p.of(r.Audience.Roster, d.UserID)
		of.read = of.read || r.Reading != nil
		of.counts = of.counts.Add(job.CountOf(d.State))
	}
}

// of returns the figures that a person is counted in.
func (p *personals) of(roster, userID string) *personal {
	if job.Erased(userID) {
		p.some = true
		return &p.sized
	}
	of := p.byID[userID]
	if of == nil {
		of = &personal{roster: roster}
		p.byID[userID] = of
	}
	return of
}

// people is the sheet with a row for each person.
type people struct{ *Lists }

func (s *people) make() *report.Sheet {
	w, all := s.words, s.sorted()
	rows := len(all)
	if s.personals.some {
		rows++
	}
	return &report.Sheet{
		Columns: append(personColumns(w),
			w.Integer("received"), w.Integer("read"), w.Integer("unread"), w.Integer("unknown"), w.RateBar()),
		Count: rows, Frozen: 1, PrintRows: printedRows,
		Rows: func() iter.Seq2[[]report.Cell, error] {
			return func(yield func([]report.Cell, error) bool) {
				var row []report.Cell
				for i := range all {
					row = s.personals.byID[all[i].UserID].row(personCells(row[:0], &all[i]))
					if !yield(row, nil) {
						return
					}
				}
				if s.personals.some {
					row := make([]report.Cell, len(personColumns(w)))
					row[0] = report.Text(w.Say("people.sized"))
					yield(s.personals.sized.row(row), nil)
				}
			}
		},
	}
}

func (p *personal) row(row []report.Cell) []report.Cell {
	counts := cells.Counts(p.counts, true, p.read)
	return append(append(row, counts[:]...), report.Number(p.counts.ReadRate()))
}

// sorted returns the people of all messages in the order of the list of unread.
func (s *people) sorted() []chase.Entry {
	all := make([]chase.Entry, 0, len(s.personals.byID))
	for id, of := range s.personals.byID {
		all = append(all, s.roll.Entry(of.roster, id))
	}
	slices.SortFunc(all, chase.Compare)
	return all
}
