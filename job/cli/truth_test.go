package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/cli"
	reportjson "notifyaudit/report/json"
)

// A truth is what a scenario says of one message, and what an audit must find.
type truth struct {
	key      string
	kind     string
	readers  []string // that the simulator answers with
	audience []string // nil: none in the manifest; size counts then
	size     int
	extra    string // more of the scenario's entry
	status   string
	reading  bool
	recalled bool
}

// truths are messages of every status, with audiences of every form.
func truths(staff []string) []truth {
	list := []truth{
		{key: "everybody", kind: "group", readers: staff, audience: staff, status: "current", reading: true},
		{key: "nobody", kind: "group", readers: []string{}, audience: staff, status: "current", reading: true},
		{key: "outsiders", kind: "group", readers: append([]string{"x1", "x2", "x3"}, staff[:250]...), audience: staff, status: "current", reading: true},
		{key: "overlapping", kind: "group", readers: staff[10:290], audience: staff, extra: `"page_size":70,"overlap":30`, status: "current", reading: true},
		{key: "sized", kind: "group", readers: staff[:30], size: 40, status: "current", reading: true},
		{key: "too-small", kind: "group", readers: staff[:30], size: 20, status: "current", reading: true},
		{key: "unlimited", kind: "group", readers: staff[:7], status: "current", reading: true},
		{key: "recalled", kind: "group", readers: staff[:9], audience: staff, extra: `"send_status":"RECALLED"`, status: "recalled", reading: true, recalled: true},
		{key: "processing", kind: "group", readers: []string{}, audience: staff, extra: `"send_status":"PROCESSING"`, status: "pending"},
		{key: "expired", kind: "group", readers: []string{}, audience: staff, extra: `"error":{"code":"processQueryKey.expireTime"}`, status: "pending"},
		{key: "invalid", kind: "group", readers: []string{}, audience: staff, extra: `"error":{"code":"invalid.processQueryKey"}`, status: "rejected"},
		{key: "broken", kind: "group", readers: []string{}, audience: staff, status: "failed"},
		{key: "looping", kind: "group", readers: staff, audience: staff, status: "incomplete"},
		{key: "endless", kind: "group", readers: staff, size: 40, status: "incomplete"},
	}
	for i := range 80 {
		t := truth{key: fmt.Sprintf("row-%d", i), kind: "private_chat", audience: staff[i : i+1], readers: []string{}, status: "current", reading: true}
		if i%3 != 0 {
			t.readers = append(t.readers, staff[i])
		}
		if i%5 == 0 {
			t.readers = append(t.readers, "the-sender")
		}
		list = append(list, t)
	}
	return list
}

func people(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("u%03d", i)
	}
	return ids
}

