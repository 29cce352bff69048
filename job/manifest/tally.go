package manifest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"notifyaudit/job/table"
)

// A tally gathers the mistakes in a table's rows: the same mistake in a thousand
// rows is one diagnostic that counts them.
type tally struct {
	file string
	by   map[string]*tallied
	// order keeps the mistakes as they were met.
	order []*tallied
}

type tallied struct {
	severity Severity
	problem  *problem
	snippet  string
	lines    []int // the first ones
	count    int
}

// firstLines is how many rows with a mistake are named.
const firstLines = 5

// add counts a mistake in a row. Those with one summary and one column are the
// same; the first is shown.
func (t *tally) add(severity Severity, column string, p *problem, line int, snippet string) {
	key := string(severity) + "\x00" + p.summary + "\x00" + column
	m := t.by[key]
	if m == nil {
		if t.by == nil {
			t.by = make(map[string]*tallied)
		}
		m = &tallied{severity: severity, problem: p, snippet: excerpt(snippet)}
		t.by[key] = m
		t.order = append(t.order, m)
	}
	m.count++
	if len(m.lines) < firstLines {
		m.lines = append(m.lines, line)
	}
}

// fault counts what the table reader says of a row; false when the error is the
// whole table's.
func (t *tally) fault(err error) bool {
	row, ok := errors.AsType[*table.RowError](err)
	if ok {
		t.add(SeverityError, "", problemf("Row not readable", "%s", sentence(row.Err)), row.Line, row.Text)
	}
	return ok
}

// report hands the diagnostics over.
func (t *tally) report(l *loader) {
	for _, m := range t.order {
		detail := m.problem.detail
		if m.count > 1 {
			detail += fmt.Sprintf(" The same in %s: lines %s.", counted(m.count, "row", "rows"), lineList(m.lines, m.count))
		}
		l.diags = append(l.diags, Diagnostic{
			Severity: m.severity, Summary: m.problem.summary, Detail: detail,
			File: t.file, Line: m.lines[0], Snippet: m.snippet, Count: m.count,
		})
	}
}

func lineList(lines []int, count int) string {
	texts := make([]string, len(lines))
	for i, n := range lines {
		texts[i] = strconv.Itoa(n)
	}
	return firstOf(texts, count)
}

// firstOf lists the first of count names.
func firstOf(texts []string, count int) string {
	if count > len(texts) {
		return strings.Join(texts, ", ") + " …"
	}
	return listed(texts)
}

// excerpt cuts a row to what fits on a line.
func excerpt(row string) string {
	const most = 200
	row = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, row)
	if runes := []rune(row); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return row
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
