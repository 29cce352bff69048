package plan_test

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/plan"
)

// An audit is a drawn manifest with its state and limits.
type audit struct {
	messages  []job.Message
	history   *memory
	providers []job.Provider
	options   plan.Options
}

var drawAudit = rapid.Custom(func(t *rapid.T) *audit {
	a := &audit{history: &memory{records: map[job.MessageID]*job.Record{}}, options: options()}
	for i := range rapid.IntRange(1, 3).Draw(t, "providers") {
		a.providers = append(a.providers, job.Provider{Name: fmt.Sprintf("p%d", i), Limit: job.Limit{
			RequestsPerSecond: 20,
			RequestsPerMonth:  rapid.IntRange(0, 60).Draw(t, "month"),
			Reserve:           rapid.IntRange(0, 10).Draw(t, "reserve"),
			RequestsPerRun:    rapid.IntRange(0, 40).Draw(t, "run"),
			QuotaGroup:        rapid.SampledFrom([]string{"acme", "beta"}).Draw(t, "group"),
		}})
	}
	a.options.Spent = map[string]int{"acme": rapid.IntRange(0, 20).Draw(t, "spent")}
	a.options.MaxRequests = rapid.IntRange(0, 30).Draw(t, "max")
	a.options.Examples = 1000
	if rapid.Bool().Draw(t, "goes on") {
		a.options.Run = &job.Run{ID: "run-1", Calls: rapid.IntRange(0, 10).Draw(t, "calls")}
	}
	for i := range rapid.IntRange(0, 40).Draw(t, "messages") {
		m := drawMessage(t, i, len(a.providers))
		a.messages = append(a.messages, m)
		if r := drawRecord(t, &m); r != nil {
			a.history.records[m.ID] = r
		}
	}
	return a
})

func drawMessage(t *rapid.T, i, providers int) job.Message {
	hours := func(most int, label string) time.Duration {
		return time.Duration(rapid.IntRange(0, most).Draw(t, label)) * time.Hour
	}
	m := message(fmt.Sprintf("messages.b%d[%q]", i%3, strconv.Itoa(i)), rapid.SampledFrom([]int{0, 1, 200, 201, 900, 3000}).Draw(t, "size"))
	m.ID.Provider = fmt.Sprintf("p%d", rapid.IntRange(0, providers-1).Draw(t, "provider"))
	m.SentAt, m.Window = ago(hours(1000, "age")), hours(1200, "window")
	if rapid.IntRange(0, 4).Draw(t, "unsent") == 0 {
		m.SentAt = time.Time{}
	}
	return m
}

func drawRecord(t *rapid.T, m *job.Message) *job.Record {
	w := &world{m: *m}
	at := ago(time.Duration(rapid.IntRange(0, 400).Draw(t, "answered")) * 15 * time.Minute)
	known := rapid.IntRange(0, 6).Draw(t, "record")
	if known == 0 {
		return nil
	}
	if known%2 == 0 {
		w.read(at.Add(-time.Hour), rapid.IntRange(0, 3).Draw(t, "readers"))
		w.r.Audience, w.r.AudienceHash = job.Audience{Form: job.AudienceListed, Size: 3}, "list"
	}
	if known > 2 {
		class := rapid.SampledFrom([]job.ErrorClass{job.ClassExpired, job.ClassInvalid, job.ClassProcessing}).Draw(t, "class")
		status := rapid.SampledFrom([]job.Status{
			job.StatusPending, job.StatusFrozen, job.StatusRejected, job.StatusIncomplete, job.StatusFailed,
		}).Draw(t, "status")
		w.fail(at, status, class, "code")
	}
	return &w.r
}

func (a *audit) plan(t *rapid.T, messages iter.Seq2[job.Message, error]) *plan.Plan {
	p, err := plan.Make(t.Context(), messages, a.history, a.providers, a.options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Every message has exactly one line, its own decision's or a deferral of it,
// and the counts are those lines.
func TestMarksPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAudit.Draw(t, "audit")
		p := a.plan(t, stream(a.messages...))
		lines := map[string]plan.Line{}
		counts := plan.Counts{}
		calls := 0
		for _, g := range p.Groups {
			for _, part := range g.Parts {
				if part.Messages == 0 || part.Messages != len(part.Examples) {
					t.Fatalf("%s %s counts %d messages and shows %d", g.Block, part.Cause, part.Messages, len(part.Examples))
				}
				for _, l := range part.Examples {
					if _, twice := lines[l.Address]; twice {
						t.Fatalf("%s has two lines", l.Address)
					}
					if job.Block(l.Address) != g.Block || l.Action != part.Action || l.Cause != part.Cause || l.Reason == "" {
						t.Fatalf("%+v is in the wrong part, or without a reason", l)
					}
					lines[l.Address] = l
					counts[l.Action]++
					calls += l.Calls
				}
			}
		}
		if diff := gocmp.Diff(counts, p.Counts); diff != "" || len(lines) != len(a.messages) {
			t.Fatalf("%d lines of %d messages; counts (-lines +plan):\n%s", len(lines), len(a.messages), diff)
		}
		if calls != p.Forecast.Calls {
			t.Fatalf("the lines take %d calls, the forecast says %d", calls, p.Forecast.Calls)
		}
		stops := plan.NewStops(a.providers, nil)
		for i := range a.messages {
			m := &a.messages[i]
			d := plan.Decide(m, a.history.records[m.ID], plan.Rules{
				Now: noon, Refresh: a.options.Refresh, Run: a.options.Run, Stop: stops.Of(m),
			})
			got := lines[m.Address]
			put := got.Action == plan.ActionDeferred && d.Action.Asks()
			if !put && (got.Action != d.Action || got.Cause != d.Cause || got.Reason != d.Reason(nil)) {
				t.Fatalf("%s: the line is %+v, the decision %+v", m.Address, got, d)
			}
			if c := m.ClosesAt(); !c.IsZero() && !c.After(noon) && got.Calls > 0 {
				t.Fatalf("%s is asked after its window has closed", m.Address)
			}
		}
	})
}

