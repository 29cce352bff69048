package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// TestFunctionsAsDocumented holds the functions against what Terraform's
// documentation says of them.
func TestFunctionsAsDocumented(t *testing.T) {
	tests := []struct{ expression, want string }{
		{`sum([10, 13, 6, 4.5])`, `33.5`},
		{`sum(["1", 2])`, `3`},
		{`sum(toset([1, 2, 2]))`, `3`},
		{`can(sum([])) || can(sum([1, null])) || can(sum("1")) || can(sum(["x"]))`, `false`},
		{`yamldecode("hello: world")`, `map[hello:world]`},
		{`yamldecode("a: true\nb: 1\nc: [x, 2]\nd: null")`, `map[a:true b:1 c:[x 2] d:<nil>]`},
		{`yamldecode("{a: &foo [1, 2, 3], b: *foo}").b`, `[1 2 3]`},
		{`can(yamldecode("a: [")) || can(yamldecode("{a: &foo [1, *foo, 3]}"))`, `false`},
		{`lookup({a="ay", b="bee"}, "a", "what?")`, `ay`},
		{`lookup({a="ay", b="bee"}, "c", "what?")`, `what?`},
		{`lookup(tomap({a=1}), "a")`, `1`},
		{`can(lookup({a=1}, "b")) || can(lookup([1], "b", 2)) || can(lookup({}, "b", 1, 2))`, `false`},
		{`lookup({a = null}, "a", "x")`, `<nil>`},
		{`flatten([["a", "b"], [], ["c"]])`, `[a b c]`},
		{`flatten([[["a", "b"], []], ["c"]])`, `[a b c]`},
		{`range(3)`, `[0 1 2]`},
		{`range(1, 4)`, `[1 2 3]`},
		{`range(1, 8, 2)`, `[1 3 5 7]`},
		{`range(1, 4, 0.5)`, `[1 1.5 2 2.5 3 3.5]`},
		{`range(4, 1)`, `[4 3 2]`},
		{`range(10, 5, -2)`, `[10 8 6]`},
		{`can(range(1000000000)) || can(range(1025))`, `false`},
		{`distinct(["a", "b", "a", "c", "d", "b"])`, `[a b c d]`},
		{`contains(["a", "b"], "a") && !contains(toset(["a"]), "d")`, `true`},
		{`[ceil(5), ceil(5.1), floor(5), floor(4.9), ceil(-0.5), floor(-0.5)]`, `[5 6 5 4 0 -1]`},
		{`[max(12, 54, 3), min(12, 54, 3), max([12, 54]...)]`, `[54 3 54]`},
		{`merge({a="b", c="d"}, {e="f", c="z"})`, `map[a:b c:z e:f]`},
		{`concat(["a", ""], ["b", "c"])`, `[a  b c]`},
		{`[coalesce("a", "b"), coalesce("", "b"), coalesce(null, 2), coalesce(["", "b"]...)]`, `[a b 2 b]`},
		{`[length([]), length(["a", "b"]), length({"a" = "b"}), length("hello"), length("👾🕹️")]`, `[0 2 1 5 2]`},
		{`keys({a=1, c=2, d=3})`, `[a c d]`},
		{`values({a=3, c=2, d=1})`, `[3 2 1]`},
		{`toset(["a", "b", tostring(3)])`, `[3 a b]`},
		{`tomap({"a" = "foo", "b" = true})`, `map[a:foo b:true]`},
		{`[tonumber(1), tonumber("1"), tostring(1), tostring(true)]`, `[1 1 1 true]`},
		{`tonumber(null) == null && !can(tonumber("no")) && !can(tostring([]))`, `true`},
		{`[format("Hello, %s!", "Ander"), format("There are %d lights", 4), format("%#v", {a = 1}), format("%5.2f", 3.14159)]`, `[Hello, Ander! There are 4 lights {"a":1}  3.14]`},
		{`formatdate("DD MMM YYYY hh:mm ZZZ", "2018-01-02T23:12:01Z")`, `02 Jan 2018 23:12 UTC`},
		{`formatdate("EEEE, DD-MMM-YY hh:mm:ss ZZZ", "2018-01-02T23:12:01-08:00")`, `Tuesday, 02-Jan-18 23:12:01 -0800`},
		{`timeadd("2017-11-22T00:00:00Z", "10m")`, `2017-11-22T00:10:00Z`},
		{`regex("[a-z]+", "53453453.345345aaabbbccc23454")`, `aaabbbccc`},
		{`regex("(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01")`, `[2019 02 01]`},
		{`regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/")`, `map[authority:terraform.io scheme:https]`},
		{`can(regex("[a-z]+", "53453453.34534523454"))`, `false`},
		{`replace("1 + 2 + 3", "+", "-")`, `1 - 2 - 3`},
		{`replace("hello world", "/w.*d/", "everybody")`, `hello everybody`},
		{`[split(",", "foo,bar,baz"), split(",", "foo"), split(",", "")]`, `[[foo bar baz] [foo] []]`},
		{`join("-", ["foo", "bar", "baz"])`, `foo-bar-baz`},
		{`[lower("HELLO"), upper("hello"), trimspace("  hello\n\n")]`, `[hello HELLO hello]`},
		{`csvdecode("a,b,c\n1,2,3\n4,5,6\n")`, `[map[a:1 b:2 c:3] map[a:4 b:5 c:6]]`},
		{`jsondecode("{\"hello\": \"world\", \"n\": [1, null]}")`, `map[hello:world n:[1 <nil>]]`},
		{`[try(tonumber("x"), "fallback"), can(tonumber("1"))]`, `[fallback true]`},
		{`try([for s in ["a"] : s.nothing], "none")`, `none`},
		{`file("note.txt")`, "a note\n"},
		{`csvdecode(file("marked.csv"))`, `[map[id:1 key:甲]]`},
		{`csvdecode(file("powershell.csv"))`, `[map[id:1]]`},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			m, _ := load(t, options(folder(t, map[string]string{
				"main.audit.hcl": provider + message("") + "\noutput \"o\" {\n  value = " + tt.expression + "\n}", "note.txt": "a note\n",
				"marked.csv": "\ufeffid,key\n1,甲\n", "powershell.csv": "\xff\xfei\x00d\x00\n\x001\x00\n\x00",
			})))
			e, diags := m.Evaluate(m.NewValues(manifest.RunValues{}, sent))
			if got := fmt.Sprint(e.Outputs[0].Value); got != tt.want || len(diags) > 0 {
				t.Errorf("got %s, want %s; %v", got, tt.want, diags)
			}
		})
	}
}

