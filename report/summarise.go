package report

import (
	"cmp"
	"strings"

	"notifyaudit/job"
)

func (b *book) summary() *Summary {
	s := &Summary{
		Sheet:         b.words.say("sheet.summary"),
		Title:         CleanText(b.in.Title),
		Facts:         b.facts(),
		Figures:       b.summaryFigures(),
		Charts:        b.charts(),
		Attention:     b.attention(),
		ContentsLabel: b.words.say("contents"),
	}
	s.Complete, s.Verdict = b.verdict()
	for _, key := range SheetKeys() {
		if key == SheetDepartments {
			for _, of := range b.segments {
				s.Contents = b.content(s.Contents, of.sheet, b.segmentTitle(of), b.segmentAbout(of))
			}
			continue
		}
		s.Contents = b.content(s.Contents, key, b.words.say("sheet."+string(key)), b.words.say("about."+string(key)))
	}
	return s
}

func (b *book) content(all []ContentsEntry, key SheetKey, title, about string) []ContentsEntry {
	if key == SheetSummary || !b.wanted(key) {
		return all
	}
	return append(all, ContentsEntry{Sheet: key, Title: title, Description: about})
}

func (b *book) segmentTitle(of *segment) string {
	if of.named() {
		return b.words.say("sheet." + string(of.sheet))
	}
	return of.label
}

func (b *book) segmentAbout(of *segment) string {
	if of.named() {
		return b.words.say("about." + string(of.sheet))
	}
	return b.words.say("about.segment", of.label)
}

// verdict says whether the figures are everything that could be known. They are
// when the run asked everything and every message had an answer; a message that
// nobody can read any more is not missing from them, but it is told.
func (b *book) verdict() (complete bool, text string) {
	w, totals := b.words, &b.figures.Totals
	switch {
	case b.in.Run == nil:
		return false, w.say("verdict.never")
	case totals.Messages == 0 && b.in.Run.Complete:
		return true, w.say("verdict.empty")
	}
	troubled, lost := b.troubled(), b.troubles.count(troubleLost)
	complete = b.in.Run.Complete && troubled == "" && b.open == 0
	said := []string{w.say("verdict.complete")}
	if !complete {
		said[0] = w.say("verdict.incomplete")
	}
	if !b.in.Run.Complete {
		said = append(said, w.say("verdict.run"))
	}
	if troubled != "" {
		said = append(said, troubled)
	}
	if b.open > 0 {
		said = append(said, w.say("verdict.open"))
	}
	if lost > 0 {
		said = append(said, w.say("verdict.lost", w.count("n.messages", lost)))
	}
	if coverage, known := totals.Counts.Coverage(); known && totals.Counts.Unknown > 0 {
		said = append(said, w.say("verdict.coverage", w.percent(coverage)))
	}
	return complete, strings.Join(said, w.say("separator.sentence"))
}

// troubled says how many messages have no up-to-date answer, by status; "" when
// all have.
func (b *book) troubled() string {
	w, sum := b.words, 0
	var parts []string
	for _, status := range openStatuses() {
		if n := b.figures.Statuses[status]; n > 0 {
			sum += n
			parts = append(parts, w.say("verdict.status", w.number(n), w.say("status."+string(status))))
		}
	}
	if sum == 0 {
		return ""
	}
	return w.say("verdict.troubled", w.number(sum), w.count("n.messages", b.figures.Totals.Messages), w.list(parts))
}

// openStatuses are those of messages without an up-to-date answer.
func openStatuses() []job.Status {
	return []job.Status{job.StatusPending, job.StatusDeferred, job.StatusRejected, job.StatusIncomplete, job.StatusFailed}
}

func (b *book) facts() []Figure {
	w, f := b.words, b.figures
	asOf := Figure{
		Key: "data_as_of", Name: "DataAsOf", Label: w.say("fact.data_as_of"), Type: TypeTime, Value: Time(f.Newest),
	}
	switch {
	case f.Newest.IsZero():
		asOf.Note = w.say("fact.no_reading")
	case w.when(f.Oldest) != w.when(f.Newest):
		asOf.Note = w.say("fact.oldest", w.when(f.Oldest))
	}
	facts := []Figure{asOf, {
		Key: "timezone", Label: w.say("fact.timezone"), Type: TypeText, Value: text(w.location.String()),
	}}
	if run := b.in.Run; run != nil {
		state := "fact.run.complete"
		if !run.Complete {
			state = "fact.run.interrupted"
		}
		facts = append(facts, Figure{
			Key: "run", Label: w.say("fact.run"), Type: TypeText, Value: text(run.ID), Note: w.say(state),
		})
	}
	facts = append(facts, b.modeFact())
	if b.opts.Campaigns != nil {
		facts = append(facts, Figure{
			Key: "campaigns", Label: w.say("fact.campaigns"), Type: TypeText, Value: text(w.list(b.opts.Campaigns)),
		})
	}
	return facts
}

