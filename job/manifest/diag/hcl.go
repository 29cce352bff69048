package diag

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// maxSyntax is how many syntax errors of a file are reported.
const maxSyntax = 100

// The summaries of mistakes that others only follow from.
const (
	quoteMissing     = "Quotation mark missing"
	invalidCharacter = "Invalid character"
)

// AddHCL adds hcl's own diagnostics, some of them in better words.
func (c *Collector) AddHCL(diags hcl.Diagnostics) {
	if more := len(diags) - maxSyntax; more > 0 {
		diags = append(slices.Clip(diags[:maxSyntax]), &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Too many mistakes", Subject: diags[maxSyntax].Subject,
			Detail: fmt.Sprintf("There are %d more in this file. Mend the first ones: the others may only follow from them.", more),
		})
	}
	for _, d := range diags {
		severity := SeverityError
		if d.Severity == hcl.DiagWarning {
			severity = SeverityWarning
		}
		p := reword(d)
		switch {
		case d.Subject == nil:
			c.Append(Diagnostic{Severity: severity, Summary: p.Summary, Detail: p.Detail, Count: 1})
		case !c.follows(p.Summary, d.Subject):
			c.addAt(severity, *d.Subject, p)
		}
	}
}

// follows reports whether a mistake only follows from an earlier one: after a
// missing quotation mark the rest of the file is misread, after a character that
// can't be read the rest of the line.
func (c *Collector) follows(summary string, at *hcl.Range) bool {
	return slices.ContainsFunc(c.all, func(d Diagnostic) bool {
		switch {
		case d.File != at.Filename:
			return false
		case summary == quoteMissing:
			return d.Summary == quoteMissing
		}
		return d.Summary == invalidCharacter && d.Line == at.Start.Line && strings.HasPrefix(summary, "Invalid ")
	})
}

// reword explains in better words what hcl explains poorly.
func reword(d *hcl.Diagnostic) *Problem {
	p := &Problem{Summary: d.Summary, Detail: d.Detail}
	if strings.HasPrefix(d.Summary, "Missing attribute sep") {
		p.Summary = "Comma missing"
		return p
	}
	switch d.Summary {
	case "Call to unknown function":
		if !strings.Contains(d.Detail, "Did you mean") {
			p.Detail += " The functions are listed by: notifyaudit help functions"
		}
	case "Invalid multi-line string", "Unterminated string literal", "Unterminated template string":
		p.Summary, p.Detail = quoteMissing, `A text begins with a quotation mark and must end with one on the same line.`
	case "Attribute redefined":
		p.Summary = "Argument set twice"
	case "Missing array element separator":
		p.Summary = "Comma missing"
	case "Unclosed configuration block":
		p.Summary, p.Detail = "Closing brace missing", "The block that begins here has no closing brace }."
	case invalidCharacter:
		if strings.Contains(d.Detail, "quot") {
			p.Detail = `Use straight quotation marks ("), not curly ones.`
		}
	}
	return p
}

// redactAssignment hides the value that a line assigns to a secret, where it is
// written out.
func redactAssignment(line string) string {
	secret := regexp.MustCompile(`(?i)^(.*?\b\w*(?:secret|token|ticket|password)\w*"?\s*[=:]\s*)(.*["<].*)$`)
	return secret.ReplaceAllString(line, "${1}"+Redacted)
}
