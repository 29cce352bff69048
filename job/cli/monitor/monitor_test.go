package monitor_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/protobuf/proto"

	"notifyaudit/job"
	"notifyaudit/job/cli/monitor"
	"notifyaudit/report"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// input has a message of each of n campaigns, read by 3 of 4.
func input(n int) report.Input {
	return report.Input{
		Title: "Q4 \"benefits\"\n", Location: time.UTC,
		Run: &job.Run{
			ID: "r1", StartedAt: now.Add(-time.Minute), Complete: true, Calls: 7, Retries: 2, Throttled: 1,
			Stops: []job.Stop{{Class: job.ClassRobot, Name: "r", NotAsked: 4}, {Class: job.ClassQuota, NotAsked: 9}},
		},
		Results: func() iter.Seq2[*job.Result, error] {
			return func(yield func(*job.Result, error) bool) {
				for i := range n {
					address := fmt.Sprintf("message.m%d", i)
					r := &job.Result{
						Message: job.Message{Address: address, Title: address, Campaign: fmt.Sprintf("c%d", i), ID: job.MessageID{Kind: job.Group, ProcessQueryKey: address}},
						Status:  job.StatusCurrent, Audience: job.Sized(4), Readers: make([]job.Reader, 3),
						Reading: &job.Reading{FinishedAt: now, Readers: 3, Read: 3, SendStatus: job.SendSuccess},
					}
					r.Count()
					if !yield(r, nil) {
						return
					}
				}
			}
		},
		Provenance: report.Provenance{Spending: []report.Spending{{QuotaGroup: "acme", Calls: 812, Allowed: 4500}, {QuotaGroup: "free", Calls: 3}}},
	}
}

func text(t *testing.T, r monitor.Run) string {
	t.Helper()
	families, err := monitor.Figures(r)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := monitor.WriteText(&b, families); err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	if _, err := parser.TextToMetricFamilies(bytes.NewReader(b.Bytes())); err != nil {
		t.Fatalf("%v in\n%s", err, b.String())
	}
	return b.String()
}

func TestText(t *testing.T) {
	got := text(t, monitor.Run{Input: input(1), Status: 3, EndedAt: now})
	const audit = `audit="Q4 \"benefits\"\n"`
	for _, want := range []string{
		`notifyaudit_run_exit_status{` + audit + `} 3`,
		`notifyaudit_last_success_timestamp_seconds{` + audit + `} 1.7958564e+09`,
		`notifyaudit_run_duration_seconds{` + audit + `} 60`,
		`notifyaudit_run_calls{` + audit + `,class="metered"} 7`,
		`notifyaudit_run_calls{` + audit + `,class="throttled"} 1`,
		`notifyaudit_run_stopped_messages{` + audit + `,class="robot"} 4`,
		`notifyaudit_quota_left_calls{` + audit + `,quota_group="acme"} 3688`,
		`notifyaudit_quota_spent_calls{` + audit + `,quota_group="free"} 3`,
		`notifyaudit_messages{` + audit + `,status="current"} 1`,
		`notifyaudit_messages{` + audit + `,status="rejected"} 0`,
		`notifyaudit_read_rate{` + audit + `,campaign="c0"} 0.75`,
		`notifyaudit_coverage{` + audit + `,campaign="c0"} 1`,
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, `class="quota"`) || strings.Contains(got, `quota_left_calls{`+audit+`,quota_group="free"`) {
		t.Errorf("a planned deferral is a stop, or no quota has some left:\n%s", got)
	}
	if failed := text(t, monitor.Run{Input: input(1), Status: 78, EndedAt: now, LastSuccess: now.Add(-time.Hour)}); !strings.Contains(failed, "1.7958528e+09") {
		t.Errorf("the earlier success is missing:\n%s", failed)
	}
	if never := text(t, monitor.Run{Input: input(1), Status: 78, EndedAt: now}); strings.Contains(never, "last_success") {
		t.Errorf("a success that never was:\n%s", never)
	}
}

