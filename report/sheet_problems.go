package report

import (
	"cmp"
	"slices"
	"strings"
)

// allFindings are everything that a reader of the figures should know, the
// gravest first.
func (b *book) allFindings() []Finding {
	all := b.runFindings()
	for _, g := range b.troubles.sorted() {
		all = append(all, b.troubles.finding(g, &b.in))
	}
	all = append(all, b.in.Findings...)
	all = append(all, b.textFindings()...)
	if b.pooled > 0 {
		all = append(all, b.finding(SeverityInfo, "pooled", b.pooled, nil))
	}
	if n := len(b.troubles.erased); n > 0 {
		all = append(all, b.finding(SeverityInfo, "erased", n, nil))
	}
	if n := b.segments[0].nameless; n > 0 && !b.aggregate() {
		all = append(all, b.finding(SeverityInfo, "nameless", n, nil))
	}
	slices.SortStableFunc(all, func(x, y Finding) int {
		return cmp.Compare(gravity(x.Severity), gravity(y.Severity))
	})
	return all
}

func (b *book) finding(severity, key string, count int, examples []string) Finding {
	return Finding{
		Severity: severity, What: b.words.say("problem." + key), Count: count,
		Examples: strings.Join(examples, b.words.say("separator.examples")),
		Do:       b.words.say("do." + key),
	}
}

func (b *book) runFindings() []Finding {
	var all []Finding
	switch run := b.in.Run; {
	case run == nil:
		all = append(all, b.finding(SeverityError, "never", 1, nil))
	case !run.Complete:
		all = append(all, b.finding(SeverityError, "run", 1, []string{run.ID}))
	}
	var missing []string
	for _, name := range b.opts.Campaigns {
		if _, known := b.figures.index[name]; !known {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		all = append(all, b.finding(SeverityWarning, "no_campaign", len(missing), missing[:min(len(missing), maxExamples)]))
	}
	return all
}

func (b *book) textFindings() []Finding {
	var all []Finding
	if c := b.texts.replaced; c.count > 0 {
		all = append(all, b.finding(SeverityWarning, "replaced", c.count, c.examples))
	}
	if c := b.texts.cut; c.count > 0 {
		all = append(all, b.finding(SeverityWarning, "cut", c.count, c.examples))
	}
	return all
}

// gravity orders severities; what nobody knows comes last.
func gravity(severity string) int {
	i := slices.Index([]string{SeverityError, SeverityWarning, SeverityInfo}, severity)
	if i < 0 {
		return 3
	}
	return i
}

func (b *book) problemSheet() *Sheet {
	w := b.words
	rows := make([][]Cell, 0, len(b.findings))
	for i := range b.findings {
		rows = append(rows, findingRow(&b.findings[i], w))
	}
	return &Sheet{
		Columns: []Column{
			w.column("severity", TypeText, 10), w.wrapped("problem", widthText), w.integer("count"),
			w.wrapped("examples", 44), w.wrapped("advice", 44),
		},
		Count: len(rows),
		Rows:  rowsOf(rows),
	}
}

func findingRow(f *Finding, w *words) []Cell {
	return []Cell{
		text(w.say("severity." + f.Severity)), text(f.What), Integer(f.Count), text(f.Examples), text(f.Do),
	}
}
