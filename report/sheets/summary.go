package sheets

import (
	"cmp"
	"slices"
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/headline"
	"notifyaudit/report/notices"
	"notifyaudit/report/sheets/cells"
)

// summary is the first sheet.
type summary struct{ *builder }

func (b *summary) make() *report.Summary {
	return &report.Summary{
		Headline:      headline.Of(&b.in, b.overall, b.words.Printer),
		Sheet:         b.words.Say("sheet.summary"),
		Title:         report.CleanText(b.in.Title),
		Facts:         b.facts(),
		Figures:       b.figures(),
		Charts:        b.charts(),
		Attention:     b.lists(),
		ContentsLabel: b.words.Say("contents"),
		Contents:      b.contents(),
	}
}

func (b *summary) contents() []report.ContentsEntry {
	var all []report.ContentsEntry
	add := func(key report.SheetKey, title, about string) {
		if b.wanted(key) {
			all = append(all, report.ContentsEntry{Sheet: key, Title: title, Description: about})
		}
	}
	for _, key := range report.SheetKeys() {
		switch key {
		case report.SheetSummary:
		case report.SheetDepartments:
			for _, of := range b.segments {
				add(of.sheet, of.title, of.about)
			}
		default:
			add(key, b.words.Say("sheet."+string(key)), b.words.Say("about."+string(key)))
		}
	}
	return all
}

func (b *summary) facts() []report.Figure {
	w, f := b.words, b.overall
	asOf := report.Figure{
		Key: "data_as_of", Name: "DataAsOf", Label: w.Say("fact.data_as_of"), Type: report.TypeTime, Value: report.Time(f.Newest),
	}
	switch {
	case f.Newest.IsZero():
		asOf.Note = w.Say("fact.no_reading")
	case w.When(f.Oldest) != w.When(f.Newest):
		asOf.Note = w.Say("fact.oldest", w.When(f.Oldest))
	}
	facts := []report.Figure{asOf, {
		Key: "timezone", Label: w.Say("fact.timezone"), Type: report.TypeText, Value: cells.Text(w.Location.String()),
	}}
	if run := b.in.Run; run != nil {
		state := "fact.run.complete"
		if !run.Complete {
			state = "fact.run.interrupted"
		}
		facts = append(facts, report.Figure{
			Key: "run", Label: w.Say("fact.run"), Type: report.TypeText, Value: cells.Text(run.ID), Note: w.Say(state),
		})
	}
	facts = append(facts, b.modeFact())
	if b.opts.Campaigns != nil {
		facts = append(facts, report.Figure{
			Key: "campaigns", Label: w.Say("fact.campaigns"), Type: report.TypeText, Value: cells.Text(w.List(b.opts.Campaigns)),
		})
	}
	return facts
}

// modeFact says how much of people is shown.
func (b *summary) modeFact() report.Figure {
	w, mode := b.words, cmp.Or(b.in.Privacy.People, report.PeopleNamed)
	f := report.Figure{Key: "privacy", Label: w.Say("fact.privacy"), Type: report.TypeText, Value: report.Text(w.Say("mode." + string(mode)))}
	if b.aggregate() {
		f.Note = w.Say("fact.minimum", b.in.Privacy.Minimum())
	}
	return f
}

func (b *summary) figure(key string, t report.Type, value report.Cell, note string) report.Figure {
	return report.Figure{Key: key, Label: b.words.Say("figure." + key), Type: t, Value: value, Note: note}
}

func (b *summary) figures() []report.Figure {
	w, f := b.words, b.overall
	totals, counts := &f.Totals, f.Counts
	target, _ := f.Target()
	rate := b.figure("read_rate", report.TypeRate, w.RateOf(counts).Against(target), w.Known(counts))
	rate.Name = "ReadRate"
	coverage := b.figure("coverage", report.TypeRate, report.Number(counts.Coverage()), "")
	coverage.Name = "Coverage"
	people := report.Cell{}
	if n := b.segments[0].People(); n > 0 {
		people = report.Integer(n)
	}
	cells := cells.Counts(counts, f.HasAudience, f.HasReading)
	return []report.Figure{
		rate, coverage, b.targetFigure(), b.changeFigure(),
		b.figure("messages", report.TypeInteger, report.Integer(totals.Messages), ""),
		b.figure("people", report.TypeInteger, people, ""),
		b.figure("deliveries", report.TypeInteger, cells[0], ""),
		b.figure("read", report.TypeInteger, cells[1], ""),
		b.figure("unread", report.TypeInteger, cells[2], b.bridge()),
		b.figure("unknown", report.TypeInteger, cells[3], ""),
		b.belowFigure(),
		b.statusFigure("recalled", totals.Recalled, w.Say("note.recalled")),
		b.statusFigure("without_reading", totals.WithoutReading, ""),
	}
}

// statusFigure counts messages. It is empty, and not 0, where an aggregate report shows
// messages together: what became of each of them stands nowhere.
func (b *summary) statusFigure(key string, messages int, note string) report.Figure {
	if slices.ContainsFunc(b.notices.List, func(n *notices.Notice) bool { return n.Pooled }) {
		return b.figure(key, report.TypeInteger, report.Cell{}, "")
	}
	return b.figure(key, report.TypeInteger, report.Integer(messages), note)
}

// bridge explains why the list of unread is shorter than the number of unread:
// "22 = 15 to remind (11 people) + 1 has left + 6 known by number only", "of 11 people"; "" if
// it isn't.
func (b *summary) bridge() string {
	w, of, people := b.words, b.overall.Bridge, b.overall.Remind.People()
	who := w.Count("n.people", people)
	switch {
	case b.aggregate() || of.Total() == people:
		return ""
	case of.Total() == of.ToRemind:
		return w.Say("bridge.people", who)
	}
	remind := w.Count("bridge.remind", of.ToRemind)
	if of.ToRemind != people {
		remind = w.Say("parentheses", remind, who)
	}
	parts := []string{remind}
	for _, part := range []struct {
		key string
		n   int
	}{{"bridge.left", of.Left}, {"bridge.number", of.ByNumber}, {"bridge.closed", of.Closed}} {
		if part.n > 0 {
			parts = append(parts, w.Count(part.key, part.n))
		}
	}
	return w.Number(of.Total()) + " = " + strings.Join(parts, " + ")
}

func (b *summary) targetFigure() report.Figure {
	f := b.figure("target", report.TypeRate, report.Number(b.overall.Target()), "")
	switch some, none, differ := b.overall.Targets(); {
	case some > 0 && none > 0:
		f.Note = b.words.Say("note.no_target", b.words.Count("n.messages", none))
	case differ:
		f.Note = b.words.Say("note.target")
	}
	return f
}

func (b *summary) changeFigure() report.Figure {
	change, known := b.overall.Change()
	f := b.figure("change", report.TypeChange, report.Number(change.Rate, known), "")
	if known {
		f.Note = b.words.Say("note.change", b.words.Between(change.Oldest, change.Newest), b.words.Count("n.messages", change.Messages))
	}
	return f
}

// belowFigure counts notices: a message to one person is below its target until that person
// has read it, which says nothing more than the number of unread. It is empty when no notice
// has a target and a rate.
func (b *summary) belowFigure() report.Figure {
	targeted, below := 0, 0
	for _, n := range b.notices.List {
		under, of := n.BelowTarget()
		targeted, below = targeted+of, below+under
	}
	if targeted == 0 {
		return b.figure("below_target", report.TypeInteger, report.Cell{}, "")
	}
	return b.figure("below_target", report.TypeInteger, report.Integer(below),
		b.words.Say("note.below", b.words.Count("n.notices", targeted)))
}
