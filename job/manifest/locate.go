package manifest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// fail adds an error that has no place.
func (l *loader) fail(summary, detail string) {
	l.diags = append(l.diags, Diagnostic{Severity: SeverityError, Summary: summary, Detail: detail, Count: 1})
}

func (l *loader) failf(summary, format string, args ...any) {
	l.fail(summary, fmt.Sprintf(format, args...))
}

// failIn adds an error about a whole file.
func (l *loader) failIn(file, summary, detail string) {
	l.diags = append(l.diags, Diagnostic{Severity: SeverityError, Summary: summary, Detail: detail, File: file, Count: 1})
}

// failAt adds an error at a place in the manifest.
func (l *loader) failAt(at hcl.Range, p *problem) { l.addAt(SeverityError, at, p.summary, p.detail) }

func (l *loader) warnAt(at hcl.Range, p *problem) { l.addAt(SeverityWarning, at, p.summary, p.detail) }

func (l *loader) addAt(severity Severity, at hcl.Range, summary, detail string) {
	if severity == SeverityError && len(l.diags) >= maxDiagnostics {
		l.untold++
		return
	}
	d := Diagnostic{
		Severity: severity, Summary: summary, Detail: detail, Count: 1,
		File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, EndColumn: at.End.Column,
	}
	lines := l.lines[at.Filename]
	if d.Line > 0 && d.Line <= len(lines) && len(lines[d.Line-1]) <= maxSnippet {
		d.Snippet = masked(strings.TrimRight(lines[d.Line-1], "\r"))
		if at.End.Line != at.Start.Line {
			d.EndColumn = len([]rune(d.Snippet)) + 1
		}
	}
	l.diags = append(l.diags, d)
}

// The bounds of what is told: a file can have a mistake in every second byte, and
// all of them on one line.
const (
	maxSnippet = 8 << 10
	// maxDiagnostics is how many there are before errors are only counted.
	maxDiagnostics = 1000
	// maxSyntax is how many mistakes in the syntax are told of a file.
	maxSyntax = 100
)

// add takes over hcl's own diagnostics.
func (l *loader) add(diags hcl.Diagnostics) {
	if more := len(diags) - maxSyntax; more > 0 {
		diags = append(slices.Clip(diags[:maxSyntax]), hclError("Too many mistakes",
			fmt.Sprintf("There are %d more in this file. Mend the first ones: the others may only follow from them.", more), *subjectOf(diags[maxSyntax])))
	}
	for _, d := range diags {
		severity := SeverityError
		if d.Severity == hcl.DiagWarning {
			severity = SeverityWarning
		}
		summary, detail := reword(d)
		if l.follows(summary, d.Subject) {
			continue
		}
		if d.Subject == nil {
			l.diags = append(l.diags, Diagnostic{Severity: severity, Summary: summary, Detail: detail, Count: 1})
			continue
		}
		l.addAt(severity, *d.Subject, summary, detail)
	}
}

func subjectOf(d *hcl.Diagnostic) *hcl.Range {
	if d.Subject == nil {
		return &hcl.Range{}
	}
	return d.Subject
}

// The summaries of mistakes that others only follow from.
const (
	quoteMissing     = "Quotation mark missing"
	invalidCharacter = "Invalid character"
)

// follows reports whether a mistake only follows from one before: an open
// quotation mark turns the rest of the file inside out, and a character that
// can't be read the rest of the line.
func (l *loader) follows(summary string, at *hcl.Range) bool {
	return at != nil && slices.ContainsFunc(l.diags, func(d Diagnostic) bool {
		switch {
		case d.File != at.Filename:
			return false
		case summary == quoteMissing:
			return d.Summary == quoteMissing
		}
		return d.Summary == invalidCharacter && d.Line == at.Start.Line && strings.HasPrefix(summary, "Invalid ")
	})
}

// reword gives better words to what hcl says poorly.
func reword(d *hcl.Diagnostic) (summary, detail string) {
	if strings.HasPrefix(d.Summary, "Missing attribute sep") {
		return "Comma missing", d.Detail
	}
	switch d.Summary {
	case "Call to unknown function":
		if !strings.Contains(d.Detail, "Did you mean") {
			return d.Summary, d.Detail + " The functions are listed by: notifyaudit help functions"
		}
	case "Invalid multi-line string", "Unterminated string literal", "Unterminated template string":
		return quoteMissing, `A text begins with a quotation mark and must end with one on the same line.`
	case "Attribute redefined":
		return "Argument set twice", d.Detail
	case "Missing array element separator":
		return "Comma missing", d.Detail
	case "Unclosed configuration block":
		return "Closing brace missing", "The block that begins here has no closing brace }."
	case invalidCharacter:
		if strings.Contains(d.Detail, "quot") {
			return d.Summary, `Use straight quotation marks ("), not curly ones.`
		}
	}
	return d.Summary, d.Detail
}

// finish sorts the diagnostics and takes every known secret out of them.
func (l *loader) finish() Diagnostics {
	if l.untold > 0 {
		l.fail("Too many mistakes", fmt.Sprintf("There are %d more. Mend these first: the others may only follow from them.", l.untold))
	}
	for i := range l.diags {
		d := &l.diags[i]
		for _, secret := range l.secrets {
			d.Summary = strings.ReplaceAll(d.Summary, secret, hidden)
			d.Detail = strings.ReplaceAll(d.Detail, secret, hidden)
			d.Snippet = strings.ReplaceAll(d.Snippet, secret, hidden)
		}
	}
	return l.diags.sorted()
}

const (
	hidden = "(sensitive)"
	// minSecret is the shortest value that is looked for in diagnostics: a
	// shorter one keeps no secret and would mask half of every sentence.
	minSecret = 4
)

// keep remembers a value that no diagnostic may show, line by line.
func (l *loader) keep(secret string) {
	known := make(map[string]bool, len(l.secrets))
	for _, line := range l.secrets {
		known[line] = true
	}
	for line := range strings.SplitSeq(secret, "\n") {
		if line = strings.TrimSpace(line); len(line) >= minSecret && !known[line] {
			known[line] = true
			l.secrets = append(l.secrets, line)
		}
	}
	slices.SortFunc(l.secrets, func(a, b string) int { return len(b) - len(a) })
}

// masked hides what a line sets a secret to, if that is written out.
func masked(line string) string {
	secret := regexp.MustCompile(`(?i)^(.*?\b\w*(?:secret|token|ticket|password)\w*"?\s*[=:]\s*)(.*["<].*)$`)
	return secret.ReplaceAllString(line, "${1}"+hidden)
}
