package sheets

import (
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// A titles has what people know campaigns by: titles that differ.
type titles map[string]string

// newTitles takes the titles of the manifest, and of a campaign without one the title that
// all its messages have. Campaigns of one title are told apart by their names.
func newTitles(in *report.Input, all []metrics.Campaign, parentheses func(a, b string) string) titles {
	t, given := make(titles, len(all)), make(map[string]int, len(all))
	for i := range all {
		c := &all[i]
		title := report.CleanText(in.CampaignTitles[c.Name])
		if title == "" {
			title = report.CleanText(c.CommonTitle())
		}
		if title == "" {
			title = report.CleanText(c.Name)
		}
		t[c.Name] = title
		given[title]++
	}
	for name, title := range t {
		if given[title] > 1 && title != name {
			t[name] = parentheses(title, report.CleanText(name))
		}
	}
	return t
}

// titleOf is what people know a notice by.
func (b *builder) titleOf(n *metrics.Notice) string { return b.noticeTitles[n.Place] }

// nameNotices finds what people know the notices by: titles that differ, unless messages
// have the same address too.
func (b *builder) nameNotices() {
	given := make(map[string]int)
	b.noticeTitles = make([]string, len(b.notices.List))
	for i, n := range b.notices.List {
		b.noticeTitles[i] = b.nameOf(n)
		given[b.noticeTitles[i]]++
	}
	for i, n := range b.notices.List {
		if title := b.noticeTitles[i]; given[title] > 1 {
			of := report.CleanText(n.Address)
			if of == "" {
				of = b.words.Count("n.messages", n.Messages)
			}
			b.noticeTitles[i] = b.words.Say("parentheses", title, of)
		}
	}
}

func (b *builder) nameOf(n *metrics.Notice) string {
	campaign := b.titles[n.Campaign]
	switch {
	case n.Messages == b.messagesOf[n.Campaign]: // it is the whole campaign
		return campaign
	case n.Pooled:
		return b.words.Say("parentheses", campaign, n.Title)
	case n.Title != "":
		return report.CleanText(n.Title)
	default:
		return b.words.Say("parentheses", campaign, b.words.Count("n.messages", n.Messages))
	}
}
