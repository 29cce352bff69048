package plan_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// failing are records of messages that failed in so many runs in a row, the last
// time hours ago.
func failing(runs, hours int, messages ...job.Message) map[job.MessageID]*job.Record {
	records := map[job.MessageID]*job.Record{}
	for _, m := range messages {
		at := ago(time.Duration(hours) * time.Hour)
		records[m.ID] = &job.Record{FirstAskedAt: at, Failure: &job.Failure{
			Status: job.StatusFailed, Class: job.ClassTransient, Code: "system.error", RunID: "run-1", At: at, Runs: runs,
			RobotCode: m.RobotCode, OpenConversationID: m.OpenConversationID, SentAt: m.SentAt,
		}}
	}
	return records
}

func TestThePlanSaysWhatWaitsAndForetellsIt(t *testing.T) {
	waiting, healthy := message("message.waiting", 1), message("message.healthy", 1)
	h := &memory{records: failing(4, 5, waiting)}
	p := mustMake(t, []job.Message{waiting, healthy}, h, []job.Provider{dingtalk(job.Limit{})}, options())
	if got := p.Counts[plan.ActionWaiting]; got != 1 || p.Forecast.Calls != 1 {
		t.Errorf("%d waiting, %d calls", got, p.Forecast.Calls)
	}
	if want := noon.Add(2*time.Hour + 45*time.Minute); !p.Forecast.NextTry.Equal(want) {
		t.Errorf("next try at %v, want %v", p.Forecast.NextTry, want)
	}
	if got := p.Summary(); !strings.Contains(got, "1 waiting") || !strings.Contains(got, "The first of those waiting is due in 2 h 45 min.") {
		t.Errorf("summary %q", got)
	}
}

func TestANeverReadHealthyMessageIsPaidBeforeOneThatKeepsFailing(t *testing.T) {
	failed, healthy, closing := message("message.failed", 1), message("message.healthy", 1), message("message.closing", 1)
	failed.SentAt, failed.Window = ago(23*time.Hour), 24*time.Hour
	closing.SentAt, closing.Window = ago(22*time.Hour), 24*time.Hour
	h := &memory{records: failing(1, 5, failed)}
	messages := []job.Message{failed, healthy, closing}
	for calls, want := range map[int][]string{
		1: {"message.closing"},
		2: {"message.closing", "message.healthy"},
		3: {"message.failed", "message.closing", "message.healthy"},
	} {
		o := options()
		o.MaxRequests = calls
		p := mustMake(t, messages, h, []job.Provider{dingtalk(job.Limit{})}, o)
		if diff := cmp.Diff(want, addresses(p)); diff != "" {
			t.Errorf("%d calls (-want +got):\n%s", calls, diff)
		}
	}
}

func TestARefusedQuotaAsksNothingUntilTheMonthTurns(t *testing.T) {
	o := options()
	for name, tc := range map[string]struct {
		group string
		at    time.Time
		calls int
	}{
		"this month":    {"acme", ago(time.Hour), 0},
		"last month":    {"acme", ago(30 * 24 * time.Hour), 1},
		"another group": {"beta", ago(time.Hour), 1},
	} {
		o.Refusals = []job.QuotaRefusal{{QuotaGroup: tc.group, Code: "Forbidden.AccessDenied.ApiCountLimitForOrg", At: tc.at}}
		p := mustMake(t, []job.Message{message("message.a", 1)}, &memory{}, []job.Provider{dingtalk(job.Limit{})}, o)
		if p.Forecast.Calls != tc.calls {
			t.Errorf("%s: %d calls, want %d", name, p.Forecast.Calls, tc.calls)
		}
		if tc.calls > 0 {
			continue
		}
		if got := p.Groups[0].Parts[0].Examples[0].Reason; got != "the organisation's calls of this month are spent, renewed on 2026-11-30" {
			t.Errorf("reason %q", got)
		}
		if got := p.Summary(); !strings.Contains(got, "calls of this month are spent, says the vendor; they are renewed on 2026-12-01") {
			t.Errorf("summary %q", got)
		}
		want := []job.Stop{{
			Reach: job.ReachQuota, Class: job.ClassQuota, NotAsked: 1,
			Message: "the organisation's calls of this month are spent, renewed on 2026-11-30",
		}}
		if diff := cmp.Diff(want, p.Deferrals()); diff != "" {
			t.Errorf("deferrals (-want +got):\n%s", diff)
		}
	}
}