// world writes a manifest of the truths and the scenario that answers them, a
// third of the answers faulty.
func world(t *testing.T, dir string, staff []string, list []truth) {
	t.Helper()
	var manifest, rows, scenario strings.Builder
	manifest.WriteString(`
provider "dingtalk" {
  app_key    = "k"
  app_secret = "s"
  limit {
    requests_per_second = 500
    requests_per_month  = 0
  }
  retry {
    max_attempts = 9
    min_backoff  = "1ms"
    max_backoff  = "4ms"
  }
}
audience "staff" { source = "staff.csv" }
report "json" { path = "truth.json" }
report "csv" { directory = "csv" }
report "excel" { path = "truth.xlsx" }
messages "rows" {
  source  = "rows.csv"
  columns = { process_query_key = "key", audience = "recipient" }
  roster  = audience.staff
}
`)
	rows.WriteString("key,recipient\n")
	scenario.WriteString(`{"seed":7,"unknown_keys":"reject","faults":[
		{"kind":"system_error","messages":["broken"]},
		{"kind":"loop_token","messages":["looping"]},
		{"kind":"endless","messages":["endless"]},
		{"kind":"system_error","share":0.08},{"kind":"reset","share":0.05},{"kind":"eof","share":0.04},
		{"kind":"truncate","share":0.04},{"kind":"garbage","share":0.03},{"kind":"empty_object","share":0.03},
		{"kind":"null","share":0.03},{"kind":"wrong_case","share":0.03},{"kind":"duplicate_key","share":0.03},
		{"kind":"trailing","share":0.02},{"kind":"bad_utf8","share":0.02},{"kind":"null_readers","pages":[1],"share":0.01,"messages":["everybody"]}
	],"messages":[`)
	for i, x := range list {
		if x.kind == "private_chat" {
			fmt.Fprintf(&rows, "%s,%s;\n", x.key, x.audience[0])
		} else {
			audience := ""
			switch {
			case x.audience != nil:
				audience = "audience = audience.staff"
			case x.size > 0:
				audience = fmt.Sprintf("audience = %d", x.size)
			}
			fmt.Fprintf(&manifest, "message %q {\n  kind = \"group\"\n  process_query_key = %q\n  campaign = \"notices\"\n  sent_at = \"2020-01-02T09:00:00Z\"\n  %s\n}\n", x.key, x.key, audience)
		}
		readers, err := json.Marshal(x.readers)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			scenario.WriteString(",\n")
		}
		fmt.Fprintf(&scenario, `{"kind":%q,"key":%q,"readers":%s`, x.kind, x.key, readers)
		if x.extra != "" {
			scenario.WriteString("," + x.extra)
		}
		scenario.WriteString("}")
	}
	scenario.WriteString("]}")
	var roster strings.Builder
	roster.WriteString("user_id,name,department\n")
	for i, id := range staff {
		fmt.Fprintf(&roster, "%s,Person %d,Department %d\n", id, i, i%7)
	}
	for name, content := range map[string]string{
		"main.audit.hcl": manifest.String(), "rows.csv": rows.String(),
		"simulator.json": scenario.String(), "staff.csv": roster.String(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs the command line in this process.
func run(t *testing.T, args ...string) (status int, stderr string) {
	t.Helper()
	var errs strings.Builder
	status = cli.Main(t.Context(), cli.Env{
		Args: args, Environ: []string{"TERM=dumb", "XDG_CACHE_HOME=" + t.TempDir()},
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs,
	})
	return status, errs.String()
}

func readReport(t *testing.T, path string) reportjson.Report {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r reportjson.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// figures are the numbers of one message, nil where there is none.
type figures struct {
	Status                          string
	Audience, Readers, Read, Unread *int
	Outside                         *int
	Rate                            *float64
}

// expected counts a truth as the contract's sentences do.
func expected(x truth) figures {
	f := figures{Status: x.status}
	in := map[string]bool{}
	for _, id := range x.audience {
		in[id] = true
	}
	size := max(len(x.audience), x.size)
	if x.reading {
		f.Readers = new(len(x.readers))
	}
	if x.recalled || size == 0 {
		return f
	}
	f.Audience = new(size)
	if !x.reading {
		return f
	}
	read := len(x.readers)
	if x.audience != nil {
		read = 0
		for _, id := range x.readers {
			if in[id] {
				read++
			}
		}
		f.Outside = new(len(x.readers) - read)
	}
	f.Read, f.Unread = new(read), new(size-read)
	f.Rate = new(float64(read) / float64(size))
	return f
}

func TestEveryFigureIsTheTruth(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	staff := people(300)
	list := truths(staff)
	world(t, dir, staff, list)
	status, stderr := run(t, "--manifest", dir, "--simulator", "apply", "-auto-approve")
	if status != 3 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	r := readReport(t, filepath.Join(dir, "truth.json"))
	compare(t, list, r)
	if r.Run.Retries == 0 {
		t.Error("no attempt was repeated: the scenario's faults did not happen")
	}
}

// compare holds every figure of a report against the truth.
func compare(t *testing.T, list []truth, r reportjson.Report) {
	t.Helper()
	byKey := map[string]reportjson.Message{}
	for _, m := range r.Messages {
		byKey[m.ProcessQueryKey] = m
	}
	var read, unread, unknown, withoutReading int
	var breakdown reportjson.UnreadBreakdown
	for _, x := range list {
		want, m := expected(x), byKey[x.key]
		got := figures{
			Status: string(m.Status), Audience: m.AudienceSize, Readers: m.Readers,
			Read: m.Read, Unread: m.Unread, Rate: m.ReadRate,
		}
		if x.audience != nil && x.reading && !x.recalled {
			got.Outside = m.OutsideAudience
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", x.key, diff)
		}
		switch {
		case want.Read != nil && *want.Unread < 0:
			// It contradicts itself, and is in no total.
		case want.Read != nil:
			read, unread = read+*want.Read, unread+*want.Unread
			if x.audience != nil {
				breakdown.ToRemind += *want.Unread
			} else {
				breakdown.ByNumber += *want.Unread
			}
		case want.Audience != nil:
			unknown += *want.Audience
		}
		if !x.reading {
			withoutReading++
		}
	}
	rate := float64(read) / float64(read+unread)
	want := reportjson.Totals{
		Messages: len(list), AudienceSize: new(read + unread + unknown), Read: &read, Unread: &unread, UnreadBreakdown: &breakdown, Unknown: &unknown,
		ReadRate: &rate, Coverage: new(float64(read+unread) / float64(read+unread+unknown)), Recalled: 1, WithoutReading: withoutReading,
	}
	got := r.Totals
	want.CountedMessages, want.MeanReadRate = got.CountedMessages, got.MeanReadRate
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
