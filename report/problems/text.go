package problems

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// textCheck counts the texts that a cell can't hold unchanged. It checks them where they
// come from, so that a text is counted once, however many cells have it.
type textCheck struct {
	replaced, cut textCount
}

type textCount struct {
	count    int
	examples []string
}

func (c *textCount) note(where string) {
	c.count++
	if where != "" && len(c.examples) < maxExamples {
		c.examples = append(c.examples, report.CleanText(where))
	}
}

func (c *textCheck) look(s, where string) {
	replaced, cut := report.SpoiltText(s)
	if replaced {
		c.replaced.note(where)
	}
	if cut {
		c.cut.note(where)
	}
}

func (c *textCheck) message(r *job.Result) {
	m := &r.Message
	for _, s := range [...]string{m.Address, m.Campaign, m.Title, m.ID.ProcessQueryKey, m.OpenConversationID} {
		c.look(s, m.Address)
	}
	if len(m.Tags) > 0 {
		c.look(metrics.TagText(m.Tags), m.Address)
	}
	if f := r.Failure; f != nil {
		for _, s := range [...]string{f.Code, f.Message, f.RequestID} {
			c.look(s, m.Address)
		}
	}
	for reader := range r.OutsideReaders() { // they are in no roster
		c.look(reader.UserID, m.Address)
	}
	if r.Audience.Form != job.AudienceListed || r.Audience.Roster != "" {
		return // a roster's people are checked once, in directory
	}
	for _, id := range r.Audience.UserIDs {
		c.look(id, m.Address)
	}
}

// directory checks the people of all rosters, and names only those that may be named.
func (c *textCheck) directory(d *job.Directory, hidden func(userID string) bool) {
	for p := range metrics.Everybody(d) {
		for _, s := range [...]string{p.UserID, p.Name, p.Department, p.Manager, p.Email, p.Location} {
			if hidden(p.UserID) {
				c.look(s, "")
				continue
			}
			c.look(s, p.UserID)
		}
	}
}