func TestPeopleNotDeliveredToDontKeepAMessageFromSettling(t *testing.T) {
	m := message("message.a", 3)
	m.Audience = job.Listed("", []string{"u1", "u2", "u3"})
	record := &job.Record{
		FirstAskedAt: ago(20 * time.Hour), Audience: job.Audience{Form: job.AudienceListed, Size: 3}, AudienceHash: "list",
		Last: &job.Reading{FinishedAt: ago(20 * time.Hour), SendStatus: job.SendSuccess, Readers: 2, Read: 2},
	}
	for name, tc := range map[string]struct {
		unreached, readers []string
		want               plan.Action
	}{
		"the one who has not read it": {[]string{"u3"}, []string{"u1", "u2"}, plan.ActionSettled},
		"one who has read it":         {[]string{"u1"}, []string{"u1", "u2"}, plan.ActionRefresh},
		"a stranger":                  {[]string{"x1"}, []string{"u1", "u2"}, plan.ActionRefresh},
		"all, and some have read it":  {[]string{"u1", "u2", "u3"}, []string{"u1", "u2"}, plan.ActionSettled},
	} {
		m.NotDelivered = tc.unreached
		h := &memory{
			records: map[job.MessageID]*job.Record{m.ID: record},
			members: map[string][]string{"list": m.Audience.UserIDs},
			readers: map[*job.Record][]job.Reader{},
		}
		for _, id := range tc.readers {
			h.readers[record] = append(h.readers[record], job.Reader{UserID: id})
		}
		p := mustMake(t, []job.Message{m}, h, []job.Provider{dingtalk(job.Limit{})}, options())
		if p.Counts[tc.want] != 1 {
			t.Errorf("%s: %v, want %s", name, p.Counts, tc.want)
		}
	}
}

func TestReplaceRecordsTheAudienceWithoutACall(t *testing.T) {
	closed, open := message("message.closed", 1), message("message.open", 1)
	closed.SentAt, closed.Window = ago(48*time.Hour), time.Hour
	h := &memory{records: map[job.MessageID]*job.Record{closed.ID: {
		FirstAskedAt: ago(48 * time.Hour), Last: &job.Reading{FinishedAt: ago(48 * time.Hour), SendStatus: job.SendSuccess},
	}}}
	o := options()
	o.Replace = []string{"message.closed"}
	p := mustMake(t, []job.Message{open, closed}, h, []job.Provider{dingtalk(job.Limit{})}, o)
	var got []plan.Step
	for s := range p.Steps() {
		got = append(got, s)
	}
	if len(got) != 2 || got[0].Message.Address != "message.closed" || got[0].Asks() || !got[0].ReplaceAudience || !got[1].Asks() {
		t.Errorf("steps %+v", got)
	}
	if p.Forecast.Calls != 1 || p.Counts[plan.ActionFrozen] != 1 || p.Counts.Asked() != 1 {
		t.Errorf("%d calls, %v", p.Forecast.Calls, p.Counts)
	}
}

func TestTheAddressOfAnErasedRecipientIsTaken(t *testing.T) {
	m := message("messages.payslips", 1)
	m.FullAddress, m.Source = `messages.payslips["alice"]`, job.Position{File: "payslips.csv", Line: 7}
	for _, flag := range []string{"target", "replace"} {
		o := options()
		if flag == "target" {
			o.Targets = []string{m.FullAddress}
		} else {
			o.Replace = []string{m.FullAddress}
		}
		p := mustMake(t, []job.Message{m, message("message.other", 1)}, &memory{}, []job.Provider{dingtalk(job.Limit{})}, o)
		line := p.Groups[0].Parts[0].Examples[0]
		if line.Name() != "messages.payslips (payslips.csv:7)" || line.Address != "messages.payslips" {
			t.Errorf("-%s: the line is of %q, %q", flag, line.Name(), line.Address)
		}
		if flag == "replace" && line.Cause != plan.CauseReplaced || flag == "target" && len(p.Groups) != 1 {
			t.Errorf("-%s: %+v in %d groups", flag, line, len(p.Groups))
		}
	}
}
