package report

import (
	"cmp"
	"iter"
	"slices"

	"notifyaudit/job"
)

// A personal tally is the figures of one person, or of all who are mere numbers.
type personal struct {
	roster string
	counts job.Counts
	read   bool // that one of the messages has a reading
}

// personals counts by person, for the sheet of people alone: the memory is that
// of the people.
type personals struct {
	byID  map[string]*personal
	sized personal
	some  bool // that there are mere numbers
}

func (p *personals) add(r *job.Result) {
	if r.Audience.Form == job.AudienceSized && r.HasCounts() {
		p.some = true
		p.sized.counts = p.sized.counts.Add(r.Counts)
		p.sized.read = p.sized.read || r.Reading != nil
		return
	}
	for d := range r.People() {
		of := p.of(r.Audience.Roster, d.UserID)
		of.read = of.read || r.Reading != nil
		switch d.State {
		case job.PersonRead:
			of.counts.Read++
		case job.PersonUnread:
			of.counts.Unread++
		case job.PersonUnknown:
			of.counts.Unknown++
		}
	}
}

// of is whose tally somebody's deliveries go to. Those who were erased are with the
// mere numbers.
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

func (b *book) peopleSheet() *Sheet {
	w := b.words
	people := b.listed()
	rows := len(people)
	if b.personals.some {
		rows++
	}
	columns := append(b.personColumns(), w.integer("received"), w.integer("read"), w.integer("unread"), w.integer("unknown"), w.rateBar())
	return &Sheet{
		Columns: columns, Count: rows,
		Rows: func() iter.Seq2[[]Cell, error] {
			return func(yield func([]Cell, error) bool) {
				for i := range people {
					of := b.personals.byID[people[i].userID]
					if !yield(of.row(b.personCells(nil, &people[i])), nil) {
						return
					}
				}
				if b.personals.some {
					row := make([]Cell, len(b.personColumns()))
					row[0] = Text(w.say("people.sized"))
					yield(b.personals.sized.row(row), nil)
				}
			}
		},
	}
}

func (p *personal) row(cells []Cell) []Cell {
	cells = append(cells, countCells(p.counts, true, p.read)...)
	return append(cells, Number(p.counts.ReadRate()))
}

// listed are the people of all messages in the order of the unread list.
func (b *book) listed() []chased {
	all := make([]chased, 0, len(b.personals.byID))
	for id, of := range b.personals.byID {
		all = append(all, b.chasedPerson(of.roster, id))
	}
	slices.SortFunc(all, compareChased)
	return all
}

func compareChased(a, b chased) int {
	return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.userID, b.userID))
}
