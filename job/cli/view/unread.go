package view

import (
	"cmp"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/report"
)

// shownUnread is how many people who have not read a message are listed.
const shownUnread = 50

// unread lists who has not read a message, those who left included: the figures
// count them.
func (s Printer) unread(r *job.Result, in *report.Input) {
	id := term.Column{Title: "User id", Left: true, Rank: 1, Least: 10}
	name, department := term.Column{Title: "Name", Left: true, Least: 8}, term.Column{Title: "Department", Left: true, Rank: 2, Least: 10}
	manager, note := term.Column{Title: "Manager", Left: true, Rank: 4, Least: 8}, term.Column{Left: true, Rank: 3}
	all := 0
	for d := range r.People() {
		if d.State != job.PersonUnread {
			continue
		}
		if all++; all > shownUnread {
			continue
		}
		person, found := in.Directory.Person(r.Audience.Roster, d.UserID)
		if !found {
			person = &job.Person{}
		}
		left := ""
		if !in.Directory.Chaseable(r.Audience.Roster, d.UserID, r.Reading.StartedAt) {
			left = "has left"
		}
		name.Cells = append(name.Cells, cmp.Or(person.Name, d.UserID))
		id.Cells = append(id.Cells, d.UserID)
		department.Cells = append(department.Cells, person.Department)
		manager.Cells = append(manager.Cells, person.Manager)
		note.Cells = append(note.Cells, left)
	}
	if all == 0 {
		return
	}
	s.Println("")
	s.Println(s.Paint(term.Bold, "Not read yet") + s.Paint(term.Dim, " · "+term.Count(all)))
	s.Grid([]term.Column{name, id, department, manager, note})
	if more := all - shownUnread; more > 0 {
		s.Println("and " + term.Count(more) + " more; the reports list them all")
	}
}
