package people

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/sheets/cells"
)

// unread is the list of people to call, a row each.
type unread struct{ *Lists }

// maxWhich is how many notices a row names.
const maxWhich = 10

const (
	// maxFilters is how many notices have a column of their own to filter by.
	maxFilters = 6
	// maxFilterLabel is how many characters such a column's head has.
	maxFilterLabel = 24
)

func (s *unread) make() *report.Sheet {
	w, all := s.words, s.chase.Sorted()
	filters := s.filters(all)
	sheet := &report.Sheet{
		Columns: []report.Column{
			w.Head("name", report.TypeText, 14), w.Head("department", report.TypeText, 18),
			w.Head("manager", report.TypeText, 14), w.Head("manager_email", report.TypeText, 26),
			w.Integer("unread_messages"), w.Wrapped("notices", 36), w.Integer("oldest_days"),
			w.Head("email", report.TypeText, 24), s.toFillIn("reminded", 10), s.toFillIn("remark", 20),
			w.Head("user_id", report.TypeID, 16), w.Head("location", report.TypeText, 12), w.Time("unread_as_of"),
		},
		Count: len(all), Frozen: 1, Slicers: []string{"department", "manager"},
		Rows: func() iter.Seq2[[]report.Cell, error] {
			return func(yield func([]report.Cell, error) bool) {
				var row []report.Cell
				for _, p := range all {
					places := s.chase.Notices(p)
					row = s.row(row[:0], p, places)
					for _, place := range filters {
						row = append(row, s.missed(places, place))
					}
					if !yield(row, nil) {
						return
					}
				}
			}
		},
	}
	for i, place := range filters {
		label := []rune(s.notices.Title(s.notices.List[place]))
		if len(label) > maxFilterLabel {
			label = append(label[:maxFilterLabel-1], '…')
		}
		c := report.Column{Key: fmt.Sprintf("notice_%d", i+1), Label: string(label), Type: report.TypeText, Width: 14}
		sheet.Columns, sheet.Slicers = append(sheet.Columns, c), append(sheet.Slicers, c.Key)
	}
	return sheet
}

// toFillIn makes a column that people fill in, and says that it is theirs to keep.
func (s *unread) toFillIn(key string, width float64) report.Column {
	c := s.words.Head(key, report.TypeText, width)
	c.Prompt = s.words.Say("prompt.fill_in")
	return c
}

// filters are the places of the notices that the list can be narrowed to one by one: a cell
// with several of them is no filter for any. They are those that most people have not read,
// in their order; none if there is but one.
func (s *unread) filters(all []*chase.Person) []int {
	people := make(map[int]int)
	for _, p := range all {
		for _, place := range s.chase.Notices(p) {
			people[place]++
		}
	}
	if len(people) < 2 {
		return nil
	}
	places := slices.SortedFunc(maps.Keys(people), func(a, b int) int {
		return cmp.Or(cmp.Compare(people[b], people[a]), cmp.Compare(a, b))
	})
	places = places[:min(maxFilters, len(places))]
	slices.Sort(places)
	return places
}

// missed says that a person has not read a notice; empty if it is not among those that the
// person has not read.
func (s *unread) missed(places []int, place int) report.Cell {
	if !slices.Contains(places, place) {
		return report.Cell{}
	}
	return report.Text(s.words.Say("state.unread"))
}

// row appends the cells of a person who has not read the notices at these places.
func (s *unread) row(row []report.Cell, p *chase.Person, places []int) []report.Cell {
	empty := report.Cell{} // to be filled in
	return append(row,
		cells.Text(p.Person.Name), cells.Text(p.Person.Department),
		cells.Text(p.Person.Manager), cells.Text(s.roll.Mail(p.Person.Manager)),
		report.Integer(p.Messages), report.Text(s.which(places)), daysSince(p.Oldest, s.now),
		cells.Text(p.Person.Email), empty, empty,
		cells.Text(p.UserID), cells.Text(p.Person.Location), report.Time(p.AsOf))
}

// which names the notices at these places.
func (s *unread) which(places []int) string {
	titles := make([]string, 0, maxWhich)
	for _, place := range places[:min(len(places), maxWhich)] {
		titles = append(titles, s.notices.Title(s.notices.List[place]))
	}
	said := s.words.List(titles)
	if more := len(places) - maxWhich; more > 0 {
		said = s.words.Say("list.more", said, s.words.Number(more))
	}
	return said
}

// daysSince is the whole days since a time; empty for the zero time.
func daysSince(sent, now time.Time) report.Cell {
	if sent.IsZero() {
		return report.Cell{}
	}
	return report.Integer(chase.DaysSince(sent, now))
}
