package notices

import (
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// Name finds what people know the notices and the campaigns by, once all messages were
// added: titles that differ, unless messages have the same address too. Given are the
// titles that the manifest gives campaigns.
func (s *Set) Name(given map[string]string, w *words.Printer) {
	s.nameCampaigns(given, w)
	count := make(map[string]int)
	s.titles = make([]string, len(s.List))
	for i, n := range s.List {
		s.titles[i] = s.nameOf(n, w)
		count[s.titles[i]]++
	}
	for i, n := range s.List {
		if title := s.titles[i]; count[title] > 1 {
			of := report.CleanText(n.Address)
			if of == "" { // of several messages: no other notice of its campaign is
				of = s.campaigns[n.Campaign].title
			}
			if of == title {
				of = w.Count("n.messages", n.Messages)
			}
			s.titles[i] = w.Say("parentheses", title, of)
		}
	}
}

// nameCampaigns takes the titles that are given, and of a campaign without one the title
// that all its messages have. Campaigns of one title are told apart by their names.
func (s *Set) nameCampaigns(given map[string]string, w *words.Printer) {
	count := make(map[string]int, len(s.campaigns))
	for name, c := range s.campaigns {
		c.title = report.CleanText(name)
		for _, title := range []string{c.common, given[name]} {
			if title = report.CleanText(title); title != "" {
				c.title = title
			}
		}
		count[c.title]++
	}
	for name, c := range s.campaigns {
		if name = report.CleanText(name); count[c.title] > 1 && c.title != name {
			c.title = w.Say("parentheses", c.title, name)
		}
	}
}

func (s *Set) nameOf(n *Notice, w *words.Printer) string {
	of := s.campaigns[n.Campaign]
	switch {
	case n.Messages == of.messages: // it is the whole campaign
		return of.title
	case n.Pooled:
		return w.Say("parentheses", of.title, n.Title)
	case n.Title != "":
		return report.CleanText(n.Title)
	default:
		return w.Say("parentheses", of.title, w.Count("n.messages", n.Messages))
	}
}

// Title is what people know a notice by, after Name.
func (s *Set) Title(n *Notice) string { return s.titles[n.Place] }

// Campaign is what people know a campaign by, after Name.
func (s *Set) Campaign(name string) string {
	if of := s.campaigns[name]; of != nil {
		return of.title
	}
	return report.CleanText(name)
}
