package messages

import (
	"notifyaudit/job"
	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
	"notifyaudit/job/manifest/rows"
)

// unknownUsers are user ids in rows that the roster of their block doesn't have:
// the column holds ids of another system, or the roster is out of date.
type unknownUsers struct {
	rows  int
	first int // the line
	// finding is for the reports.
	finding rows.Finding
	// checked is the first element of the latest list without unknown users: rows
	// that name an audience block share its list.
	checked *string
}

// look counts the unknown users in a row's list.
func (u *unknownUsers) look(symbols *Symbols, m *job.Message, line int) {
	a := m.Audience
	if symbols.Broken[a.Roster] || a.Form != job.AudienceListed || a.Roster == "" || a.Size == 0 || u.checked == &a.UserIDs[0] {
		return
	}
	before := u.finding.Count
	for _, id := range a.UserIDs {
		if !symbols.member(a.Roster, id) {
			u.finding.Add(id)
		}
	}
	if u.finding.Count == before {
		u.checked = &a.UserIDs[0]
		return
	}
	if u.rows++; u.rows == 1 {
		u.first = line
	}
}

// report warns of them; false when there are none.
func (u *unknownUsers) report(a *lang.Args, roster *job.Roster) bool {
	ids := u.finding.Count
	if ids == 0 {
		return false
	}
	u.finding.Kind, u.finding.Roster, u.finding.Source = rows.UnknownPerson, roster.Name, roster.Source
	examples := make([]string, len(u.finding.Examples))
	for i, id := range u.finding.Examples {
		examples[i] = diag.Quote(id)
	}
	p := diag.Problemf("People outside of the roster",
		"audience.%s doesn't have %s in %s, from line %d on: %s. They are counted, but have no name and no department. Add them to the roster, or name the column with their user ids.",
		roster.Name, diag.Counted(ids, "user id", "user ids"), diag.Counted(u.rows, "row", "rows"), u.first, diag.FirstOf(examples, ids))
	p.Count = u.rows
	a.WarnAt("roster", p)
	return true
}
