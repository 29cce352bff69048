package plan_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"notifyaudit/job"
	"notifyaudit/job/plan"
	"notifyaudit/job/shelf"
)

// A memory is a history in a map.
type memory struct {
	records map[job.MessageID]*job.Record
	members map[string][]string
	readers map[*job.Record][]job.Reader
	// asked counts the messages looked up, lists the lists.
	asked, lists int
}

func (h *memory) Records(_ context.Context, ids []job.MessageID) ([]*job.Record, error) {
	h.asked += len(ids)
	out := make([]*job.Record, len(ids))
	for i, id := range ids {
		out[i] = h.records[id]
	}
	return out, nil
}

func (h *memory) Readers(_ context.Context, records []*job.Record) ([][]job.Reader, error) {
	out := make([][]job.Reader, len(records))
	for i, r := range records {
		out[i] = h.readers[r]
	}
	return out, nil
}

func (h *memory) Members(_ context.Context, hash string) ([]string, error) {
	h.lists++
	ids, found := h.members[hash]
	if !found {
		return nil, fmt.Errorf("no audience %s", hash)
	}
	return ids, nil
}

func stream(messages ...job.Message) iter.Seq2[job.Message, error] {
	return func(yield func(job.Message, error) bool) {
		for _, m := range messages {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func dingtalk(limit job.Limit) job.Provider {
	if limit.RequestsPerSecond == 0 {
		limit.RequestsPerSecond = 20
	}
	if limit.QuotaGroup == "" {
		limit.QuotaGroup = "acme"
	}
	return job.Provider{Name: "dingtalk", AppKey: "key", Limit: limit}
}

func message(address string, size int) job.Message {
	return job.Message{
		ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: "key of " + address},
		Address: address, SentAt: ago(24 * time.Hour), Audience: job.Sized(size),
	}
}

// payslips are n messages of a block, of one person each.
func payslips(n int) []job.Message {
	out := make([]job.Message, n)
	for i := range out {
		out[i] = message(fmt.Sprintf("messages.payslips[%q]", fmt.Sprintf("row-%d", i+1)), 1)
	}
	return out
}

func readAt(t time.Time, readers int) *job.Record {
	w := newWorld()
	w.read(t, readers)
	w.r.Audience = job.Sized(1)
	return &w.r
}

func options() plan.Options { return plan.Options{Now: noon, Refresh: job.DefaultRefresh()} }

func mustMake(t *testing.T, messages []job.Message, h plan.History, providers []job.Provider, o plan.Options) *plan.Plan {
	t.Helper()
	p, err := plan.Make(t.Context(), stream(messages...), h, providers, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func addresses(p *plan.Plan) []string {
	var out []string
	for s := range p.Steps() {
		out = append(out, s.Message.Address)
	}
	return out
}

func TestMakeGroups(t *testing.T) {
	messages := append([]job.Message{message("message.benefits", 300)}, payslips(6)...)
	h := &memory{records: map[job.MessageID]*job.Record{
		messages[1].ID: readAt(ago(5*time.Hour), 1),
		messages[2].ID: readAt(ago(6*time.Hour), 1),
		messages[4].ID: readAt(ago(time.Minute), 1),
	}}
	o := options()
	o.Examples = 1
	p := mustMake(t, messages, h, []job.Provider{dingtalk(job.Limit{})}, o)
	p.AddDropped(2, []string{"message.old"})

	want := []*plan.Group{
		{Block: "message.benefits", Counts: plan.Counts{plan.ActionRead: 1}, Calls: 2, Parts: []*plan.Part{{
			Action: plan.ActionRead, Cause: plan.CauseNever, Messages: 1, Calls: 2, Examples: []plan.Line{
				{Address: "message.benefits", Action: plan.ActionRead, Cause: plan.CauseNever, Reason: "never read", Calls: 2},
			},
		}}},
		{Block: "messages.payslips", Counts: plan.Counts{plan.ActionRead: 3, plan.ActionRefresh: 2, plan.ActionFresh: 1}, Calls: 5, Parts: []*plan.Part{
			{Action: plan.ActionRead, Cause: plan.CauseNever, Messages: 3, Calls: 3, Examples: []plan.Line{
				{Address: `messages.payslips["row-3"]`, Action: plan.ActionRead, Cause: plan.CauseNever, Reason: "never read", Calls: 1},
			}},
			{Action: plan.ActionRefresh, Cause: plan.CauseDue, Messages: 2, Calls: 2, Examples: []plan.Line{
				{
					Address: `messages.payslips["row-1"]`, Action: plan.ActionRefresh, Cause: plan.CauseDue,
					Reason: "last read 5 h ago, due after 1 h 54 min", Calls: 1,
				},
			}},
			{Action: plan.ActionFresh, Cause: plan.CauseNotDue, Messages: 1, Examples: []plan.Line{
				{
					Address: `messages.payslips["row-4"]`, Action: plan.ActionFresh, Cause: plan.CauseNotDue,
					Reason: "last read 1 min ago, due in 2 h 22 min",
				},
			}},
		}},
		{Counts: plan.Counts{plan.ActionDropped: 2}, Parts: []*plan.Part{{
			Action: plan.ActionDropped, Cause: plan.CauseDropped, Messages: 2, Examples: []plan.Line{
				{Address: "message.old", Action: plan.ActionDropped, Cause: plan.CauseDropped, Reason: "not in the manifest"},
			},
		}}},
	}
	opts := cmpopts.IgnoreUnexported(plan.Line{}, plan.Drift{})
	if diff := cmp.Diff(want, p.Groups, opts); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if got, want := p.Groups[1].Counts.String(), "3 to read, 2 to refresh, 1 fresh"; got != want {
		t.Errorf("counts: got %q, want %q", got, want)
	}
	if got, want := (plan.Counts{plan.ActionSettled: 9988, plan.ActionRefresh: 12}).String(), "9 988 settled, 12 to refresh"; got != want {
		t.Errorf("counts: got %q, want %q", got, want)
	}
	wantCounts := plan.Counts{plan.ActionRead: 4, plan.ActionRefresh: 2, plan.ActionFresh: 1, plan.ActionDropped: 2}
	if diff := cmp.Diff(wantCounts, p.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// Longest chain first, then the soonest closing window, then the manifest.
func TestAsksOrder(t *testing.T) {
	plain, other := message("message.plain", 1), message("message.other", 201)
	other.NotDelivered = []string{"u1"}
	closing, soon := message("message.closing", 1), message("message.soon", 1)
	closing.Window, soon.Window = 48*time.Hour, 25*time.Hour
	long, again, resumed := message("message.long", 601), message("message.again", 9000), message("message.resumed", 2000)
	h := &memory{records: map[job.MessageID]*job.Record{
		again.ID:   readAt(ago(20*time.Hour), 401),
		resumed.ID: {Cursor: &job.Cursor{NextToken: "t", Pages: 8, Readers: 1600, UpdatedAt: ago(time.Minute)}},
	}}
	p := mustMake(t, []job.Message{plain, closing, soon, other, resumed, again, long}, h, []job.Provider{dingtalk(job.Limit{})}, options())

	type step struct {
		Address string
		Action  plan.Action
		Pages   int
	}
	var got []step
	for s := range p.Steps() {
		got = append(got, step{s.Message.Address, s.Action, s.Pages})
	}
	want := []step{
		{"message.long", plan.ActionRead, 4},
		{"message.again", plan.ActionRefresh, 3},
		{"message.resumed", plan.ActionRead, 2},
		{"message.soon", plan.ActionRead, 1},
		{"message.closing", plan.ActionRead, 1},
		{"message.plain", plan.ActionRead, 1},
		{"message.other", plan.ActionRead, 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asks (-want +got):\n%s", diff)
	}
	for range p.Steps() {
		break // leaving early must not panic
	}
}

// A step has all that is asked and recorded.
func TestStepMessage(t *testing.T) {
	m := newWorld().m
	m.OpenConversationID, m.Window, m.NotDelivered = "cid", 48*time.Hour, []string{"u3"}
	m.Title, m.Tags = "Benefits", map[string]string{"owner": "c&b"}
	o := options()
	o.Replace = []string{m.Address}
	p := mustMake(t, []job.Message{m}, &memory{}, []job.Provider{dingtalk(job.Limit{})}, o)
	want := m
	want.Title, want.Tags = "", nil
	for s := range p.Steps() {
		if diff := cmp.Diff(plan.Step{Message: &want, Action: plan.ActionRead, Cause: plan.CauseReplaced, Pages: 1, ReplaceAudience: true}, s, cmpopts.IgnoreUnexported(plan.Step{})); diff != "" {
			t.Errorf("step (-want +got):\n%s", diff)
		}
	}
}

// A run keeps the steps' messages where the plan has them, and of the plan itself no more
// than they take.
//
//nolint:paralleltest // all memory of the process is counted
func TestHandOver(t *testing.T) {
	const n = 20_000
	messages := payslips(n)
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	p := mustMake(t, messages, &memory{}, []job.Provider{dingtalk(job.Limit{})}, options())
	var other shelf.Shelf
	steps := 0
	for s := range p.HandOver() {
		if steps++; steps > 100 {
			continue
		}
		place := s.On(p.Shelf())
		if again := s.On(p.Shelf()); again != place || p.Shelf().ID(place) != s.Message.ID {
			t.Fatalf("%s is at place %d, and then at %d", s.Message.Address, place, again)
		}
		if got := other.ID(s.On(&other)); got != s.Message.ID {
			t.Fatalf("%s is on another shelf as %v", s.Message.Address, got)
		}
	}
	if left := addresses(p); steps != n || len(left) > 0 {
		t.Errorf("%d steps were handed over, %d are left", steps, len(left))
	}
	if each := (heap() - before) / n; each > 80 {
		t.Errorf("a plan takes %d bytes a message", each)
	}
	runtime.KeepAlive(messages)
	runtime.KeepAlive(p)
}

func TestForecast(t *testing.T) {
	hr := dingtalk(job.Limit{RequestsPerSecond: 40, MaxInFlight: 5, QuotaGroup: "beta"})
	hr.Name = "dingtalk.hr"
	providers := []job.Provider{dingtalk(job.Limit{RequestsPerMonth: 5000, Reserve: 500}), hr}
	messages := append(payslips(100), message("message.long", 25_000), message("message.hr", 30*200))
	messages[101].ID.Provider = "dingtalk.hr"
	o := options()
	o.Spent = map[string]int{"acme": 812, "beta": 3}

	f := mustMake(t, messages, &memory{}, providers, o).Forecast
	month, turns := "2026-11", time.Date(2026, 12, 1, 0, 0, 0, 0, time.FixedZone("", 8*60*60))
	want := plan.Forecast{
		Calls:    255,
		Duration: 25 * time.Second,
		Providers: []plan.ProviderForecast{
			// The chain of 125 pages takes longer than 225 calls at 20 a second.
			{Name: "dingtalk", Messages: 101, Calls: 225, LongestChain: 125, RequestsPerSecond: 20, Duration: 25 * time.Second},
			{Name: "dingtalk.hr", Messages: 1, Calls: 30, LongestChain: 30, RequestsPerSecond: 40, Duration: 6 * time.Second},
		},
		Quotas: []plan.Quota{
			{Group: "acme", Month: month, Turns: turns, Spent: 812, Planned: 225, Allowed: 4500, Limited: true},
			{Group: "beta", Month: month, Turns: turns, Spent: 3, Planned: 30},
		},
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("forecast (-want +got):\n%s", diff)
	}
}

func TestForecastDuration(t *testing.T) {
	tests := []struct {
		name    string
		limit   job.Limit
		latency time.Duration
		sizes   []int
		want    time.Duration
	}{
		{"nothing", job.Limit{}, 0, nil, 0},
		{"the rate", job.Limit{RequestsPerSecond: 20}, 0, slices.Repeat([]int{1}, 312), 15600 * time.Millisecond},
		{"slow answers hold their slots", job.Limit{RequestsPerSecond: 20}, 3 * time.Second, slices.Repeat([]int{1}, 100), 15 * time.Second},
		{"one chain", job.Limit{RequestsPerSecond: 20}, 0, []int{2000}, 2 * time.Second},
		{"few in flight", job.Limit{RequestsPerSecond: 20, MaxInFlight: 2}, 0, slices.Repeat([]int{1}, 100), 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var messages []job.Message
			for i, size := range tt.sizes {
				messages = append(messages, message(fmt.Sprintf("message.m%d", i), size))
			}
			o := options()
			o.Latency = tt.latency
			p := mustMake(t, messages, &memory{}, []job.Provider{dingtalk(tt.limit)}, o)
			if p.Forecast.Duration != tt.want {
				t.Errorf("got %s, want %s", p.Forecast.Duration, tt.want)
			}
		})
	}
}

func TestDeferral(t *testing.T) {
	soon, later := message("message.soon", 1), message("message.later", 1)
	soon.Window, later.Window = 25*time.Hour, 48*time.Hour
	old, young := message("message.old", 1), message("message.young", 1)
	never, long := message("message.never", 1), message("message.long", 1000)
	messages := []job.Message{young, old, long, never, later, soon}
	h := &memory{records: map[job.MessageID]*job.Record{
		old.ID:   readAt(ago(20*time.Hour), 1),
		young.ID: readAt(ago(5*time.Hour), 1),
	}}
	tests := []struct {
		name     string
		limit    job.Limit
		spent    int
		max      int
		run      *job.Run
		want     []string // asked
		deferred plan.Cause
		reason   string
	}{
		{
			"all are paid",
			job.Limit{RequestsPerMonth: 10},
			0, 10, nil,
			[]string{"message.long", "message.soon", "message.later", "message.young", "message.old", "message.never"},
			"", "",
		},
		{
			"the youngest reading goes first",
			job.Limit{RequestsPerMonth: 20, Reserve: 5},
			6, 0, nil,
			[]string{"message.long", "message.soon", "message.later", "message.old", "message.never"},
			plan.CauseMonth, "more than the month pays for, renewed on 2026-12-01",
		},
		{
			"a chain that is too long lets others pass",
			job.Limit{RequestsPerRun: 3},
			0, 0, nil,
			[]string{"message.soon", "message.later", "message.never"},
			plan.CauseRun, "more than requests_per_run pays for",
		},
		{
			"the run that goes on has spent",
			job.Limit{RequestsPerRun: 6},
			0, 0, &job.Run{ID: "run-0", Calls: 4},
			[]string{"message.soon", "message.later"},
			plan.CauseRun, "more than requests_per_run pays for",
		},
		{
			"max-requests",
			job.Limit{},
			0, 1, nil,
			[]string{"message.soon"},
			plan.CauseMax, "more than -max-requests pays for",
		},
		{
			"more spent than allowed",
			job.Limit{RequestsPerMonth: 10},
			11, 0, nil, nil,
			plan.CauseMonth, "more than the month pays for, renewed on 2026-12-01",
		},
		{
			"a reserve above the quota",
			job.Limit{RequestsPerMonth: 10, Reserve: 20},
			0, 0, nil, nil,
			plan.CauseMonth, "more than the month pays for, renewed on 2026-12-01",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options()
			o.Spent, o.MaxRequests, o.Run = map[string]int{"acme": tt.spent}, tt.max, tt.run
			o.Location = time.FixedZone("Asia/Shanghai", 8*60*60)
			p := mustMake(t, messages, h, []job.Provider{dingtalk(tt.limit)}, o)
			if diff := cmp.Diff(tt.want, addresses(p)); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			for _, g := range p.Groups {
				asked := slices.Contains(tt.want, g.Block)
				if len(g.Parts) != 1 || g.Parts[0].Messages != 1 || len(g.Parts[0].Examples) != 1 {
					t.Fatalf("%s: want one part with one line, got %+v", g.Block, g.Parts)
				}
				part := g.Parts[0]
				if part.Action.Asks() != asked {
					t.Errorf("%s: %s", g.Block, part.Action)
				}
				if !asked && (part.Cause != tt.deferred || part.Examples[0].Reason != tt.reason || part.Calls != 0) {
					t.Errorf("%s: deferred as %+v", g.Block, part)
				}
			}
		})
	}
}

// Providers of one quota group share its month, and the least of what they say
// may be spent holds.
func TestSharedQuota(t *testing.T) {
	hr := dingtalk(job.Limit{RequestsPerMonth: 3})
	hr.Name = "dingtalk.hr"
	messages := payslips(4)
	messages[2].ID.Provider, messages[3].ID.Provider = hr.Name, hr.Name
	p := mustMake(t, messages, &memory{}, []job.Provider{dingtalk(job.Limit{RequestsPerMonth: 5000}), hr}, options())
	if got, want := p.Counts.String(), "3 to read, 1 deferred"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if q := p.Forecast.Quotas; len(q) != 1 || q[0].Allowed != 3 || q[0].Planned != 3 || q[0].Left() != 3 {
		t.Errorf("quotas: %+v", q)
	}
}

func TestRobotStopInPlan(t *testing.T) {
	provider := dingtalk(job.Limit{})
	o := options()
	o.Stops = []job.RobotStop{{
		Provider: "dingtalk", RobotCode: "dingabc", Credential: provider.Credential(),
		Class: job.ClassDenied, At: ago(time.Hour), Runs: 3,
	}}
	stopped, free := message("message.stopped", 1), message("message.free", 1)
	stopped.RobotCode = "dingabc"
	p := mustMake(t, []job.Message{stopped, free}, &memory{}, []job.Provider{provider}, o)
	if diff := cmp.Diff([]string{"message.free"}, addresses(p)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if got, want := p.Groups[0].Parts[0].Examples[0].Reason, "its robot was stopped on 2026-11-20: denied; tried again in 45 min"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTargets(t *testing.T) {
	messages := append(payslips(9), message("message.benefits", 1), message("messages.pay", 1))
	tests := []struct {
		name             string
		targets, replace []string
		want             []string
		err              string
	}{
		{"a message", []string{"message.benefits"}, nil, []string{"message.benefits"}, ""},
		{"a row", []string{`messages.payslips["row-7"]`}, nil, []string{`messages.payslips["row-7"]`}, ""},
		{
			"a block and a message, given twice",
			[]string{"messages.pay", "message.benefits", "messages.pay"},
			nil,
			[]string{"message.benefits", "messages.pay"},
			"",
		},
		{
			"a missing letter",
			[]string{"message.benefit"},
			nil, nil,
			"-target message.benefit: no message has this address; did you mean message.benefits?",
		},
		{
			"a wrong key",
			[]string{`messages.payslips["row7"]`},
			nil, nil,
			`-target messages.payslips["row7"]: no message has this address; did you mean messages.payslips["row-7"]?`,
		},
		{
			"a bare name", nil,
			[]string{"payslips"},
			nil,
			"-replace payslips: no message has this address; did you mean messages.payslips?",
		},
		{
			"nothing like it",
			[]string{"qqqqqqqq"},
			nil, nil,
			`-target qqqqqqqq: no message has this address; an address is message.NAME, messages.NAME or messages.NAME["KEY"]`,
		},
		{
			"two mistakes",
			[]string{"message.benefit"},
			[]string{"messages.pai"},
			nil,
			"-target message.benefit: no message has this address; did you mean message.benefits?\n" +
				"-replace messages.pai: no message has this address; did you mean messages.pay?",
		},
		{
			"replace outside of the targets",
			[]string{"message.benefits"},
			[]string{"messages.pay"},
			nil,
			"-replace messages.pay: the message is not among the targets; give it to -target as well",
		},
		{
			"replace a row of a targeted block",
			[]string{"messages.payslips"},
			[]string{`messages.payslips["row-2"]`},
			addressesOf(messages[:9]), "",
		},
		{
			"replace a block of which a row is targeted",
			[]string{`messages.payslips["row-2"]`},
			[]string{"messages.payslips"},
			[]string{`messages.payslips["row-2"]`},
			"",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options()
			o.Targets, o.Replace = tt.targets, tt.replace
			h := &memory{}
			p, err := plan.Make(t.Context(), stream(messages...), h, []job.Provider{dingtalk(job.Limit{})}, o)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error:\n got %v\nwant %s", err, tt.err)
				}
				if _, ok := errors.AsType[*plan.AddressError](err); !ok {
					t.Errorf("%T is no AddressError", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, addresses(p)); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
			if p.AddDropped(3, []string{"message.old"}); (p.Counts[plan.ActionDropped] > 0) != (tt.targets == nil) {
				t.Errorf("with targets %v, %d are dropped", tt.targets, p.Counts[plan.ActionDropped])
			}
			if h.asked != len(tt.want) {
				t.Errorf("%d messages were looked up, want %d", h.asked, len(tt.want))
			}
		})
	}
}

func addressesOf(messages []job.Message) []string {
	out := make([]string, len(messages))
	for i := range messages {
		out[i] = messages[i].Address
	}
	return out
}

func TestReplaceSome(t *testing.T) {
	messages := payslips(3)
	h := &memory{records: map[job.MessageID]*job.Record{}}
	for i := range messages {
		h.records[messages[i].ID] = readAt(ago(time.Minute), 1)
	}
	o := options()
	o.Replace = []string{messages[1].Address}
	p := mustMake(t, messages, h, []job.Provider{dingtalk(job.Limit{})}, o)
	if diff := cmp.Diff([]string{messages[1].Address}, addresses(p)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestDrift(t *testing.T) {
	was := job.Listed("staff", strings.Fields("a b c d e f g h i j k l"))
	first := job.Listed("staff", strings.Fields("b c d"))
	now := job.Listed("staff", strings.Fields("a b c d e f g h i x y"))
	listed := func(address string, recorded, now job.Audience) (job.Message, *job.Record) {
		m := message(address, 0)
		m.Audience = now
		return m, &job.Record{
			FirstAskedAt: ago(time.Hour),
			Audience:     job.Audience{Form: recorded.Form, Size: recorded.Size, Roster: recorded.Roster},
			AudienceHash: recorded.Hash(),
		}
	}
	h := &memory{
		records: map[job.MessageID]*job.Record{},
		members: map[string][]string{was.Hash(): was.UserIDs, first.Hash(): first.UserIDs},
	}
	var messages []job.Message
	for _, c := range []struct {
		address       string
		recorded, now job.Audience
	}{
		{`messages.a["1"]`, was, now},
		{`messages.a["2"]`, was, now},
		{`messages.a["3"]`, first, now},
		{`messages.a["4"]`, now, now},
		{"message.same", was, was},
		{"message.renamed", was, job.Listed("people", was.UserIDs)},
		{"message.size", job.Sized(3), job.Sized(4)},
		{"message.list", job.Sized(11), now},
		{"message.sized", was, job.Sized(12)},
		{"message.new", job.Audience{}, now},
		{"message.empty", was, job.Listed("", nil)},
		{"message.purged", job.Sized(11), now},
	} {
		m, r := listed(c.address, c.recorded, c.now)
		if c.address == "message.purged" {
			r.PurgedAt = ago(time.Minute) // its people are not known any more, and are not compared
		}
		messages = append(messages, m)
		h.records[m.ID] = r
	}
	p := mustMake(t, messages, h, []job.Provider{dingtalk(job.Limit{})}, options())
	got := map[string]string{}
	for _, g := range p.Groups {
		if text := g.Drift.String(); text != "" {
			got[g.Block] = fmt.Sprintf("%d: %s", g.Drift.Messages, text)
		}
	}
	want := map[string]string{
		// joined: x y, and a e f g h i of the third; left: j k l.
		"messages.a":    "3: 8 joined, 3 left since it was recorded; -replace takes the roster anew",
		"message.size":  "1: the audience of 1 message changed since it was recorded; -replace takes it anew",
		"message.list":  "1: the audience of 1 message changed since it was recorded; -replace takes it anew",
		"message.sized": "1: the audience of 1 message changed since it was recorded; -replace takes it anew",
		"message.empty": "1: 12 left since it was recorded; -replace takes the roster anew",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
	if h.lists != 3 {
		t.Errorf("%d lists were looked up, want one for each of the 3 pairs", h.lists)
	}
}

func TestSummary(t *testing.T) {
	limit := job.Limit{RequestsPerSecond: 20, RequestsPerMonth: 5000, Reserve: 500}
	provider := func(calls int) []plan.ProviderForecast {
		return []plan.ProviderForecast{{Calls: calls, RequestsPerSecond: limit.RequestsPerSecond}, {RequestsPerSecond: 40}}
	}
	acme := plan.Quota{Group: "acme", Spent: 812, Allowed: 4500, Limited: true}
	tests := []struct {
		name string
		plan plan.Plan
		want string
	}{
		{
			"the contract's",
			plan.Plan{
				Counts:   plan.Counts{plan.ActionRead: 120, plan.ActionRefresh: 30, plan.ActionSettled: 850, plan.ActionFrozen: 12},
				Forecast: plan.Forecast{Calls: 312, Duration: 15600 * time.Millisecond, Providers: provider(312), Quotas: []plan.Quota{acme}},
			},
			"Plan: 120 to read, 30 to refresh, 850 settled, 12 frozen. About 312 calls, 16 s at 20 calls/s. " +
				"This state has spent 812 of the 4 500 calls it may spend this month.",
		},
		{
			"nothing to ask",
			plan.Plan{
				Counts:   plan.Counts{plan.ActionFresh: 9988, plan.ActionDeferred: 1, plan.ActionRejected: 1, plan.ActionDropped: 1},
				Forecast: plan.Forecast{Providers: provider(0), Quotas: []plan.Quota{{Spent: 1}}},
			},
			"Plan: nothing to ask, 9 988 fresh, 1 rejected, 1 deferred, 1 dropped. This state has spent 1 call this month.",
		},
		{"no messages", plan.Plan{}, "Plan: no messages."},
		{
			"two groups",
			plan.Plan{
				Counts: plan.Counts{plan.ActionRead: 1},
				Forecast: plan.Forecast{
					Calls: 1, Duration: 200 * time.Millisecond, Providers: provider(1),
					Quotas: []plan.Quota{acme, {Group: "beta", Spent: 1234}},
				},
			},
			`Plan: 1 to read. About 1 call, 1 s at 20 calls/s. This state has spent 812 of the 4 500 calls of "acme" it may spend this month. ` +
				`This state has spent 1 234 calls of "beta" this month.`,
		},
		{
			"many groups",
			plan.Plan{Forecast: plan.Forecast{Quotas: []plan.Quota{
				{Group: "a", Spent: 1},
				acme,
				{Group: "b", Spent: 4499, Allowed: 4500, Limited: true},
				{Group: "c", Spent: 3, Allowed: 4500, Limited: true},
				{Group: "d", Spent: 5, Refused: true, Turns: job.QuotaTurns(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))},
				{Group: "e", Spent: 4, Allowed: 4500, Limited: true},
			}}},
			`Plan: no messages. This state has spent 5 324 calls of 6 quota groups this month; these have the least left. ` +
				`The organisation's calls of this month are spent of "d", says the vendor; they are renewed on 2026-12-01. ` +
				`This state has spent 4 499 of the 4 500 calls of "b" it may spend this month. ` +
				`This state has spent 812 of the 4 500 calls of "acme" it may spend this month. ` +
				`This state has spent 4 of the 4 500 calls of "e" it may spend this month.`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.plan.Summary(); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestMakeErrors(t *testing.T) {
	errStream, errStop := errors.New("row 7 is torn"), errors.New("stopped by hand")
	torn := func(yield func(job.Message, error) bool) {
		if yield(message("message.a", 1), nil) {
			yield(job.Message{}, errStream)
		}
	}
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(errStop)
	foreign := message("message.a", 1)
	foreign.ID.Provider = "dingtalk.hr"
	drifted := message("message.a", 1)
	drifted.Audience = job.Listed("", []string{"a"})
	lost := &memory{records: map[job.MessageID]*job.Record{
		drifted.ID: {Audience: job.Audience{Form: job.AudienceListed, Size: 1}, AudienceHash: "lost"},
	}}
	one := []job.Provider{dingtalk(job.Limit{})}
	tests := []struct {
		name      string
		ctx       context.Context
		messages  iter.Seq2[job.Message, error]
		history   *memory
		providers []job.Provider
		want      string
	}{
		{"stream", t.Context(), torn, &memory{}, one, "row 7 is torn"},
		{"cancelled", cancelled, stream(message("message.a", 1)), &memory{}, one, "stopped by hand"},
		{"unknown provider", t.Context(), stream(foreign), &memory{}, one, `message.a: there is no provider "dingtalk.hr"`},
		{"same provider twice", t.Context(), stream(), &memory{}, append(one, one...), `two providers are called "dingtalk"`},
		{"lost audience", t.Context(), stream(drifted), lost, one, "look up the recorded audience of message.a: no audience lost"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := plan.Make(tt.ctx, tt.messages, tt.history, tt.providers, options())
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
