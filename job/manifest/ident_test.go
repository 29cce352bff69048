package manifest_test

import (
	"fmt"
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
		{"a number in a list", in("audience", `["u1", 123]`), nil, "main.audit.hcl:4", "Number in place of an identifier"},
		{"numbers of YAML", in("not_delivered", `yamldecode("- 123\n- 4\n")`), nil, "main.audit.hcl:4", "Number in place of an identifier"},
		{"numbers of JSON", `audience "a" { user_ids = jsondecode("[1.0]") }`, nil, "main.audit.hcl:1", "Number in place of an identifier"},
		{"a number as a key", "message \"a\" {\n  process_query_key = 123\n}", nil, "main.audit.hcl:2", "Number in place of an identifier"},
		{"a number as a key of an instance", strings.Replace(forEach(`{ a = 123 }`, ""), "each.key", "each.value", 1), nil, "main.audit.hcl:3", "Number in place of an identifier"},
		{"a number as a robot code", hr(`robot_code = 123`), nil, "main.audit.hcl:4", "Number in place of an identifier"},
		{"an audience of nobody", in("audience", `[]`), nil, "main.audit.hcl:4", "Unsuitable audience"},
		{"a number in a set", in("audience", `toset(["u1", 123])`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number among keys of instances", forEach(`toset(["K1", 123])`, ""), nil, "main.audit.hcl:2", "Error in function call"},
		{"a number without its twins", in("audience", `distinct(["u1", 123])`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number of YAML in a set", in("audience", `toset(yamldecode("[u1, 123]"))`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number in a map", forEach(`tomap({ a = "K1", b = 123 })`, ""), nil, "main.audit.hcl:2", "Error in function call"},
		{"a number in place of nothing", in("audience", `[coalesce("", 123, "u1")]`), nil, "main.audit.hcl:4", "Error in function call"},
		{"a number in place of what is missing", in("audience", `[lookup(tomap({ a = "u1" }), "b", 123)]`), nil, "main.audit.hcl:4", "Invalid function argument"},
		{"a number in a variable", in("audience", `[var.id]`) + "\nvariable \"id\" {\n  type = string\n  default = 123\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a list of a variable", in("audience", `var.ids`) + "\nvariable \"ids\" {\n  type = list(string)\n  default = [\"u1\", 123]\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a list of any", in("audience", `var.ids`) + "\nvariable \"ids\" {\n  type = list(any)\n  default = [\"u1\", 123]\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in an object of a variable", in("audience", `[var.of.id]`) + "\nvariable \"of\" {\n  type = object({ id = string })\n  default = { id = 123 }\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a map of a variable", in("audience", `values(var.of)`) + "\nvariable \"of\" {\n  type = map(string)\n  default = { id = 12345678901234567890 }\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a tuple of a variable", in("audience", `var.of`) + "\nvariable \"of\" {\n  type = tuple([string, number])\n  default = [123, 1]\n}\n", nil, "main.audit.hcl:8", "Number in place of a text"},
		{"a number in a file of values", in("audience", `var.ids`) + "\nvariable \"ids\" { type = set(string) }\n", map[string]string{"a.auto.auditvars": "ids = [\"u1\", 123]\n"}, "a.auto.auditvars:1", "Number in place of a text"},
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

// TestNumbersThatLoseDigits: a number that is written with zeros before it or with
// an exponent is not what it becomes as a text, wherever that happens.
func TestNumbersThatLoseDigits(t *testing.T) {
	const place, summary = "main.audit.hcl:3", "Number loses digits"
	variable := "\nvariable \"v\" { type = any }\n"
	tests := []struct {
		name, text string
		files      map[string]string
		vars       []string
		place      string
		summary    string
	}{
		{name: "template", text: message(`title = "k-${000123}"`), place: place, summary: summary},
		{name: "heredoc", text: message("title = <<EOT\n${000123}\nEOT"), place: "main.audit.hcl:4", summary: summary},
		{name: "conditional", text: message(`title = true ? 000123 : "x"`), place: place, summary: summary},
		{name: "key of an object", text: message(`tags = { 000123 = "x" }`), place: place, summary: summary},
		{name: "key that is calculated", text: forEach(`{ for k in [000123] : k => "x" }`, ""), place: "main.audit.hcl:2", summary: summary},
		{name: "index", text: message(`title = { "000123" = "x" }[000123]`), place: place, summary: summary},
		{name: "parameter", text: message(`title = trimspace(000123)`), place: place, summary: summary},
		{name: "behind a minus", text: message(`title = "k${-007}"`), place: place, summary: summary},
		{name: "exponent", text: message(`title = "k${1E5}"`), place: place, summary: summary},
		{name: "fraction with an exponent", text: message(`title = "k${1.5e+3}"`), place: place, summary: summary},
		{name: "key of a message", text: "message \"a\" {\n\n  process_query_key = 1E5\n}", place: place, summary: summary},
		{name: "user id", text: message(`audience = ["u1", 000123]`), place: place, summary: summary},
		{name: "local", text: message(`title = local.x`) + "\nlocals { x = \"k${000123}\" }\n", place: "main.audit.hcl:5", summary: summary},
		{name: "default", text: message(`title = var.v`) + "\nvariable \"v\" {\n  default = 000123\n}\n", place: "main.audit.hcl:6", summary: summary},
		{name: "number of YAML", text: message(`title = "k-${yamldecode("id: 000123").id}"`), place: place, summary: "Error in function call"},
		{name: "key of YAML", text: message(`title = keys(yamldecode("000123: x"))[0]`), place: place, summary: "Error in function call"},
		{name: "octal of YAML", text: message(`title = "k-${yamldecode("[0o17]")[0]}"`), place: place, summary: "Error in function call"},
		{name: "hexadecimal of YAML", text: message(`title = "k-${yamldecode("a: {b: 0x1F}").a.b}"`), place: place, summary: "Error in function call"},
		{name: "exponent of YAML", text: message(`title = "k-${yamldecode("- 1E5")[0]}"`), place: place, summary: "Error in function call"},
		{name: "sign of YAML", text: message(`title = "k-${yamldecode("- +861380")[0]}"`), place: place, summary: "Error in function call"},
		{name: "exponent of JSON", text: message(`title = "k-${jsondecode("[1.2345678901234568e+17]")[0]}"`), place: place, summary: "Error in function call"},
		{name: "file of values", text: message(`title = "k-${var.v}"`) + variable, files: map[string]string{"a.auto.auditvars": "v = 000123\n"}, place: "a.auto.auditvars:1", summary: summary},
		{name: "file of values in JSON", text: message(`title = "k-${var.v}"`) + variable, files: map[string]string{"a.auto.auditvars.json": "{\n\"v\": 1E5}\n"}, place: "a.auto.auditvars.json:2", summary: summary},
		{name: "manifest in JSON", text: provider, files: map[string]string{"m.audit.hcl.json": "{\"message\": {\"a\": {\n\"process_query_key\": \"K\",\n\"title\": \"k-${000123}\"}}}"}, place: "m.audit.hcl.json:3", summary: summary},
		{name: "value on the command line", text: message(`title = "k-${var.l[0]}"`) + "\nvariable \"l\" { type = list(any) }\n", vars: []string{"l=[000123]"}, place: ":0", summary: summary},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"main.audit.hcl": tt.text}
			if tt.text != provider {
				files["provider.audit.hcl"] = provider
			}
			maps.Copy(files, tt.files)
			opts := options(folder(t, files))
			opts.Vars = tt.vars
			_, diags := manifest.Load(t.Context(), opts)
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.summary, []string{"quotation marks"})
		})
	}
}

