package manifest

import (
	"slices"

	"notifyaudit/job"
)

// strangers are user ids in rows that the roster of their block doesn't know: a
// column of another system's ids, or a roster that is out of date.
type strangers struct {
	ids, rows int
	first     int // the line
	// examples are up to firstLines of them.
	examples []string
	// known is the first element of the latest list without strangers: rows that
	// name an audience block share its list.
	known *string
}

// look counts the strangers in a row's list.
func (s *strangers) look(w *world, m *job.Message, line int) {
	if m.Audience.Form != job.AudienceListed || m.Audience.Roster == "" || m.Audience.Size == 0 || s.known == &m.Audience.UserIDs[0] {
		return
	}
	found := false
	for _, id := range m.Audience.UserIDs {
		if w.member(m.Audience.Roster, id) {
			continue
		}
		found = true
		s.ids++
		if len(s.examples) < firstLines && !slices.Contains(s.examples, quote(id)) {
			s.examples = append(s.examples, quote(id))
		}
	}
	if !found {
		s.known = &m.Audience.UserIDs[0]
		return
	}
	if s.rows++; s.rows == 1 {
		s.first = line
	}
}

func (s *strangers) report(a *args, roster string) {
	if s.ids == 0 {
		return
	}
	a.l.warnAt(a.at("roster"), problemf("People outside of the roster",
		"audience.%s doesn't know %s in %s, from line %d on: %s. They are counted, but have no name and no department. Add them to the roster, or name the column with their user ids.",
		roster, counted(s.ids, "user id", "user ids"), counted(s.rows, "row", "rows"), s.first, firstOf(s.examples, s.ids)))
	a.l.diags[len(a.l.diags)-1].Count = s.rows
}
