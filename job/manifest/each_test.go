package manifest_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/job/manifest"
)

// forEach is a block with for_each in line 2 and a further argument in line 4.
func forEach(collection, argument string) string {
	return "message \"r\" {\n  for_each = " + collection + "\n  process_query_key = each.key\n  " + argument + "\n}"
}

func TestForEach(t *testing.T) {
	tests := []struct{ name, collection, argument, want string }{
		{"map", `{ b = "B", a = "A" }`, "title = each.value", `message.r["a"] A, message.r["b"] B`},
		{"map of one type", `tomap({ a = "A" })`, "title = each.value", `message.r["a"] A`},
		{"set", `toset(["b", "a", "b"])`, "title = each.value", `message.r["a"] a, message.r["b"] b`},
		{"none", `{}`, "title = each.value", ""},
		{"empty set", `toset([])`, "title = each.value", ""},
		{"rows", `{ for r in csvdecode(file("rows.csv")) : r.id => r }`, `title = "${each.value.title} (${each.key})"`, `message.r["k1"] one (k1), message.r["k2"] two (k2)`},
		{"lookup", `toset(["a", "c"])`, `title = lookup({ a = "A" }, each.key, "none")`, `message.r["a"] A, message.r["c"] none`},
		{"null", `{ a = null }`, "title = each.value", `message.r["a"] message.r["a"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := load(t, options(folder(t, map[string]string{
				"main.audit.hcl": provider + forEach(tt.collection, tt.argument), "rows.csv": "id,title\nk2,two\nk1,one\n",
			})))
			var got []string
			for _, msg := range messages(t, m) {
				got = append(got, msg.Address+" "+msg.Title)
			}
			if strings.Join(got, ", ") != tt.want || m.Count != len(got) {
				t.Errorf("got %v and count %d, want %s", got, m.Count, tt.want)
			}
		})
	}
}

func TestForEachKeyIsQuoted(t *testing.T) {
	text := strings.Replace(forEach(`{ "a\"b" = "A" }`, ""), "each.key", "each.value", 1)
	m, _ := load(t, options(folder(t, map[string]string{"main.audit.hcl": provider + text})))
	if got, want := messages(t, m)[0].Address, `message.r["a\"b"]`; got != want {
		t.Errorf("got address %s, want %s", got, want)
	}
}

func TestForEachWhole(t *testing.T) {
	text := provider + staff + `
message "r" {
  for_each          = { for r in jsondecode(file("r.json")) : r.id => r }
  process_query_key = each.value.key
  kind              = "group"
  title             = "Reminder ${each.key}"
  sent_at           = each.value.sent
  audience          = audience.staff
  not_delivered     = each.value.lost
  tags              = { id = each.key }
}
message "s" {
  for_each          = toset(["x"])
  process_query_key = each.key
  audience          = ["u1", each.key]
  campaign          = "c-${each.key}"
}`
	m, _ := load(t, options(folder(t, map[string]string{
		"main.audit.hcl": text, "staff.csv": "user_id\nu1\nu2\n",
		"r.json": `[{"id": "a", "key": "K1", "sent": "2026-11-20T09:00:00Z", "lost": ["u2"]}, {"id": "b", "key": "K2", "sent": null, "lost": []}]`,
	})))
	people := job.Audience{Form: job.AudienceListed, Size: 2, UserIDs: []string{"u1", "u2"}, Roster: "staff"}
	id := func(kind job.Kind, key string) job.MessageID {
		return job.MessageID{Provider: "dingtalk", Kind: kind, ProcessQueryKey: key}
	}
	at := func(block string) job.Position {
		before, _, _ := strings.Cut(text, block)
		return job.Position{File: "main.audit.hcl", Line: strings.Count(before, "\n") + 1}
	}
	want := []job.Message{
		{
			ID: id(job.Group, "K1"), Address: `message.r["a"]`, Title: "Reminder a", Campaign: "r", Audience: people,
			SentAt: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), NotDelivered: []string{"u2"}, Tags: map[string]string{"id": "a"}, Source: at(`message "r"`),
		},
		{ID: id(job.Group, "K2"), Address: `message.r["b"]`, Title: "Reminder b", Campaign: "r", Audience: people, Tags: map[string]string{"id": "b"}, Source: at(`message "r"`)},
		{ID: id(job.PrivateChat, "x"), Address: `message.s["x"]`, Title: `message.s["x"]`, Campaign: "c-x", Audience: job.Listed("", []string{"u1", "x"}), Source: at(`message "s"`)},
	}
	got := messages(t, m)
	for i := range got {
		if len(got[i].NotDelivered) == 0 {
			got[i].NotDelivered = nil
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// TestForEachMistakes makes one mistake and expects one diagnostic, however many
// instances there are.
func TestForEachMistakes(t *testing.T) {
	many := `{ for i in range(1000) : "k${i}" => i }`
	tests := []struct {
		name, text, place, want string
		count                   int
		says                    []string
	}{
		{"list", forEach(`["a"]`, ""), "main.audit.hcl:2", "Unsuitable for_each", 1, []string{"toset(…)"}},
		{"null", forEach(`null`, ""), "main.audit.hcl:2", "Unsuitable for_each", 1, []string{"{}"}},
		{"text", forEach(`"a"`, ""), "main.audit.hcl:2", "Unsuitable for_each", 1, []string{"string"}},
		{"set of numbers", forEach(`toset([1])`, ""), "main.audit.hcl:2", "Unsuitable for_each", 1, []string{"number"}},
		{"set with null", forEach(`toset(["a", null])`, ""), "main.audit.hcl:2", "Unsuitable for_each", 1, []string{"null"}},
		{"sensitive", forEach(`toset([var.app_secret])`, ""), "main.audit.hcl:2", "Sensitive value", 1, []string{"addresses"}},
		{"each in for_each", forEach(`{ a = each.key }`, ""), "main.audit.hcl:2", "Reference out of place", 1, []string{"for_each"}},
		{"each without for_each", message("title = each.key"), "main.audit.hcl:3", "Reference out of place", 1, []string{"for_each"}},
		{"each in an audit", "audit {\n  title = each.key\n}", "main.audit.hcl:2", "Reference out of place", 1, nil},
		{"wrong name", forEach(many, "title = each.valu"), "main.audit.hcl:4", "Undeclared reference", 1, []string{`Did you mean "value"?`}},
		{"wrong name without instances", forEach(`{}`, "title = each.valu"), "main.audit.hcl:4", "Undeclared reference", 1, []string{`Did you mean "value"?`}},
		{"wrong variable", forEach(many, "title = \"${each.key}${var.nothing}\""), "main.audit.hcl:4", "Undeclared reference", 1, []string{`"nothing"`}},
		{"the same in all", forEach(many, "kind = \"gruop\""), "main.audit.hcl:4", "Unknown kind", 1, []string{`"group"`}},
		{"wrong in all", forEach(many, "target = each.value + 2"), "main.audit.hcl:4", "Unsuitable target", 1000, []string{"The same in 1000 instances", `"k0", "k1", "k10", "k100", "k101" …`}},
		{"wrong in some", forEach(many, "target = each.value < 3 ? 90 : 0.9"), "main.audit.hcl:4", "Unsuitable target", 3, []string{`"k0", "k1" and "k2"`}},
		{"wrong in one", forEach(many, "target = each.value == 7 ? 90 : 0.9"), "main.audit.hcl:4", "Unsuitable target", 1, []string{`message.r["k7"]`}},
		{"no such attribute", forEach(many, "title = each.value.titel"), "main.audit.hcl:4", "Unsupported attribute", 1000, nil},
		{"one key", strings.Replace(forEach(many, ""), "each.key", `"k"`, 1), "main.audit.hcl:3", "Two messages with one identity", 999, []string{`"k0"`}},
		{"no key", strings.Replace(forEach(many, ""), "each.key", `each.value < 2 ? "" : each.key`, 1), "main.audit.hcl:3", "Key missing", 2, nil},
		{"key left out", strings.Replace(forEach(many, ""), "process_query_key", "title", 1), "main.audit.hcl:1", "Missing required argument", 1, nil},
		{"another block's key", forEach(`toset(["k"])`, "") + "\n" + message(""), "main.audit.hcl:6", "Two messages with one identity", 1, []string{"main.audit.hcl:1"}},
		{"for_each of messages", rows(`for_each = {}`), "main.audit.hcl:3", "Unsupported argument", 1, []string{"Only the blocks message and provider have for_each"}},
		{"provider by each", forEach(many, "provider = each.key"), "main.audit.hcl:4", "Unknown provider", 1000, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": tt.text, "provider.audit.hcl": provider, "rows.csv": "process_query_key\nk9\n",
			})))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], tt.place, tt.want, tt.says)
			if diags[0].Count != tt.count {
				t.Errorf("got count %d, want %d", diags[0].Count, tt.count)
			}
		})
	}
}

func TestForEachWarnings(t *testing.T) {
	m, diags := load(t, options(folder(t, map[string]string{
		"main.audit.hcl": provider + forEach(`{ for i in range(4) : "k${i}" => i + 1 }`, "audience = each.value"),
	})))
	if m.Count != 4 || len(diags) != 1 || diags[0].Count != 2 || diags[0].Summary != "Private chat with many people" {
		t.Errorf("got %v", diags)
	}
}

// instances writes n reminders as a table and as for_each, or as messages.
func instances(tb testing.TB, n int, text string) manifest.Options {
	tb.Helper()
	var rows strings.Builder
	rows.WriteString("id,process_query_key,title\n")
	for i := range n {
		fmt.Fprintf(&rows, "r%d,K%d,Reminder %d\n", i, i, i)
	}
	return options(folder(tb, map[string]string{"main.audit.hcl": provider + text, "rows.csv": rows.String()}))
}

const hundredThousand = `
locals {
  rows   = csvdecode(file("rows.csv"))
  titles = { for r in local.rows : r.id => r.title }
}
message "r" {
  for_each          = { for r in local.rows : r.id => r }
  process_query_key = each.value.process_query_key
  title             = "${local.titles[each.key]}: ${each.value.title}"
}`

// TestHundredThousandInstances loads a tenth of them in the short form.
func TestHundredThousandInstances(t *testing.T) {
	n := longtest.N(10_000, 100_000)
	start := time.Now()
	m, _ := load(t, instances(t, n, hundredThousand))
	if m.Count != n {
		t.Errorf("got %d messages", m.Count)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

func BenchmarkForEach(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { benchmarkLoad(b, instances(b, n, hundredThousand)) })
	}
}

func BenchmarkMessages(b *testing.B) {
	benchmarkLoad(b, instances(b, 100_000, "messages \"r\" {\n  source = \"rows.csv\"\n  key = \"id\"\n}"))
}

func benchmarkLoad(b *testing.B, opts manifest.Options) {
	b.Helper()
	for b.Loop() {
		if _, diags := manifest.Load(b.Context(), opts); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}
