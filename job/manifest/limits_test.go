package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// TestLimits exceeds each limit once.
func TestLimits(t *testing.T) {
	title := func(expression string) string { return message("title = length(" + expression + ")") }
	thousand := "[for a in range(10) : [for b in range(100) : \"${a}-${b}\"]]"
	tests := []struct{ name, text, place, want, says string }{
		{"file", strings.Repeat("# comment\n", 105_000), "main.audit.hcl:0", "Manifest not readable", "larger than 1024 KiB"},
		{"nesting", "locals {\n  a = " + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "\n}", "main.audit.hcl:2", "Nested too deeply", "64 deep"},
		{"nested JSON", title(`jsondecode(file("deep"))`), "main.audit.hcl:3", "Error in function call", "nested deeper than 64"},
		{"nested YAML", title(`yamldecode(file("deep"))`), "main.audit.hcl:3", "Error in function call", "nested deeper than 64"},
		{"nested lists of YAML", title(`yamldecode(file("lists"))`), "main.audit.hcl:3", "Error in function call", "nested deeper than 64"},
		{"instances", forEach(`{ for r in csvdecode(file("rows.csv")) : r.id => r }`, ""), "main.audit.hcl:2", "Too many instances", "at most 100000 elements, and this one has 101000"},
		{"text", doubling(22, `"0123456789"`, `"${X}${X}"`), "main.audit.hcl:24", "Value too large", "32 MiB"},
		{"list", doubling(20, `[1, 2]`, `[X, X]`), "main.audit.hcl:21", "Value too large", "32 MiB"},
		{"sum of locals", doubling(20, `"0123456789"`, `"${X}${X}"`) + "locals {\n" + moreLocals(24, "local.l20") + "}", "main.audit.hcl:38", "Values too large", "256 MiB"},
		{"sum of instances", doubling(18, `"0123456789"`, `"${X}${X}"`) + forEach("toset(flatten("+thousand+"))", `title = "${each.key}${local.l18}"`), "main.audit.hcl:29", "Values too large", "256 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{
				"main.audit.hcl": tt.text, "provider.audit.hcl": provider,
				"deep": strings.Repeat("[", 2000), "lists": strings.Repeat("- ", 70),
			}
			if strings.Contains(tt.text, "rows.csv") {
				files["rows.csv"] = manyIDs(101_000)
			}
			_, diags := manifest.Load(t.Context(), options(folder(t, files)))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.want, []string{tt.says})
		})
	}
}

// moreLocals sets n locals to an expression.
func moreLocals(n int, expression string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  more%d = %s\n", i, expression)
	}
	return b.String()
}