// TestCardinality is bounded: campaigns past the fiftieth are one.
func TestCardinality(t *testing.T) {
	got := text(t, monitor.Run{Input: input(400), EndedAt: now})
	if n := strings.Count(got, "notifyaudit_read_rate{"); n != 51 || !strings.Contains(got, `campaign="(other)"} 0.75`) || strings.Contains(got, `campaign="c50"`) {
		t.Errorf("%d rates in\n%.2000s", n, got)
	}
}

// TestGuarded: where a report names nobody, a small group has no rate.
func TestGuarded(t *testing.T) {
	in := input(2)
	in.Privacy = report.Privacy{People: report.PeopleAggregate, MinimumGroupSize: 5}
	if got := text(t, monitor.Run{Input: in, EndedAt: now}); strings.Contains(got, `campaign="c0"} 0.75`) {
		t.Errorf("four people have a rate:\n%s", got)
	}
}

// TestPush: a collector gets the same figures by OTLP, with the resource that the
// environment names.
func TestPush(t *testing.T) {
	var got collector.ExportMetricsServiceRequest
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		data, _ := io.ReadAll(body)
		if err := proto.Unmarshal(data, &got); err != nil || r.URL.Path != "/v1/metrics" || r.Header.Get("X-Token") != "t" {
			t.Errorf("%s: %v, %v", r.URL.Path, r.Header, err)
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", server.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-token=t")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
	families, err := monitor.Figures(monitor.Run{Input: input(1), Status: 3, EndedAt: now})
	if err != nil {
		t.Fatal(err)
	}
	if err := monitor.Push(t.Context(), families, "1.2.3", now); err != nil {
		t.Fatal(err)
	}
	resource := fmt.Sprint(got.GetResourceMetrics()[0].GetResource())
	for _, want := range []string{"notifyaudit", "1.2.3", "deployment.environment"} {
		if !strings.Contains(resource, want) {
			t.Errorf("the resource lacks %s: %s", want, resource)
		}
	}
	for _, m := range got.GetResourceMetrics()[0].GetScopeMetrics()[0].GetMetrics() {
		if point := m.GetGauge().GetDataPoints()[0]; m.GetName() == "notifyaudit_read_rate" && point.GetAsDouble() != 0.75 {
			t.Errorf("got %v", point)
		}
	}
	if n := len(got.GetResourceMetrics()[0].GetScopeMetrics()[0].GetMetrics()); n < 9 {
		t.Errorf("%d metrics", n)
	}
	status = http.StatusBadRequest
	if err := monitor.Push(t.Context(), families, "1.2.3", now); err == nil {
		t.Error("a push that was refused is no error")
	}
}

func TestEndpoint(t *testing.T) {
	for _, c := range []struct {
		environ map[string]string
		want    string
		wrong   bool
	}{
		{nil, "", false},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318"}, "http://a:4318", false},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://b/v1/metrics"}, "http://b/v1/metrics", false},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318", "OTEL_SDK_DISABLED": "true"}, "", false},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4318", "OTEL_METRICS_EXPORTER": "none"}, "", false},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://a:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "", true},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"}, "", true},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:43180"}, "http://collector:43180", false},
		{map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:431800"}, "", true},
	} {
		if got, err := monitor.Endpoint(c.environ); got != c.want || (err != nil) != c.wrong {
			t.Errorf("%v: %q, %v", c.environ, got, err)
		}
	}
}

// TestExamples: a run writes every metric that the rules, their tests, the dashboard and
// the guide of examples/alerts name.
func TestExamples(t *testing.T) {
	written := text(t, monitor.Run{Input: input(1), Status: 0, EndedAt: now})
	files, err := filepath.Glob("../../../examples/alerts/*")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		said, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile(`\bnotifyaudit_[a-z_]+`).FindAllString(string(said), -1)
		if len(names) == 0 {
			t.Errorf("%s names no metric", file)
		}
		for _, name := range names {
			if !strings.Contains(written, "# TYPE "+name+" gauge\n") {
				t.Errorf("%s names %s, which no run writes", file, name)
			}
		}
	}
}