func TestLookupKeepsSecrets(t *testing.T) {
	for _, text := range []string{
		`lookup({ a = var.app_secret }, "a", "x")`, `lookup({ a = 1 }, var.app_secret, "x")`, `lookup({ a = 1 }, "b", var.app_secret)`,
		`lookup(tomap({ a = var.app_secret }), "a")`, `lookup({ a = 1 }, var.app_secret)`,
	} {
		_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl": provider + message("title = "+text)})))
		if len(diags) != 1 || strings.Contains(fmt.Sprint(diags), "hunter2") {
			t.Errorf("%s: got %v", text, diags)
		}
	}
}

// TestJSONSyntax writes a manifest in both syntaxes and expects the same.
func TestJSONSyntax(t *testing.T) {
	native := provider + staff + `
locals {
  name = upper("q4")
  list = [for n in range(2) : "n${n}"]
}
message "a" {
  kind              = "group"
  process_query_key = "k"
  title             = "${local.name} ${length(local.list)}"
  audience          = audience.staff
  tags              = { owner = "x" }
}
message "r" {
  for_each          = { a = 1, b = 2 }
  process_query_key = "k-${each.key}"
  audience          = each.value
}
messages "p" {
  source   = "rows.csv"
  roster   = audience.staff
  provider = dingtalk
}
check "c" {
  severity = "warning"
  assert {
    condition     = message.a.read_rate == null
    error_message = "it has ${message.a.read_rate}"
  }
}
output "o" { value = audit.messages }
report "json" { path = "out/${run.date}.json" }
report "excel" "one" { path = "one.xlsx" }
`
	inJSON := `{
"//": "a comment",
"variable": {"app_secret": {"type": "string", "sensitive": true, "default": "hunter2-canary"}},
"provider": {"dingtalk": {"app_key": "key", "app_secret": "${var.app_secret}"}},
"audience": {"staff": {"source": "staff.csv"}},
"locals": {"name": "${upper(\"q4\")}", "list": "${[for n in range(2) : \"n${n}\"]}"},
"message": {
  "a": {"kind": "group", "process_query_key": "k", "title": "${local.name} ${length(local.list)}", "audience": "audience.staff", "tags": {"owner": "x"}},
  "r": {"for_each": {"a": 1, "b": 2}, "process_query_key": "k-${each.key}", "audience": "${each.value}"}
},
"messages": {"p": {"source": "rows.csv", "roster": "${audience.staff}", "provider": "dingtalk"}},
"check": {"c": {"severity": "warning", "assert": [{"condition": "${message.a.read_rate == null}", "error_message": "it has ${message.a.read_rate}"}]}},
"output": {"o": {"value": "${audit.messages}"}},
"report": {"json": {"path": "out/${run.date}.json"}, "excel": {"one": {"path": "one.xlsx"}}}
}`
	read := func(name, text string) ([]job.Message, manifest.Evaluation, []string) {
		m, _ := load(t, options(folder(t, map[string]string{name: text, "staff.csv": "user_id\nu1\n", "rows.csv": "process_query_key,audience\nx,u1\n"})))
		all := messages(t, m)
		for i := range all {
			if all[i].Source.File == name {
				all[i].Source = job.Position{}
			}
		}
		v := m.NewValues(manifest.RunValues{StartedAt: sent}, sent)
		e, _ := m.Evaluate(v)
		reports, diags := m.Reports(manifest.RunValues{StartedAt: sent})
		if len(diags) > 0 {
			t.Error(diags)
		}
		var paths []string
		for _, r := range reports {
			paths = append(paths, r.Format+" "+r.Name+" "+r.Path)
		}
		return all, e, paths
	}
	wantMessages, wantValues, wantReports := read("main.audit.hcl", native)
	gotMessages, gotValues, gotReports := read("main.audit.hcl.json", inJSON)
	if diff := cmp.Diff(wantMessages, gotMessages); diff != "" || len(gotMessages) != 4 {
		t.Errorf("%d messages (-native +JSON):\n%s", len(gotMessages), diff)
	}
	if diff := cmp.Diff(wantValues, gotValues); diff != "" || gotValues.Checks[0].Status != manifest.CheckPass {
		t.Errorf("checks and outputs (-native +JSON):\n%s", diff)
	}
	if diff := cmp.Diff(wantReports, gotReports); diff != "" {
		t.Errorf("reports (-native +JSON):\n%s", diff)
	}
}

