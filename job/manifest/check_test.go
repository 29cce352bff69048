package manifest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// figured has messages of all forms, and rows e1 and e2.
const figured = provider + `
message "a" {
  process_query_key = "ka"
}
message "b" {
  process_query_key = "kb"
}
message "r" {
  for_each          = toset(["x", "y"])
  process_query_key = each.key
}
messages "p" {
  source = "rows.csv"
  key    = "id"
}
`

func figuredFiles(text string) map[string]string {
	return map[string]string{"figured.audit.hcl": figured, "main.audit.hcl": text, "rows.csv": "id,process_query_key\ne1,k1\ne2,k2\n"}
}

// checkOf is a check with its condition in line 3.
func checkOf(condition string) string {
	return "check \"c\" {\n  assert {\n    condition = " + condition + "\n    error_message = \"wrong\"\n  }\n}\n"
}

var sent = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// results are of the messages of figured: a is read by 3 of 4, b was never read,
// x by 1 of 2, y by 2 of 2, e1 by 1 of 1, e2 has no audience. The readings are of two
// hours before, that of a of 30, and that of y, which is settled, of 100.
func results(t *testing.T, m *manifest.Manifest) []*job.Result {
	t.Helper()
	figures := map[string]struct{ size, readers int }{
		"message.a": {4, 3}, `message.r["x"]`: {2, 1}, `message.r["y"]`: {2, 2}, `messages.p["e1"]`: {1, 1},
	}
	var all []*job.Result
	for _, msg := range messages(t, m) {
		msg.SentAt = sent
		r := &job.Result{Message: msg, Status: job.StatusDeferred}
		if f, read := figures[msg.Address]; read {
			r.Status, r.Reading = job.StatusCurrent, &job.Reading{SendStatus: job.SendSuccess}
			r.Audience, r.Readers = job.Sized(f.size), make([]job.Reader, f.readers)
			r.Reading.FinishedAt = sent.Add(-2 * time.Hour)
			switch msg.Address {
			case "message.a":
				r.Reading.FinishedAt = sent.Add(-30 * time.Hour)
			case `message.r["y"]`:
				r.Status, r.Reading.FinishedAt = job.StatusSettled, sent.Add(-100*time.Hour)
			}
		}
		if msg.Address == "message.b" {
			r.Audience = job.Sized(5)
		}
		r.Count()
		all = append(all, r)
	}
	return all
}

func evaluate(t *testing.T, text string, now time.Time) (manifest.Evaluation, manifest.Diagnostics) {
	t.Helper()
	m, _ := load(t, options(folder(t, figuredFiles(text))))
	v := m.NewValues(manifest.RunValues{ID: "run-1", StartedAt: sent}, now)
	for _, r := range results(t, m) {
		v.Add(r)
	}
	return m.Evaluate(v)
}