// A candidate is a message to ask, as the paying test sees it.
type candidate struct {
	address  string
	rank     int // in the manifest
	closes   time.Time
	never    bool
	failing  bool // in earlier runs, by itself
	read     time.Time
	provider string
	group    string
	pages    int
}

// window is the end that counts: that of what keeps failing does not.
func (c *candidate) window() time.Time {
	if c.failing {
		return time.Time{}
	}
	return c.closes
}

// place is that among the never read, those that keep failing, and those read
// before.
func (c *candidate) place() int {
	switch {
	case c.failing:
		return 2
	case c.never:
		return 1
	}
	return 3
}

// before says it in the contract's words.
func (c *candidate) before(d *candidate) bool {
	a, b := c.window(), d.window()
	switch {
	case !a.Equal(b):
		return b.IsZero() || (!a.IsZero() && a.Before(b))
	case c.place() != d.place():
		return c.place() < d.place()
	case !c.read.Equal(d.read):
		return c.read.Before(d.read)
	}
	return c.rank < d.rank
}

// candidates are all messages that some budget would have to pay for, in the
// order of paying.
func (a *audit) candidates(t *rapid.T) []*candidate {
	free := *a
	free.options.MaxRequests, free.options.Spent = 0, nil
	free.providers = slices.Clone(a.providers)
	groups := map[string]string{}
	for i := range free.providers {
		l := &free.providers[i].Limit
		l.RequestsPerMonth, l.RequestsPerRun = 0, 0
		groups[free.providers[i].Name] = l.QuotaGroup
	}
	pages := map[string]int{}
	for s := range free.plan(t, stream(a.messages...)).Steps() {
		pages[s.Message.Address] = s.Pages
	}
	var out []*candidate
	for i := range a.messages {
		m := &a.messages[i]
		if pages[m.Address] == 0 {
			continue
		}
		c := &candidate{
			address: m.Address, rank: i, closes: m.ClosesAt(), never: true,
			provider: m.ID.Provider, group: groups[m.ID.Provider], pages: pages[m.Address],
		}
		if r := a.history.records[m.ID]; r != nil && r.Last != nil {
			c.never, c.read = false, r.Last.FinishedAt
		}
		if r := a.history.records[m.ID]; r != nil {
			c.failing = r.Failure != nil && r.Failure.Runs > 0
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(c, d *candidate) int {
		if c.before(d) {
			return -1
		}
		return 1
	})
	return out
}

// No budget is overdrawn; and a message is put off only because those before it
// left too little.
func TestBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAudit.Draw(t, "audit")
		paid := map[string]bool{}
		for s := range a.plan(t, stream(a.messages...)).Steps() {
			paid[s.Message.Address] = true
		}
		month, run := map[string]int{}, map[string]int{}
		for i := range a.providers {
			l := a.providers[i].Limit
			const plenty = 1 << 30
			group, provider := plenty, plenty
			if allowed, limited := l.Monthly(); limited {
				group = max(0, allowed-a.options.Spent[l.QuotaGroup])
			}
			if had, found := month[l.QuotaGroup]; found {
				group = min(group, had)
			}
			month[l.QuotaGroup] = group
			if l.RequestsPerRun > 0 {
				provider = l.RequestsPerRun
				if a.options.Run != nil {
					provider = max(0, provider-a.options.Run.Calls)
				}
			}
			run[a.providers[i].Name] = provider
		}
		left := cmp.Or(a.options.MaxRequests, 1<<30)
		for _, c := range a.candidates(t) {
			enough := min(month[c.group], run[c.provider], left) >= c.pages
			if enough != paid[c.address] {
				t.Fatalf("%s of %d pages: paid %t, but %d are left of the month, %d of the run, %d of the plan",
					c.address, c.pages, paid[c.address], month[c.group], run[c.provider], left)
			}
			if enough {
				month[c.group] -= c.pages
				run[c.provider] -= c.pages
				left -= c.pages
			}
		}
	})
}

// The same manifest, state and instant give the same plan, in one batch or in
// many, and the asking order is a longest-first one.
func TestDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := drawAudit.Draw(t, "audit")
		first, second := a.plan(t, stream(a.messages...)), a.plan(t, stream(a.messages...))
		ignore := cmpopts.IgnoreUnexported(plan.Plan{}, plan.Line{}, plan.Drift{}, plan.Step{})
		if diff := gocmp.Diff(first, second, ignore); diff != "" {
			t.Fatalf("two plans differ:\n%s", diff)
		}
		if diff := gocmp.Diff(slices.Collect(first.Steps()), slices.Collect(second.Steps()), ignore); diff != "" {
			t.Fatalf("two plans ask differently:\n%s", diff)
		}
		last := 1 << 30
		for s := range first.Steps() {
			if s.Pages > last {
				t.Fatalf("%s of %d pages comes after one of %d", s.Message.Address, s.Pages, last)
			}
			last = s.Pages
		}
	})
}
