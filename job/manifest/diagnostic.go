package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Severity says whether a manifest can be used in spite of a diagnostic.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// A Diagnostic is one mistake in what the user wrote, or something to look at.
// It never holds a sensitive value.
type Diagnostic struct {
	Severity Severity
	// Summary is a short sentence that is the same for every mistake of a kind;
	// Detail says what is wrong here and what to write instead.
	Summary, Detail string
	// File is relative to the manifest's folder; empty when the mistake is in no
	// file, as with a flag.
	File string
	// Line and Column are from 1, 0 when unknown; a column counts characters.
	// EndColumn is behind the last character, on the same line.
	Line, Column, EndColumn int
	// Snippet is the text of the line, secrets masked; it may be empty.
	Snippet string
	// Count is how often the mistake was made, 1 or more; the place is the first.
	Count int
}

// String is the diagnostic on one line: "messages.csv:73113: summary: detail".
func (d Diagnostic) String() string {
	text := string(d.Severity) + ": " + d.Summary
	if d.Detail != "" {
		text += ": " + d.Detail
	}
	switch {
	case d.File == "":
		return text
	case d.Line == 0:
		return d.File + ": " + text
	}
	return fmt.Sprintf("%s:%d: %s", d.File, d.Line, text)
}

// Diagnostics are sorted by file, line and column; those without a file come
// first.
type Diagnostics []Diagnostic

// HasErrors reports whether anything stands in the way.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == SeverityError })
}

// errors counts the errors.
func (ds Diagnostics) errors() int {
	n := 0
	for _, d := range ds {
		if d.Severity == SeverityError {
			n++
		}
	}
	return n
}

func (ds Diagnostics) sorted() Diagnostics {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Summary, b.Summary),
		)
	})
	return slices.CompactFunc(ds, func(a, b Diagnostic) bool { return a == b })
}

// A problem is what is wrong with a value, wherever it stands.
type problem struct {
	summary, detail string
	// argument is the one it is about, where that isn't the one being read.
	argument string
}

func (p *problem) Error() string { return p.summary + ": " + p.detail }

func problemf(summary, format string, args ...any) *problem {
	return &problem{summary: summary, detail: fmt.Sprintf(format, args...)}
}

// listed joins names for a sentence: "a, b and c".
func listed(names []string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
