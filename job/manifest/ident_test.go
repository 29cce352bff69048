package manifest_test

import (
	"maps"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// TestIdentifiersEverywhere puts what is no identifier wherever one is read. What
// is refused, and why, is the business of package ident; that it is asked is the
// business of this test.
func TestIdentifiersEverywhere(t *testing.T) {
	const (
		userID = "1.23457E+17" // the summary is "Digits lost"
		key    = "Kna%3D"      // the summary is "Encoded identifier"
	)
	list := "message \"a\" {\n  process_query_key = \"K\"\n  kind = \"group\"\n  ARGUMENT = ELEMENTS\n}"
	in := func(argument, elements string) string {
		return strings.NewReplacer("ARGUMENT", argument, "ELEMENTS", elements).Replace(list)
	}
	tests := []struct {
		name, text string
		files      map[string]string
		place      string
		want       string
	}{
		{"roster", staff, map[string]string{"staff.csv": "user_id\nu1\n" + userID + "\n"}, "staff.csv:3", "Digits lost"},
		{"user_ids", `audience "a" { user_ids = ["` + userID + `"] }`, nil, "main.audit.hcl:1", "Digits lost"},
		{"audience", in("audience", `["`+userID+`"]`), nil, "main.audit.hcl:4", "Digits lost"},
		{"not_delivered", in("not_delivered", `["`+userID+`"]`), nil, "main.audit.hcl:4", "Digits lost"},
		{"audience from JSON", in("audience", `jsondecode("[\"#N/A\"]")`), nil, "main.audit.hcl:4", "Spreadsheet error in place of an identifier"},
		{"audience from YAML", in("audience", `yamldecode("[u1, ~]")`), nil, "main.audit.hcl:4", "Unsuitable value"},
		{"dates from YAML", in("audience", `yamldecode("- 2026-11-20\n")`), nil, "main.audit.hcl:4", "Date in place of an identifier"},
		{"truth values", in("audience", `["u1", true]`), nil, "main.audit.hcl:4", "Truth value in place of an identifier"},
		{"a number in a list", in("audience", `["u1", 000123]`), nil, "main.audit.hcl:4", "Number in place of an identifier"},
		{"numbers of YAML", in("not_delivered", `yamldecode("- 000123\n- 1e3\n")`), nil, "main.audit.hcl:4", "Number in place of an identifier"},
		{"numbers of JSON", `audience "a" { user_ids = jsondecode("[1.0]") }`, nil, "main.audit.hcl:1", "Number in place of an identifier"},
		{"a number as a key", "message \"a\" {\n  process_query_key = 000123\n}", nil, "main.audit.hcl:2", "Number in place of an identifier"},
		{"a number as a key of an instance", strings.Replace(forEach(`{ a = 000123 }`, ""), "each.key", "each.value", 1), nil, "main.audit.hcl:3", "Number in place of an identifier"},
		{"a number as a robot code", hr(`robot_code = 123`), nil, "main.audit.hcl:4", "Number in place of an identifier"},
		{"an audience of nobody", in("audience", `[]`), nil, "main.audit.hcl:4", "Unsuitable audience"},
		{"a number in a set", in("audience", `toset(["u1", 000123])`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number among keys of instances", forEach(`toset(["K1", 000123])`, ""), nil, "main.audit.hcl:2", "Error in function call"},
		{"a number without its twins", in("audience", `distinct(["u1", 000123])`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number of YAML in a set", in("audience", `toset(yamldecode("[u1, 000123]"))`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number in a map", forEach(`tomap({ a = "K1", b = 000123 })`, ""), nil, "main.audit.hcl:2", "Error in function call"},
		{"a number in place of nothing", in("audience", `[coalesce("", 000123, "u1")]`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number in place of what is missing", in("audience", `[lookup(tomap({ a = "u1" }), "b", 000123)]`), nil, "main.audit.hcl:4", "Invalid function argument"},
		{"a number in a variable", in("audience", `[var.id]`) + "\nvariable \"id\" {\n  type = string\n  default = 000123\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a list of a variable", in("audience", `var.ids`) + "\nvariable \"ids\" {\n  type = list(string)\n  default = [\"u1\", 000123]\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a list of any", in("audience", `var.ids`) + "\nvariable \"ids\" {\n  type = list(any)\n  default = [\"u1\", 000123]\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in an object of a variable", in("audience", `[var.of.id]`) + "\nvariable \"of\" {\n  type = object({ id = string })\n  default = { id = 000123 }\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a map of a variable", in("audience", `values(var.of)`) + "\nvariable \"of\" {\n  type = map(string)\n  default = { id = 12345678901234567890 }\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a tuple of a variable", in("audience", `var.of`) + "\nvariable \"of\" {\n  type = tuple([string, number])\n  default = [000123, 1]\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a file of values", in("audience", `var.ids`) + "\nvariable \"ids\" { type = set(string) }\n", map[string]string{"a.auto.auditvars": "ids = [\"u1\", 000123]\n"}, "a.auto.auditvars:1", "Number in place of a text"},
		{"a number in JSON of values", in("audience", `var.ids`) + "\nvariable \"ids\" { type = set(string) }\n", map[string]string{"a.auto.auditvars.json": "{\"ids\": [12345678901234567890]}\n"}, "a.auto.auditvars.json:1", "Number in place of a text"},
		{"audience of a row", rows(""), map[string]string{"rows.csv": "process_query_key,audience\nK,u1;" + userID + "\n"}, "rows.csv:2", "Digits lost"},
		{"not_delivered of a row", rows(""), map[string]string{"rows.csv": "process_query_key,not_delivered\nK,NULL\n"}, "rows.csv:2", "Identifier missing"},
		{"key of a message", "message \"a\" {\n  process_query_key = \"" + key + "\"\n}", nil, "main.audit.hcl:2", "Encoded identifier"},
		{"key of a row", rows(""), map[string]string{"rows.csv": "process_query_key\n" + key + "\n"}, "rows.csv:2", "Encoded identifier"},
		{"key of an instance", forEach(`toset(["`+key+`"])`, ""), nil, "main.audit.hcl:3", "Encoded identifier"},
		{"robot code", in("robot_code", `"ding abc"`), nil, "main.audit.hcl:4", "Blank within an identifier"},
		{"robot code of a provider", hr(`robot_code = "ding abc"`), nil, "main.audit.hcl:4", "Blank within an identifier"},
		{"conversation", in("open_conversation_id", `"cid%3D"`), nil, "main.audit.hcl:4", "Encoded identifier"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"main.audit.hcl": tt.text, "provider.audit.hcl": provider}
			maps.Copy(files, tt.files)
			_, diags := manifest.Load(t.Context(), options(folder(t, files)))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.want, nil)
		})
	}
}
