package json_test

import (
	"bytes"
	stdcsv "encoding/csv"
	stdjson "encoding/json"
	"errors"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/csv"
	"notifyaudit/report/internal/sample"
	"notifyaudit/report/json"
)

func encode(t *testing.T, in report.Input) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := json.Write(&b, in); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decode(t *testing.T, in report.Input) json.Report {
	t.Helper()
	var r json.Report
	d := stdjson.NewDecoder(bytes.NewReader(encode(t, in)))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// keysOf are the keys of an object in their order.
func keysOf(t *testing.T, raw []byte) []string {
	t.Helper()
	d := stdjson.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key.(string)) //nolint:errcheck // a key is a string
		var value stdjson.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func TestKeys(t *testing.T) {
	raw := encode(t, sample.Input(report.English))
	var top map[string]stdjson.RawMessage
	if err := stdjson.Unmarshal(raw, &top); err != nil {
		t.Fatal(err)
	}
	first := func(key string) []byte {
		var items []stdjson.RawMessage
		if err := stdjson.Unmarshal(top[key], &items); err != nil {
			t.Fatal(err)
		}
		return items[0]
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want string
	}{
		{"the report", raw, "format_version audit simulated as_of run summary totals campaigns messages checks outputs"},
		{"audit", top["audit"], "title language timezone"},
		{"as_of", top["as_of"], "oldest newest"},
		{"run", top["run"], "id started_at finished_at complete calls retries throttled"},
		{"totals", top["totals"], "messages counted_messages audience_size read unread unknown unread_breakdown read_rate mean_read_rate coverage recalled without_reading"},
		{"a campaign", first("campaigns"), "name messages audience_size read unread unknown read_rate coverage"},
		{
			"a message", first("messages"),
			"address campaign provider kind process_query_key open_conversation_id title sent_at tags status send_status reading_at " +
				"audience_size readers read unread outside_audience read_rate target target_met calls error",
		},
	} {
		if got := strings.Join(keysOf(t, tt.raw), " "); got != tt.want {
			t.Errorf("%s has the keys\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
	if string(top["checks"]) != "[]" || string(top["outputs"]) != "{}" {
		t.Errorf("checks are %s and outputs %s", top["checks"], top["outputs"])
	}
}

func TestReport(t *testing.T) {
	r := decode(t, sample.Input(report.Chinese))
	if r.FormatVersion != "1.0" || r.Audit.Language != report.Chinese || r.Audit.Timezone != "Asia/Shanghai" {
		t.Errorf("version %s, audit %+v", r.FormatVersion, r.Audit)
	}
	want := json.Run{
		ID: "20261123T010000Z-1f3a", StartedAt: "2026-11-23T08:59:00+08:00", FinishedAt: new("2026-11-23T09:00:00+08:00"),
		Complete: true, Calls: 20, Retries: 2, Throttled: 1,
	}
	if diff := cmp.Diff(&want, r.Run); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
	asOf := json.AsOf{Oldest: new("2026-10-04T09:00:00+08:00"), Newest: new("2026-11-22T09:00:00+08:00")}
	if diff := cmp.Diff(asOf, r.AsOf); diff != "" {
		t.Errorf("as of (-want +got):\n%s", diff)
	}
	rejected := r.Messages[7]
	if diff := cmp.Diff(&json.Error{
		Class: job.ClassInvalid, Code: new("invalid.processQueryKey"), Message: new("no such message"), RequestID: new("R-1"),
	}, rejected.Error); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if rejected.Read != nil || rejected.ReadRate != nil || rejected.SendStatus != nil || *rejected.AudienceSize != 1 {
		t.Errorf("a message without a reading has figures: %+v", rejected)
	}
}

func TestTotals(t *testing.T) {
	r := decode(t, sample.Input(report.English))
	var totals job.Totals
	for _, result := range sample.Results() {
		totals.Add(result)
	}
	rate, _ := totals.Counts.ReadRate()
	mean, _ := totals.MeanReadRate()
	coverage, _ := totals.Counts.Coverage()
	want := json.Totals{
		Messages: 15, CountedMessages: 7, AudienceSize: new(91), Read: new(12), Unread: new(32), Unknown: new(47),
		UnreadBreakdown: &json.UnreadBreakdown{ToRemind: 9, Left: 1, ByNumber: 5, Closed: 17},
		ReadRate:        &rate, MeanReadRate: &mean, Coverage: &coverage, Recalled: 1, WithoutReading: 5,
	}
	if diff := cmp.Diff(want, r.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	sum := 0
	for _, c := range r.Campaigns {
		sum += *c.AudienceSize
	}
	for _, m := range r.Messages {
		if m.AudienceSize != nil && !m.Contradictory {
			sum -= *m.AudienceSize
		}
	}
	if sum != 0 {
		t.Errorf("campaigns and messages differ by %d people", sum)
	}
}

func TestNothingKnown(t *testing.T) {
	in := sample.Input(report.English)
	in.Run, in.Language, in.Location = nil, "", nil
	in.Results = sample.Stream(nil)
	r := decode(t, in)
	want := json.Report{
		FormatVersion: "1.0",
		Audit:         json.Audit{Title: in.Title, Language: report.English, Timezone: "UTC"},
		Campaigns:     []json.Campaign{}, Messages: []json.Message{}, Checks: []json.Check{},
		Outputs: map[string]stdjson.RawMessage{},
		Summary: json.Summary{
			Sentences: []string{"There are no data yet."}, Trust: report.TrustLittle,
			Verdict: "NOT STARTED: there has been no run yet, so there are no data.",
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestReadersAreListedForAQuery(t *testing.T) {
	in := sample.Input(report.English)
	for _, m := range decode(t, in).Messages {
		if m.ReadBy != nil {
			t.Errorf("%s lists its readers", m.Address)
		}
	}
	in.ListReaders = true
	for _, m := range decode(t, in).Messages {
		if m.Address == "message.open" {
			want := []json.Reader{
				{UserID: "a1", FirstSeenAt: "2026-11-22T09:00:01+08:00"},
				{UserID: "u01", Name: "王芳", FirstSeenAt: "2026-11-22T09:00:01+08:00"},
			}
			if diff := cmp.Diff(want, m.ReadBy); diff != "" {
				t.Errorf("readers (-want +got):\n%s", diff)
			}
		}
	}
}

func TestChecksAndOutputs(t *testing.T) {
	in := sample.Input(report.English)
	in.Checks = []report.Check{
		{Name: "all_read", Status: report.CheckFail, Message: "only 30% <have> read it"},
		{Name: "some_read", Status: report.CheckPass},
	}
	in.Outputs = map[string]any{"overall": 0.25, "names": []string{"王芳"}, "none": nil}
	raw := string(encode(t, in))
	for _, want := range []string{
		`"checks": [{"name":"all_read","status":"fail","message":"only 30% <have> read it"},{"name":"some_read","status":"pass","message":null}]`,
		`"outputs": {"names":["王芳"],"none":null,"overall":0.25}`,
	} {
		if !strings.Contains(raw, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
}

// files keeps what the CSV report writes.
type files map[string]*bytes.Buffer

func (f files) Create(name string) (io.WriteCloser, error) {
	f[name] = new(bytes.Buffer)
	return closer{f[name]}, nil
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// The two forms are of one model: cell by cell they say the same.
func TestAgreesWithCSV(t *testing.T) {
	in := sample.Input(report.English)
	out := files{}
	if err := csv.Write(out, in, csv.Options{}); err != nil {
		t.Fatal(err)
	}
	table, err := stdcsv.NewReader(strings.NewReader(strings.TrimPrefix(out["messages.csv"].String(), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Messages []map[string]any }
	if err := stdjson.Unmarshal(encode(t, in), &document); err != nil {
		t.Fatal(err)
	}
	if len(table)-1 != len(document.Messages) {
		t.Fatalf("%d messages in CSV, %d in JSON", len(table)-1, len(document.Messages))
	}
	for i, m := range document.Messages {
		failure, _ := m["error"].(map[string]any)
		for column, key := range table[0] {
			value := m[key]
			if name, nested := strings.CutPrefix(key, "error_"); nested {
				value = failure[name]
			}
			if got := table[i+1][column]; !same(got, value) {
				t.Errorf("%v: %s is %q in CSV and %v in JSON", m["address"], key, got, value)
			}
		}
	}
}

func same(cell string, value any) bool {
	switch v := value.(type) {
	case nil:
		return cell == ""
	case string:
		return cell == v
	case bool:
		return cell == strconv.FormatBool(v)
	case float64:
		n, err := strconv.ParseFloat(cell, 64)
		return err == nil && n == v
	default:
		return false
	}
}

func TestErrorsArePassedOn(t *testing.T) {
	broken := errors.New("disk on fire")
	passes := 0
	in := sample.Input(report.English)
	good := in.Results
	in.Results = func() iter.Seq2[*job.Result, error] {
		if passes++; passes == 1 {
			return good()
		}
		return func(yield func(*job.Result, error) bool) { yield(nil, broken) }
	}
	if err := json.Write(io.Discard, in); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	in.Results = good
	in.Outputs = map[string]any{"x": math.NaN()}
	if err := json.Write(io.Discard, in); err == nil {
		t.Error("an output that JSON can't say was written")
	}
	if err := json.Write(brokenWriter{broken}, sample.Input(report.English)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }
