package view

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/cli/term"
	"notifyaudit/job/plan"
)

// shown is a plan of these messages on a screen of so many columns.
func shown(t *testing.T, width int, messages iter.Seq2[job.Message, error]) []string {
	t.Helper()
	o := plan.Options{Now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), Refresh: job.DefaultRefresh()}
	providers := []job.Provider{{Name: "dingtalk", Limit: job.Limit{RequestsPerSecond: 20, QuotaGroup: "acme"}}}
	made, err := plan.Make(t.Context(), messages, neverAsked{}, providers, o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	Printer{Screen: &term.Screen{Writer: &out, Width: width}}.plan(made)
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	for _, line := range lines {
		if width > 0 && term.Columns(line) > width {
			t.Errorf("%d columns on a screen of %d: %s", term.Columns(line), width, line)
		}
	}
	return lines
}

func manyMessages(n int, address string) iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for i := range n {
			m := job.Message{
				ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: fmt.Sprint("K", i)},
				Address: fmt.Sprintf(address, i),
			}
			if !yield(m, nil) {
				return
			}
		}
	}
}

// TestLongPlansAreShort: however many messages and blocks there are, a plan stays
// readable, and every message is in its sum.
func TestLongPlansAreShort(t *testing.T) {
	tests := map[string]struct {
		address string
		want    string
	}{
		"message blocks":  {"message.m%d", "9\u202f995 more"},
		"one large block": {`messages.all["%d"]`, "10\u202f000"},
	}
	for name, test := range tests {
		for _, width := range []int{0, 40, 60, 200} {
			t.Run(fmt.Sprintf("%s at %d", name, width), func(t *testing.T) {
				lines := shown(t, width, manyMessages(10000, test.address))
				text := strings.Join(lines, "\n")
				if len(lines) > 40 || !strings.Contains(text, test.want) || !strings.Contains(text, "10 000 to read") {
					t.Errorf("%d lines:\n%s", len(lines), text)
				}
			})
		}
	}
	blocks := func(yield func(job.Message, error) bool) {
		for i := range 1000 {
			for m, err := range manyMessages(3, fmt.Sprintf("messages.b%d[\"%%d\"]", i)) {
				m.ID.ProcessQueryKey += fmt.Sprint("-", i)
				if !yield(m, err) {
					return
				}
			}
		}
	}
	lines := shown(t, 80, blocks)
	if text := strings.Join(lines, "\n"); len(lines) > 100 || !strings.Contains(text, "and 980 more blocks: 2 940 to read") {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
}

// TestPlanAligns: reasons stand below each other, and on the next line where the
// screen is too narrow.
func TestPlanAligns(t *testing.T) {
	messages := func(yield func(job.Message, error) bool) {
		for _, m := range []job.Message{
			{Address: "message.a", ID: job.MessageID{Provider: "dingtalk", ProcessQueryKey: "1"}},
			{
				Address: "message.longer", ID: job.MessageID{Provider: "dingtalk", ProcessQueryKey: "2"},
				SentAt: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Window: time.Hour,
			},
		} {
			if !yield(m, nil) {
				return
			}
		}
	}
	wide := shown(t, 100, messages)
	if wide[0] != "+ message.a       to read  never read" ||
		!strings.HasPrefix(wide[1], ". message.longer  frozen   its window closed on 2026-11-01 01:00") {
		t.Errorf("wide:\n%s", strings.Join(wide, "\n"))
	}
	narrow := shown(t, 44, messages)
	if narrow[1] != ". message.longer  frozen" || narrow[2] != "    its window closed on 2026-11-01 01:00," && narrow[2] != "    its window closed on 2026-11-01 01:00" {
		t.Errorf("narrow:\n%s", strings.Join(narrow, "\n"))
	}
}

// neverAsked is that of a state without messages.
type neverAsked struct{}

func (neverAsked) Records(_ context.Context, ids []job.MessageID) ([]*job.Record, error) {
	return make([]*job.Record, len(ids)), nil
}

func (neverAsked) Readers(_ context.Context, records []*job.Record) ([][]job.Reader, error) {
	return make([][]job.Reader, len(records)), nil
}

func (neverAsked) Members(context.Context, string) ([]string, error) { return nil, nil }
