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
message "d" {
  for_each          = ["x"]
  process_query_key = each.key
}
message "e" {
  for_each          = { for i in range(50) : "k${i}" => i }
  process_query_key = each.key
  target            = each.value
  title             = each.valu
}
message "f" {
  for_each          = { for i in range(50) : "f${i}" => i }
  process_query_key = each.key
  target            = each.value + 2
}
check "d" {
  severity = "fatal"
  assert {
    condition     = message.a.red_rate > 0.9
    error_message = "x"
  }
  assert {
    condition     = message.a.read_rate
    error_message = ""
  }
}
output "o" {
  value = messages.q.read_rate
}
output "p" {}
`,
		"c.audit.hcl.json": `{
"outputs": {},
"message": {
  "j": {"process_query_key": "j", "kid": "group", "audience": "audience.staf"}
}
}`,
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
		"b.audit.hcl:16 Missing required block",
		"b.audit.hcl:18 Unsuitable for_each",
		"b.audit.hcl:25 Undeclared reference",
		"b.audit.hcl:30 Unsuitable target",
		"b.audit.hcl:33 Unknown severity",
		"b.audit.hcl:35 Undeclared reference",
		"b.audit.hcl:39 Unsuitable condition",
		"b.audit.hcl:40 Empty value",
		"b.audit.hcl:44 Undeclared reference",
		"b.audit.hcl:46 Missing required argument",
		"c.audit.hcl.json:2 Unsupported block type",
		"c.audit.hcl.json:4 Unsupported argument",
		"c.audit.hcl.json:4 Unknown audience",
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
