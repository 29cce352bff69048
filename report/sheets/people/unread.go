package people

import (
	"iter"
	"time"

	"notifyaudit/report"
	"notifyaudit/report/chase"
	"notifyaudit/report/sheets/cells"
)

// unread is the list of people to call, a row each.
type unread struct{ *Lists }

// maxWhich is how many notices a row names.
const maxWhich = 10

func (s *unread) make() *report.Sheet {
	w, all := s.words, s.chase.Sorted()
	return &report.Sheet{
		Columns: []report.Column{
			w.Head("name", report.TypeText, 14), w.Head("department", report.TypeText, 18),
			w.Head("manager", report.TypeText, 14), w.Head("manager_email", report.TypeText, 26),
			w.Integer("unread_messages"), w.Wrapped("notices", 36), w.Integer("oldest_days"),
			w.Head("email", report.TypeText, 24), w.Head("reminded", report.TypeText, 10), w.Head("remark", report.TypeText, 20),
			w.Head("user_id", report.TypeID, 16), w.Head("location", report.TypeText, 12), w.Time("unread_as_of"),
		},
		Count: len(all), Frozen: 1, Slicers: []string{"notices", "department", "manager"},
		Rows: func() iter.Seq2[[]report.Cell, error] {
			return func(yield func([]report.Cell, error) bool) {
				for _, p := range all {
					if !yield(s.row(p), nil) {
						return
					}
				}
			}
		},
	}
}

func (s *unread) row(p *chase.Person) []report.Cell {
	empty := report.Cell{} // to be filled in
	return []report.Cell{
		cells.Text(p.Person.Name), cells.Text(p.Person.Department),
		cells.Text(p.Person.Manager), cells.Text(s.roll.Mail(p.Person.Manager)),
		report.Integer(p.Messages), report.Text(s.which(p)), daysSince(p.Oldest, s.now),
		cells.Text(p.Person.Email), empty, empty,
		cells.Text(p.UserID), cells.Text(p.Person.Location), report.Time(p.AsOf),
	}
}

// which names the notices that a person has not read.
func (s *unread) which(p *chase.Person) string {
	places := p.Notices()
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
