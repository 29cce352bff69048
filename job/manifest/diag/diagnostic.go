// Package diag collects diagnostics: what is wrong with what a user wrote, where,
// and what to write instead. Sensitive values are redacted in all of them.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
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
	// Snippet is the text of the line, secrets redacted; it may be empty.
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

// HasErrors reports whether at least one of them is an error.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == SeverityError })
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

// A Problem is what is wrong with a value, wherever the value is.
type Problem struct {
	Summary, Detail string
	// Argument is the argument that the problem is about; empty for the one that
	// is being read.
	Argument string
	// Count is how often it was found; 0 is once.
	Count int
}

// Err is the problem as an error.
func (p *Problem) Err() error { return errors.New(p.Summary + ": " + p.Detail) }

// Problemf makes a problem with a formatted detail.
func Problemf(summary, format string, args ...any) *Problem {
	return &Problem{Summary: summary, Detail: fmt.Sprintf(format, args...)}
}
