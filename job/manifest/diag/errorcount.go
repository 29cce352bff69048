package diag

import (
	"fmt"
	"strconv"
)

// An ErrorCount counts the mistakes in a table's rows: the same mistake in a
// thousand rows is one diagnostic with a count.
type ErrorCount struct {
	// File is the table's name.
	File string

	groups map[groupKey]*group
	// order keeps the groups in the order in which they were met.
	order []*group
}

// Mistakes with the same key are the same mistake.
type groupKey struct {
	severity        Severity
	summary, column string
}

type group struct {
	severity Severity
	problem  *Problem
	snippet  string
	lines    []int // the first ones
	count    int
}

// FirstLines is how many rows or instances with a mistake are named.
const FirstLines = 5

// Add counts a mistake in a row. Of those with one summary and one column the
// first is shown.
func (t *ErrorCount) Add(severity Severity, column string, p *Problem, line int, snippet string) {
	key := groupKey{severity, p.Summary, column}
	g := t.groups[key]
	if g == nil {
		if t.groups == nil {
			t.groups = make(map[groupKey]*group)
		}
		g = &group{severity: severity, problem: p, snippet: excerpt(snippet)}
		t.groups[key] = g
		t.order = append(t.order, g)
	}
	g.count++
	if len(g.lines) < FirstLines {
		g.lines = append(g.lines, line)
	}
}

// IsEmpty reports whether nothing was counted.
func (t *ErrorCount) IsEmpty() bool { return len(t.order) == 0 }

// ReportTo adds a diagnostic for each group.
func (t *ErrorCount) ReportTo(c *Collector) {
	for _, g := range t.order {
		detail := g.problem.Detail
		if g.count > 1 {
			detail += fmt.Sprintf(" The same in %s: lines %s.", Counted(g.count, "row", "rows"), lineList(g.lines, g.count))
		}
		c.Append(Diagnostic{
			Severity: g.severity, Summary: g.problem.Summary, Detail: detail,
			File: t.File, Line: g.lines[0], Snippet: g.snippet, Count: g.count,
		})
	}
}

func lineList(lines []int, count int) string {
	texts := make([]string, len(lines))
	for i, n := range lines {
		texts[i] = strconv.Itoa(n)
	}
	return FirstOf(texts, count)
}
