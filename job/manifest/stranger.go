package manifest

import (
	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
)

// strangers are user ids in rows that the roster of their block doesn't know: a
// column of another system's ids, or a roster that is out of date.
type strangers struct {
	rows  int
	first int // the line
	// finding is for the reports.
	finding Finding
	// known is the first element of the latest list without strangers: rows that
	// name an audience block share its list.
	known *string
}

// look counts the strangers in a row's list.
func (s *strangers) look(w *world, m *job.Message, line int) {
	if w.broken[m.Audience.Roster] || m.Audience.Form != job.AudienceListed || m.Audience.Roster == "" || m.Audience.Size == 0 || s.known == &m.Audience.UserIDs[0] {
		return
	}
	found := false
	for _, id := range m.Audience.UserIDs {
		if w.member(m.Audience.Roster, id) {
			continue
		}
		found = true
		s.finding.add(id)
	}
	if !found {
		s.known = &m.Audience.UserIDs[0]
		return
	}
	if s.rows++; s.rows == 1 {
		s.first = line
	}
}

// report warns of them; false when there are none.
func (s *strangers) report(a *args, roster *job.Roster) bool {
	ids := s.finding.Count
	if ids == 0 {
		return false
	}
	s.finding.Kind, s.finding.Roster, s.finding.Source = UnknownPerson, roster.Name, roster.Source
	examples := make([]string, len(s.finding.Examples))
	for i, id := range s.finding.Examples {
		examples[i] = diag.Quote(id)
	}
	p := diag.Problemf("People outside of the roster",
		"audience.%s doesn't know %s in %s, from line %d on: %s. They are counted, but have no name and no department. Add them to the roster, or name the column with their user ids.",
		roster.Name, diag.Counted(ids, "user id", "user ids"), diag.Counted(s.rows, "row", "rows"), s.first, diag.FirstOf(examples, ids))
	p.Count = s.rows
	a.l.diags.WarnAt(a.at("roster"), p)
	return true
}
