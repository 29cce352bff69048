package diag

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// The bounds of what is reported: a file can have a mistake in every second byte,
// all of them on one line.
const (
	maxSnippet = 8 << 10
	// maxDiagnostics is how many errors are kept; further ones are only counted.
	maxDiagnostics = 1000
)

// A Collector collects the diagnostics of one load. It is for one goroutine.
type Collector struct {
	all Diagnostics
	// omitted counts the errors beyond maxDiagnostics.
	omitted int
	// secrets are values that no diagnostic may show, the longest first.
	secrets []string
	// lines are those of the source files, for snippets.
	lines map[string][]string
}

// NewCollector is empty and knows no source file.
func NewCollector() *Collector { return &Collector{lines: make(map[string][]string)} }

// Fork is an empty collector that knows the same source files and secrets.
func (c *Collector) Fork() *Collector { return &Collector{lines: c.lines, secrets: c.secrets} }

// AddSource remembers the lines of a file, for snippets.
func (c *Collector) AddSource(file string, src []byte) {
	c.lines[file] = strings.Split(string(src), "\n")
}

// Line is a line of a source file, from 1, secrets redacted; false when there is
// none.
func (c *Collector) Line(file string, n int) (string, bool) {
	lines := c.lines[file]
	if n < 1 || n > len(lines) || len(lines[n-1]) > maxSnippet {
		return "", false
	}
	return redactAssignment(strings.TrimRight(lines[n-1], "\r")), true
}

// Fail adds an error that has no place.
func (c *Collector) Fail(summary, detail string) {
	c.Append(Diagnostic{Severity: SeverityError, Summary: summary, Detail: detail, Count: 1})
}

// Failf is Fail with a formatted detail.
func (c *Collector) Failf(summary, format string, args ...any) {
	c.Fail(summary, fmt.Sprintf(format, args...))
}

// FailIn adds an error about a whole file.
func (c *Collector) FailIn(file, summary, detail string) {
	c.Append(Diagnostic{Severity: SeverityError, Summary: summary, Detail: detail, File: file, Count: 1})
}

// Warn adds a warning that has no place.
func (c *Collector) Warn(p *Problem) {
	c.Append(Diagnostic{Severity: SeverityWarning, Summary: p.Summary, Detail: p.Detail, Count: max(1, p.Count)})
}

// FailAt adds an error at a place in a source file.
func (c *Collector) FailAt(at hcl.Range, p *Problem) { c.addAt(SeverityError, at, p) }

// WarnAt adds a warning at a place in a source file.
func (c *Collector) WarnAt(at hcl.Range, p *Problem) { c.addAt(SeverityWarning, at, p) }

func (c *Collector) addAt(severity Severity, at hcl.Range, p *Problem) {
	if severity == SeverityError && len(c.all) >= maxDiagnostics {
		c.omitted++
		return
	}
	d := Diagnostic{
		Severity: severity, Summary: p.Summary, Detail: p.Detail, Count: max(1, p.Count),
		File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, EndColumn: at.End.Column,
	}
	if snippet, found := c.Line(d.File, d.Line); found {
		d.Snippet = snippet
		if at.End.Line != at.Start.Line {
			d.EndColumn = len([]rune(snippet)) + 1
		}
	}
	c.all = append(c.all, d)
}

// Append adds diagnostics as they are.
func (c *Collector) Append(ds ...Diagnostic) { c.all = append(c.all, ds...) }

// Capture returns what is added while f runs, in place of keeping it.
func (c *Collector) Capture(f func()) Diagnostics {
	before := c.all
	c.all = nil
	f()
	captured := c.all
	c.all = before
	return captured
}

// HasErrors reports whether an error was added.
func (c *Collector) HasErrors() bool { return c.all.HasErrors() }

// Errors counts the errors that were added.
func (c *Collector) Errors() int {
	n := c.omitted
	for _, d := range c.all {
		if d.Severity == SeverityError {
			n++
		}
	}
	return n
}

// Finish returns the diagnostics sorted, each once, every known secret redacted.
func (c *Collector) Finish() Diagnostics {
	if c.omitted > 0 {
		c.Failf("Too many mistakes", "There are %d more. Mend these first: the others may only follow from them.", c.omitted)
		c.omitted = 0
	}
	for i := range c.all {
		d := &c.all[i]
		d.Summary, d.Detail, d.Snippet = c.Redact(d.Summary), c.Redact(d.Detail), c.Redact(d.Snippet)
	}
	return c.all.sorted()
}

// Redacted replaces a sensitive value.
const Redacted = "(sensitive)"

// minSecret is the length in bytes of the shortest value that is redacted: a
// shorter one is no secret, and would be found in half of all sentences.
const minSecret = 4

// KeepSecret remembers a value that no diagnostic may show, line by line.
func (c *Collector) KeepSecret(secret string) {
	known := make(map[string]bool, len(c.secrets))
	for _, line := range c.secrets {
		known[line] = true
	}
	for line := range strings.SplitSeq(secret, "\n") {
		if line = strings.TrimSpace(line); len(line) >= minSecret && !known[line] {
			known[line] = true
			c.secrets = append(c.secrets, line)
		}
	}
	slices.SortFunc(c.secrets, func(a, b string) int { return len(b) - len(a) })
}

// Redact takes every known secret out of a text.
func (c *Collector) Redact(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, Redacted)
	}
	return text
}
