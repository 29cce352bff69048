package manifest_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/manifest"
)

// TestTwentyMistakesAtOnce checks that no mistake hides another one.
func TestTwentyMistakesAtOnce(t *testing.T) {
	dir := folder(t, map[string]string{
		"a.audit.hcl": `audit {
  titel    = "x"
  language = "de"
  timezone = "Mars"
  refresh { after = "soon" }
}
variable "missing" { type = string }
locals {
  a = local.b
  b = local.a
  c = var.mising
}
provider "dingtalk" {
  endpoint = "http://example.com"
  app_key  = "k"
  limit { requests_per_second = 9999 }
}
audience "staff" { source = "staff.csv" }
audience "none" {}
mesage "a" {}
`,
		"b.audit.hcl": `message "a" {
  kind     = "gruop"
  sent_at  = "yesterday"
  target   = 90
  audience = audience.staf
  process_query_key = "k"
}
message "a" { process_query_key = "l" }
message "b" { title = "t" }
messages "p" {
  source = "rows.csv"
  key    = "employe"
}
report "exel" { path = "a.xlsx" }
report "json" { path = "/a.json" }
check "c" {}
`,
		"rows.csv":  "process_query_key,target\nx,0.5\ny,often\nx,0.5\n",
		"staff.csv": "user_id,joined\nu1,\n,2026-01-01\nu2,soon\n",
	})
	m, diags := manifest.Load(t.Context(), options(dir))
	if m != nil {
		t.Error("it loaded")
	}
	var got []string
	for _, d := range diags {
		got = append(got, fmt.Sprintf("%s:%d %s", d.File, d.Line, d.Summary))
	}
	want := []string{
		"a.audit.hcl:2 Unsupported argument",
		"a.audit.hcl:3 Unknown language",
		"a.audit.hcl:4 Unknown time zone",
		"a.audit.hcl:5 Unsuitable duration",
		"a.audit.hcl:7 No value for a variable",
		"a.audit.hcl:9 Locals in a circle",
		"a.audit.hcl:11 Undeclared reference",
		"a.audit.hcl:13 Missing required argument",
		"a.audit.hcl:14 Unsuitable endpoint",
		"a.audit.hcl:16 Number out of range",
		"a.audit.hcl:19 Missing required argument",
		"a.audit.hcl:20 Unsupported block type",
		"b.audit.hcl:2 Unknown kind",
		"b.audit.hcl:3 Unsuitable time",
		"b.audit.hcl:4 Unsuitable target",
		"b.audit.hcl:5 Unknown audience",
		"b.audit.hcl:8 Two blocks with one name",
		"b.audit.hcl:9 Missing required argument",
		"b.audit.hcl:12 Column not found",
		"b.audit.hcl:14 Unknown report",
		"b.audit.hcl:15 Path outside of the data folder",
		"b.audit.hcl:16 Not supported by this version",
		"rows.csv:3 Unsuitable target",
		"rows.csv:4 Two messages with one identity",
		"staff.csv:3 User id missing",
		"staff.csv:4 Unsuitable date",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
	for _, d := range diags {
		if slices.Contains([]string{d.Summary, d.Detail, d.Snippet}, "") {
			t.Errorf("there is no text in %+v", d)
		}
	}
}
