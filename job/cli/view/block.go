package view

import (
	"cmp"
	"slices"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/cli/session"
	"notifyaudit/job/cli/term"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// block shows the messages of one block: their figures, the messages with the lowest
// rates, and what an apply would ask.
func (v *Text) block(n *session.Named) error {
	s, in, name := v.out, n.Input, n.Name
	in.Title = ""
	var odd warning
	watched := in
	watched.Results = odd.watch(in.Results)
	figures, err := metrics.Measure(watched)
	if err != nil {
		return err
	}
	low, all, err := lowest(in, shownMessages)
	if err != nil {
		return err
	}
	s.Println(s.Paint(term.Bold, term.ClipMiddle(name, s.Width)) + s.Paint(term.Dim, " · "+term.Plural(figures.Messages, "message")))
	s.Say(asOf(in, figures))
	s.Println("")
	s.total(&figures.Totals)
	s.Say(standing(figures))
	s.warn(&odd)
	if drift := n.Plan.Groups[0].Drift.String(); drift != "" {
		s.drift(drift, "")
	}
	if len(low) > 0 {
		s.Println("")
		note := " · " + term.Count(all)
		if len(low) < all {
			note += ", the lowest " + term.Count(len(low))
		}
		s.Println(s.Paint(term.Bold, "Not read by everybody") + s.Paint(term.Dim, note))
		s.Grid(s.messages(low, name, in.Directory))
	}
	s.Println("")
	s.Say("Next: " + n.Plan.Counts.String() + ".")
	s.conclusion(n.Conclusion)
	return nil
}

// lowest returns at most the given number of messages that not everybody has read:
// those with the lowest rates first, those without a rate last, ties in the order of
// the results. all counts every such message.
func lowest(in report.Input, most int) (low []*job.Result, all int, err error) {
	order := func(a, b *job.Result) int {
		rateA, knownA := a.ReadRate()
		rateB, knownB := b.ReadRate()
		switch {
		case knownA && knownB:
			return cmp.Compare(rateA, rateB)
		case knownA:
			return -1
		case knownB:
			return 1
		}
		return 0
	}
	for r, err := range in.Results() {
		if err != nil {
			return nil, 0, err
		}
		if rate, known := r.ReadRate(); known && rate >= 1 || r.Recalled() {
			continue
		}
		if all++; len(low) == most && order(r, low[most-1]) >= 0 {
			continue
		}
		kept := r.WithoutReaders() // only the counts are shown
		at := len(low)
		for at > 0 && order(kept, low[at-1]) < 0 {
			at--
		}
		low = slices.Insert(low, at, kept)
		low = low[:min(len(low), most)]
	}
	return low, all, nil
}

// messages returns the columns of a table of one block's messages.
func (s Printer) messages(all []*job.Result, block string, d *job.Directory) []term.Column {
	key := term.Column{Title: "Message", Left: true, Least: 16}
	rate, bar := term.Column{Title: "Rate"}, term.Column{Left: true, Rank: 2}
	read, audience := term.Column{Title: "Read", Rank: 3}, term.Column{Title: "Audience", Rank: 4}
	status, title := term.Column{Title: "Status", Left: true, Rank: 1}, term.Column{Title: "Title", Left: true, Rank: 5, Least: 16}
	to, named := term.Column{Title: "To", Left: true, Least: 8}, false
	for _, r := range all {
		share, known := r.ReadRate()
		people := func(n int) string {
			if !known {
				return "–"
			}
			return term.Count(n)
		}
		key.Cells = append(key.Cells, cmp.Or(strings.TrimPrefix(r.Message.Address, block), r.Message.Address))
		rate.Cells = append(rate.Cells, term.Percent(share, known))
		bar.Cells = append(bar.Cells, s.Bar(share, known, r.Message.Target, max(10, s.BarWidth()/2)))
		read.Cells = append(read.Cells, people(r.Counts.Read))
		audience.Cells = append(audience.Cells, people(r.Counts.Audience()))
		status.Cells = append(status.Cells, string(r.Status))
		title.Cells = append(title.Cells, r.Message.Title)
		to.Cells = append(to.Cells, recipient(r, d))
		named = named || recipient(r, d) != ""
	}
	if named {
		return []term.Column{key, to, rate, bar, status, read, audience, title}
	}
	return []term.Column{key, rate, bar, status, read, audience, title}
}

// recipient is the person that a message went to; "" for a message to several people
// or to an unknown audience.
func recipient(r *job.Result, d *job.Directory) string {
	if len(r.Audience.UserIDs) != 1 {
		return ""
	}
	id := r.Audience.UserIDs[0]
	if job.Erased(id) {
		return ""
	}
	if p, found := d.Person(r.Audience.Roster, id); found {
		return cmp.Or(p.Name, id)
	}
	return id
}
