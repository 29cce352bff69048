package plan_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

func savedMessages() []job.Message {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	message := func(address, key string, size int) job.Message {
		return job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: key},
			Address: address, Title: "a title", RobotCode: "robot", SentAt: at, Window: 100 * time.Hour,
			Audience: job.Sized(size),
		}
	}
	return []job.Message{
		message("message.few", "K1", 10), message(`messages.rows["<1>"]`, "K2", 1000), message(`messages.rows["2"]`, "K3", 10),
	}
}

func savedPlan(t *testing.T, now time.Time) *plan.Plan {
	t.Helper()
	providers := []job.Provider{{Name: "dingtalk", Limit: job.Limit{RequestsPerSecond: 20, QuotaGroup: "acme", RequestsPerMonth: 5000}}}
	made, err := plan.Make(t.Context(), stream(savedMessages()...), &memory{}, providers, plan.Options{
		Now: now, Refresh: job.DefaultRefresh(), Replace: []string{"message.few"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestFileKeepsThePlan: what is written and read again asks the same messages in
// the same order and shows the same.
func TestFileKeepsThePlan(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	made := savedPlan(t, now)
	pin := plan.Pin{Lineage: "l", Serial: 7, ManifestHash: "h", Run: "r"}
	var text bytes.Buffer
	if err := plan.NewFile(made, pin, plan.FileOptions{Targets: []string{}, Replace: []string{"message.few"}, Refresh: true}, "notifyaudit test", now).Write(&text); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(text.String(), `"process_query_key"`); got != 3 {
		t.Errorf("%d steps in the file, want 3:\n%s", got, &text)
	}
	if !strings.Contains(text.String(), `rows[\"<1>\"]`) {
		t.Error("the file is escaped for HTML, which nobody can read")
	}
	f, err := plan.ReadFile(&text)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(pin); err != nil {
		t.Errorf("fresh: %v", err)
	}
	again, err := f.Restore(stream(savedMessages()...), now)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := again.Summary(), made.Summary(); got != want {
		t.Errorf("summary\n got %s\nwant %s", got, want)
	}
	got, want := slices.Collect(again.Steps()), slices.Collect(made.Steps())
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(plan.Step{})); diff != "" {
		t.Errorf("steps (-made +restored):\n%s", diff)
	}
	if len(got) != 3 || got[0].Pages != 5 {
		t.Errorf("steps: %+v", got)
	}
}

func TestFileIsStale(t *testing.T) {
	pin := plan.Pin{Lineage: "l", Serial: 7, ManifestHash: "h", Run: "r"}
	tests := map[string]struct {
		now  func(*plan.Pin)
		want string
	}{
		"manifest":    {func(p *plan.Pin) { p.ManifestHash = "other" }, "the manifest"},
		"lineage":     {func(p *plan.Pin) { p.Lineage = "other" }, "another state"},
		"no state":    {func(p *plan.Pin) { p.Lineage, p.Serial = "", 0 }, "another state (lineage l, not none)"},
		"serial":      {func(p *plan.Pin) { p.Serial = 8 }, "serial 7, now 8"},
		"run is over": {func(p *plan.Pin) { p.Run = "" }, "continues the run r"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			now := pin
			test.now(&now)
			err := (&plan.File{Pin: pin}).Check(now)
			if !errors.Is(err, plan.ErrStale) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a stale plan because of %q", err, test.want)
			}
		})
	}
}

func TestRestoreAsksOnlyWhatCanBeAsked(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	f := plan.NewFile(savedPlan(t, now), plan.Pin{}, plan.FileOptions{}, "", now)
	if _, err := f.Restore(stream(savedMessages()[:2]...), now); !errors.Is(err, plan.ErrStale) {
		t.Errorf("a message is gone: %v", err)
	}
	if _, err := f.Restore(stream(savedMessages()...), now.AddDate(0, 0, 9)); !errors.Is(err, plan.ErrStale) || !strings.Contains(err.Error(), "window") {
		t.Errorf("the windows have closed: %v", err)
	}
	f.Steps = append(f.Steps, f.Steps[0])
	if _, err := f.Restore(stream(savedMessages()...), now); !errors.Is(err, plan.ErrNoPlan) {
		t.Errorf("a step stands twice: %v", err)
	}
}

func TestReadFileRefuses(t *testing.T) {
	for text, want := range map[string]error{
		"":                                       plan.ErrNoPlan,
		"user_id\nu1":                            plan.ErrNoPlan,
		"{}":                                     plan.ErrNoPlan,
		"null":                                   plan.ErrNoPlan,
		`{"format_version": "1.0"}`:              plan.ErrNoPlan,
		`{"format_version": "1.1", "steps": []}`: plan.ErrOtherFormat,
		`{"format_version": "2.0", "steps": [], "more": 1}`:     plan.ErrOtherFormat,
		`{"format_version": "1.0", "steps": [], "stepz": 1}`:    plan.ErrNoPlan,
		`{"format_version": "1.0", "steps": [{"address": 1}]}`:  plan.ErrNoPlan,
		`{"format_version": "1.0", "steps": {}, "serial": "7"}`: plan.ErrNoPlan,
	} {
		if _, err := plan.ReadFile(strings.NewReader(text)); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}