func TestConditions(t *testing.T) {
	tests := []struct {
		condition string
		status    manifest.CheckStatus
		message   string
	}{
		{`message.a.read_rate >= 0.75`, "pass", ""},
		{`message.a.read_rate > 0.75`, "fail", "wrong"},
		{`message.a.read == 3 && message.a.unread == 1 && message.a.audience_size == 4`, "pass", ""},
		{`message.a.status == "current" && message.b.status == "deferred"`, "pass", ""},
		{`message.b.audience_size == 5`, "pass", ""},
		{`message.b.read_rate >= 0.9`, "unknown", "message.b.read_rate is not known"},
		{`message.b.unread == 0`, "unknown", "message.b.unread is not known"},
		{`message.b.unread != 0`, "unknown", "message.b.unread is not known"},
		{`message.b.read_rate + message.b.read > 1`, "unknown", "message.b.read and message.b.read_rate are not known"},
		{`message.a.read == 3 || message.b.read_rate > 1`, "pass", ""},
		{`message.a.read == 4 && message.b.read_rate > 1`, "fail", "wrong"},
		{`message.b.read_rate == null`, "pass", ""},
		{`message.a.read_rate == null`, "fail", "wrong"},
		{`coalesce(message.b.read_rate, 0) >= 0.9`, "fail", "wrong"},
		{`try(message.b.read_rate >= 0.9, true)`, "pass", ""},
		{`message.r["x"].read_rate == 0.5`, "pass", ""},
		{`message.r.y.read_rate == 1`, "pass", ""},
		{`length([for m in message.r : m]) == 3`, "fail", "wrong"},
		{`sum([for key, m in message.r : m.read]) == 3`, "pass", ""},
		{`length([for m in message.r : m if m.read_rate < 0.9]) == 1`, "pass", ""},
		{`min(values(message.r)[*].read_rate...) == 0.5`, "pass", ""},
		{`messages.p.messages == 2 && messages.p.read == 1`, "pass", ""},
		{`messages.p.read_rate == 1`, "pass", ""},
		{`messages.p.status == "current"`, "unknown", "messages.p.status is not known"},
		{`messages.p["e1"].read_rate == 1`, "pass", ""},
		{`messages.p["e2"].read_rate == 1`, "unknown", `messages.p["e2"].read_rate is not known`},
		{`audit.messages == 6 && audit.audience_size == 14 && audit.read == 7 && audit.unread == 2`, "pass", ""},
		{`audit.coverage > 0.64 && audit.coverage < 0.65 && message.a.coverage == 1`, "pass", ""},
		{`audit.reading_age == 30 && messages.p.reading_age == 2`, "pass", ""},
		{`audit.reading_age < 24`, "fail", "wrong"},
		{`message.b.reading_age < 24`, "unknown", "message.b.reading_age is not known"},
		{`message.r.y.reading_age < 24`, "unknown", `message.r["y"].reading_age is not known`},
		{`audit.rejected == 0 && audit.failed == 0 && audit.deferred == 2 && audit.current == 3 && audit.settled == 1`, "pass", ""},
		{`messages.p.deferred == 0`, "fail", "wrong"},
		{`run.id == "run-1" && run.date == "2026-11-20" && message.a.read > 0`, "pass", ""},
		{`tonumber(message.a.status) > 0`, "fail", "the condition fails on these figures: Invalid value for \"v\" parameter: cannot convert \"current\" to number; given string must be a decimal representation of a number"},
	}
	for _, tt := range tests {
		t.Run(tt.condition, func(t *testing.T) {
			e, _ := evaluate(t, checkOf(tt.condition), sent)
			want := []manifest.CheckResult{{Name: "c", Severity: manifest.SeverityError, Status: tt.status, Message: tt.message}}
			if diff := cmp.Diff(want, e.Checks); diff != "" {
				t.Errorf("check (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	text := strings.Replace(checkOf("message.a.read_rate > 0.9 && message.r[\"x\"].read > 0"), "assert", "after = \"72h\"\n  severity = \"warning\"\n  assert", 1)
	for _, tt := range []struct {
		age  time.Duration
		want manifest.CheckStatus
	}{{72*time.Hour - 1, manifest.CheckUnknown}, {72 * time.Hour, manifest.CheckFail}} {
		e, _ := evaluate(t, text, sent.Add(tt.age))
		if c := e.Checks[0]; c.Status != tt.want || c.Severity != manifest.SeverityWarning || c.Message == "" {
			t.Errorf("after %v: got %+v", tt.age, c)
		}
	}
}

func TestSeveralAsserts(t *testing.T) {
	assert := func(condition, message string) string {
		return "assert {\n condition = " + condition + "\n error_message = " + message + "\n}\n"
	}
	bad, good, open := `message.a.read > 9`, `message.a.read > 0`, `message.b.read > 0`
	e, _ := evaluate(t, "check \"c\" {\n"+assert(good, `"1"`)+assert(bad, `"only ${format("%.0f", message.a.read_rate * 100)}%"`)+assert(open, `"3"`)+assert(bad, `"4"`)+"}\n"+
		"check \"d\" {\n"+assert(good, `"1"`)+assert(open, `"2"`)+"}\n"+
		"check \"e\" {\n"+assert(bad, `"${message.b.read_rate}"`)+"}\n"+
		"check \"f\" {\n"+assert(bad, `"x ${var.app_secret}"`)+"}\n", sent)
	var got []string
	for _, c := range e.Checks {
		got = append(got, c.Name+" "+string(c.Status)+" "+c.Message)
	}
	want := []string{
		"c fail only 75%; 4", "d unknown message.b.read is not known",
		"e fail the condition is false, and the error_message depends on a figure that is not known",
		"f fail the error_message holds a sensitive value, so it isn't shown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}

func TestOutputs(t *testing.T) {
	tests := []struct {
		value string
		want  any
	}{
		{"audit.read_rate", 7.0 / 9},
		{"audit.messages", int64(6)},
		{"message.b.read_rate", nil},
		{"message.b.read_rate * 100", nil},
		{"1 / 3", 1.0 / 3},
		{`"${run.date}"`, "2026-11-20"},
		{"true", true},
		{"null", nil},
		{`{ for key, m in message.r : key => m.read_rate }`, map[string]any{"x": 0.5, "y": int64(1)}},
		{`[message.a.status, message.b.read]`, []any{"current", nil}},
		{`toset(["b", "a"])`, []any{"a", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			e, diags := evaluate(t, "output \"o\" {\n  value = "+tt.value+"\n  description = \"d\"\n}", sent)
			want := []manifest.OutputValue{{Name: "o", Description: "d", Value: tt.want}}
			if diff := cmp.Diff(want, e.Outputs); diff != "" || len(diags) > 0 {
				t.Errorf("%v, output (-want +got):\n%s", diags, diff)
			}
		})
	}
}

func TestOutputsThatFailAreNull(t *testing.T) {
	e, diags := evaluate(t, "output \"o\" { value = tonumber(message.a.status) }\noutput \"i\" { value = 1 / (message.a.unread - 1) }\noutput \"s\" {\n  value = \"x-${var.app_secret}\"\n  sensitive = true\n}", sent)
	want := []manifest.OutputValue{{Name: "o"}, {Name: "i"}, {Name: "s", Value: "(sensitive)"}}
	if diff := cmp.Diff(want, e.Outputs); diff != "" || len(diags) != 1 || diags[0].Severity != manifest.SeverityWarning || diags[0].Line != 1 {
		t.Errorf("%v, outputs (-want +got):\n%s", diags, diff)
	}
}

func TestCheckMistakes(t *testing.T) {
	tests := []struct {
		name, text, place, want string
		says                    []string
	}{
		{"figure", checkOf("message.a.read_rat > 1"), "main.audit.hcl:3", "Undeclared reference", []string{`Did you mean "read_rate"?`}},
		{"message", checkOf("message.aa.read > 1"), "main.audit.hcl:3", "Undeclared reference", []string{`message "aa"`, `Did you mean "a"?`}},
		{"messages", checkOf("messages.q.read > 1"), "main.audit.hcl:3", "Undeclared reference", []string{`Declared are p.`}},
		{"no name", checkOf("message == 1"), "main.audit.hcl:3", "Undeclared reference", []string{"message.name"}},
		{"instance", checkOf(`message.r["z"].read > 1`), "main.audit.hcl:3", "Undeclared reference", []string{`message.r["z"]`}},
		{"instance's figure", checkOf(`message.r["x"].reed > 1`), "main.audit.hcl:3", "Undeclared reference", []string{`Did you mean "read"?`}},
		{"figure of a for_each", checkOf("message.r.read > 1"), "main.audit.hcl:3", "Undeclared reference", []string{`message.r["key"].read`, "for m in message.r"}},
		{"instance of none", checkOf(`message.a["x"].read > 1`), "main.audit.hcl:3", "Undeclared reference", []string{"no for_each"}},
		{"row", checkOf(`messages.p["e9"].read > 1`), "main.audit.hcl:3", "Undeclared reference", []string{`messages.p["e9"]`, `messages.p["row-2"]`, "the column that key names"}},
		{"row's number", checkOf(`messages.p[1].read > 1`), "main.audit.hcl:3", "Undeclared reference", []string{"text"}},
		{"audit's figure", checkOf("audit.rate > 1"), "main.audit.hcl:3", "Undeclared reference", []string{"read_rate"}},
		{"run", checkOf(`run.day == "x" && audit.read > 1`), "main.audit.hcl:3", "Undeclared reference", []string{`date`}},
		{"no truth", checkOf("message.a.read_rate"), "main.audit.hcl:3", "Unsuitable condition", []string{"number"}},
		{"null", checkOf("null"), "main.audit.hcl:3", "Unsuitable condition", []string{"null"}},
		{"wrong type", checkOf(`message.a.read + "x" > 1`), "main.audit.hcl:3", "Invalid operand", nil},
		{"function", checkOf(`somm(message.a.read) > 1`), "main.audit.hcl:3", "Call to unknown function", []string{"Did you mean", "sum"}},
		{"no assert", "check \"c\" {\n}", "main.audit.hcl:1", "Missing required block", []string{"assert {"}},
		{"no condition", "check \"c\" {\n  assert {\n    error_message = \"x\"\n  }\n}", "main.audit.hcl:2", "Missing required argument", []string{"condition"}},
		{"no message", "check \"c\" {\n  assert {\n    condition = audit.read > 1\n  }\n}", "main.audit.hcl:2", "Missing required argument", []string{"error_message"}},
		{"empty message", strings.Replace(checkOf("audit.read > 1"), "wrong", "", 1), "main.audit.hcl:4", "Empty value", nil},
		{"severity", "check \"c\" {\n  severity = \"eror\"" + checkOf("audit.read > 1")[len("check \"c\" {"):], "main.audit.hcl:2", "Unknown severity", []string{`"error"`}},
		{"after", "check \"c\" {\n  after = \"soon\"" + checkOf("audit.read > 1")[len("check \"c\" {"):], "main.audit.hcl:2", "Unsuitable duration", nil},
		{"twice", checkOf("audit.read > 1") + checkOf("audit.read > 1"), "main.audit.hcl:7", "Two blocks with one name", nil},
		{"output without value", "output \"o\" {\n}", "main.audit.hcl:1", "Missing required argument", []string{"audit.read_rate"}},
		{"sensitive output", "output \"o\" {\n  value = var.app_secret\n}", "main.audit.hcl:2", "Sensitive value", []string{"sensitive = true"}},
		{"output of nothing", "output \"o\" {\n  value = message.c.read\n}", "main.audit.hcl:2", "Undeclared reference", nil},
		{"figures in locals", "locals {\n  x = message.a.read\n}", "main.audit.hcl:2", "Reference out of place", []string{"checks and outputs"}},
		{"figures in an audit", "audit {\n  title = audit.read\n}", "main.audit.hcl:2", "Reference out of place", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), options(folder(t, figuredFiles(tt.text))))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.want, tt.says)
		})
	}
}

func TestCheckWithoutFigure(t *testing.T) {
	_, diags := load(t, options(folder(t, figuredFiles(checkOf("1 == 1")))))
	if len(diags) != 1 || diags[0].Summary != "Check without a figure" {
		t.Errorf("got %v", diags)
	}
}