// TestNumbersThatKeepDigits: those are numbers as before, and a text with digits is
// a text.
func TestNumbersThatKeepDigits(t *testing.T) {
	for want, text := range map[string]string{
		"k-123456":               `"k-${123456}"`,
		"k-12345678901234567890": `"k-${yamldecode("- 12345678901234567890")[0]}"`,
		"k-0":                    `"k-${0}${jsondecode("[-0]")[0] == 0 ? "" : "x"}"`,
		"k-000123":               `"k-${yamldecode("- '000123'")[0]}"`,
		"000123":                 `yamldecode("- !!str 000123")[0]`,
		"k-0.9":                  `"k-${yamldecode("r: 0.90").r}"`,
		"1e-7":                   `jsondecode("[1e-7]")[0] < 1 ? "1e-7" : "x"`,
		"007, the agent":         `yamldecode("- 007, the agent")[0]`,
		"012\n":                  `yamldecode("- |\n  012\n")[0]`,
	} {
		m, diags := load(t, options(folder(t, map[string]string{"main.audit.hcl": titled("default = 1", text)})))
		if m == nil || len(diags) > 0 || m.Title != strings.TrimSpace(want) {
			t.Errorf("%s: got %+v, %v", text, m, diags)
		}
	}
}

// TestASecretNumberThatLosesDigits: it is in no diagnostic.
func TestASecretNumberThatLosesDigits(t *testing.T) {
	sensitive := provider + message("") + "\nvariable \"pin\" {\n  sensitive = true\n"
	for name, files := range map[string]map[string]string{
		"default": {"main.audit.hcl": sensitive + "  default = 0042424242\n}\n"},
		"file":    {"main.audit.hcl": sensitive + "}\n", "a.auto.auditvars": "pin = 0042424242\n"},
	} {
		_, diags := manifest.Load(t.Context(), options(folder(t, files)))
		if !diags.HasErrors() || strings.Contains(fmt.Sprintf("%+v", diags), "0042424242") {
			t.Errorf("%s: got %+v", name, diags)
		}
	}
}