// modeFact says how much of people is shown.
func (b *book) modeFact() Figure {
	w, mode := b.words, cmp.Or(b.in.Privacy.People, PeopleNamed)
	f := Figure{Key: "people_mode", Label: w.say("topic.mode"), Type: TypeText, Value: Text(w.say("mode." + string(mode)))}
	if b.aggregate() {
		f.Note = w.say("fact.minimum", b.in.Privacy.Minimum())
	}
	return f
}

func (b *book) figure(key string, t Type, value Cell, note string) Figure {
	return Figure{Key: key, Label: b.words.say("figure." + key), Type: t, Value: value, Note: note}
}

func (b *book) summaryFigures() []Figure {
	w, f := b.words, b.figures
	totals, counts := &f.Totals, f.Totals.Counts
	rate := b.figure("read_rate", TypeRate, w.rateOf(counts), w.known(counts))
	rate.Name = "ReadRate"
	coverage := b.figure("coverage", TypeRate, Number(counts.Coverage()), "")
	coverage.Name = "Coverage"
	people := Cell{}
	if n := b.segments[0].people(); n > 0 {
		people = Integer(n)
	}
	cells := countCells(counts, f.HasAudience, f.HasReading)
	return []Figure{
		rate, coverage, b.meanFigure(), b.targetFigure(), b.changeFigure(),
		b.figure("messages", TypeInteger, Integer(totals.Messages), ""),
		b.figure("people", TypeInteger, people, ""),
		b.figure("deliveries", TypeInteger, cells[0], ""),
		b.figure("read", TypeInteger, cells[1], ""),
		b.figure("unread", TypeInteger, cells[2], ""),
		b.figure("unknown", TypeInteger, cells[3], ""),
		b.belowFigure(),
		b.figure("recalled", TypeInteger, Integer(totals.Recalled), w.say("note.recalled")),
		b.figure("without_reading", TypeInteger, Integer(totals.WithoutReading), ""),
	}
}

func (b *book) meanFigure() Figure {
	low, high, known := b.figures.Totals.MeanRateRange()
	f := b.figure("mean_read_rate", TypeRate, b.words.rateBetween(low, high, known), "")
	if known {
		f.Note = b.words.say("note.mean", b.words.count("n.messages", b.figures.Totals.Counted))
		if counts := b.figures.Totals.Counts; counts.Unknown > 0 {
			coverage, some := counts.Coverage()
			f.Note = b.words.say("chart.known", f.Note, b.words.share(coverage, some))
		}
	}
	return f
}

func (b *book) targetFigure() Figure {
	f := b.figure("target", TypeRate, Number(b.figures.Target()), "")
	switch mean := &b.figures.target; {
	case mean.weight > 0 && mean.missing > 0:
		f.Note = b.words.say("note.no_target", b.words.count("n.messages", mean.missing))
	case mean.mixed:
		f.Note = b.words.say("note.target")
	}
	return f
}

func (b *book) changeFigure() Figure {
	change, known := b.figures.Change()
	f := b.figure("change", TypeChange, Number(change.Rate, known), "")
	if known {
		f.Note = b.words.say("note.change", b.words.between(change.Oldest, change.Newest), b.words.count("n.messages", change.Messages))
	}
	return f
}

// belowFigure is empty when no message has a target and a rate.
func (b *book) belowFigure() Figure {
	totals := &b.figures.Totals
	if b.figures.target.weight == 0 || totals.Counted == 0 {
		return b.figure("below_target", TypeInteger, Cell{}, "")
	}
	return b.figure("below_target", TypeInteger, Integer(totals.BelowTarget),
		b.words.say("note.below", b.words.count("n.messages", totals.Counted)))
}