func TestJSONMistakes(t *testing.T) {
	tests := []struct{ name, text, place, want, says string }{
		{"block", `{` + "\n" + `"mesage": {}}`, "main.audit.hcl.json:2", "Unsupported block type", `Did you mean "message"?`},
		{"argument", `{"message": {"a": {` + "\n" + `"titel": "x", "process_query_key": "k"}}}`, "main.audit.hcl.json:2", "Unsupported argument", `Did you mean "title"?`},
		{"reference", `{"message": {"a": {"process_query_key": "k",` + "\n" + `"title": "${var.nothing}"}}}`, "main.audit.hcl.json:2", "Undeclared reference", `"nothing"`},
		{"template", `{"message": {"a": {"process_query_key": "k",` + "\n" + `"title": "${1 +}"}}}`, "main.audit.hcl.json:2", "Invalid expression", ""},
		{"comma", `{"audit": {}` + "\n" + `"message": {}}`, "main.audit.hcl.json:2", "Comma missing", ""},
		{"list", `[1]`, "main.audit.hcl.json:1", "Incorrect JSON value type", ""},
		{"nesting", strings.Repeat("[", 70) + strings.Repeat("]", 70), "main.audit.hcl.json:1", "Nested too deeply", ""},
		{"nested template", `{"locals": {` + "\n" + `"x": "` + strings.Repeat("${(", 70) + `1` + strings.Repeat(")}", 70) + `"}}`, "main.audit.hcl.json:2", "Nested too deeply", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl.json": tt.text, "provider.audit.hcl": provider})))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.want, []string{tt.says})
		})
	}
}

func TestListsInRows(t *testing.T) {
	files := map[string]string{
		"main.audit.hcl": provider + "audience \"staff\" { user_ids = [\"u1\", \"7\"] }\n" + strings.Replace(rows("roster = audience.staff"), "csv", "jsonl", 1),
		"rows.jsonl":     `{"process_query_key":"k1","audience":["7"],"not_delivered":["u2"]}` + "\n" + `{"process_query_key":"k2","audience":2}` + "\n" + `{"process_query_key":"k3","audience":["u9","u1","u8"]}` + "\n",
	}
	m, diags := load(t, options(folder(t, files)))
	all := messages(t, m)
	if diff := cmp.Diff([]job.Audience{job.Listed("staff", []string{"7"}), job.Sized(2), job.Listed("staff", []string{"u1", "u8", "u9"})},
		[]job.Audience{all[0].Audience, all[1].Audience, all[2].Audience}); diff != "" {
		t.Errorf("audiences (-want +got):\n%s", diff)
	}
	var found bool
	for _, d := range diags {
		if d.Summary == "People outside of the roster" {
			found = true
			checkDiagnostic(t, d, "main.audit.hcl:14", d.Summary, []string{`audience.staff doesn't have 2 user ids in 1 row, from line 3 on: "u8" and "u9"`})
		}
	}
	if !found {
		t.Errorf("got %v, want a warning about u8 and u9", diags)
	}
	files["rows.jsonl"] = `{"process_query_key":"k1","title":["a"]}` + "\n" + `{"process_query_key":"k2","title":{"a":1}}`
	_, diags = manifest.Load(t.Context(), options(folder(t, files)))
	if len(diags) != 2 || diags[0].Summary != "Unsuitable value" || diags[1].Summary != "Row not readable" || !strings.Contains(diags[1].Detail, `"title" holds an object`) {
		t.Errorf("got %v", diags)
	}
}
