package runner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/longtest"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
	"notifyaudit/ratelimit"
)

const monthMessages = 60

// An answerer is the API: what it answers about a key at a time after the beginning;
// status 0 is a reader of its own.
type answerer func(key string, since time.Duration) (status int, body string)

// A condition is one kind of trouble that lasts, and what asking costs under it.
type condition struct {
	name   string
	answer answerer
	// least is the fewest calls that find out all there is to find out, besides one for
	// each message that can be read.
	least int
	// slack is how many more are spent: attempts of the first run, and probes.
	slack int
	// unread is how many messages are left unread at the end.
	unread int
}

// A month of hourly runs under trouble that lasts, in virtual time: the real client,
// limiter, runner, plan and state. The short form is half a day.
func TestAMonthOfHourlyRuns(t *testing.T) {
	runs := longtest.N(12, 30*24)
	all := conditions(runs)
	rows := make([]string, len(all))
	t.Run("of", func(t *testing.T) {
		for i, s := range all {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				spent, unread := s.play(t, runs)
				rows[i] = fmt.Sprintf("%-48s %6d %6d", s.name, s.least, spent)
				if spent < s.least || spent > s.least+s.slack {
					t.Errorf("%d calls, want %d to %d", spent, s.least, s.least+s.slack)
				}
				if unread != s.unread {
					t.Errorf("%d messages are unread, want %d", unread, s.unread)
				}
			})
		}
	})
	t.Logf("\n%-48s %6s %6s\n%s", fmt.Sprintf("calls in %d hourly runs beyond one a message", runs), "least", "spent", strings.Join(rows, "\n"))
}

// tries are how often something is asked in hourly runs when each failure doubles the
// wait, from one hour to a day.
func tries(runs int) int {
	n, hour := 0, 0
	for hour < runs {
		n++
		hour += int(job.Patience(n) / time.Hour)
	}
	return n
}

func conditions(runs int) []condition {
	every := func(status int, body string) answerer {
		return func(string, time.Duration) (int, string) { return status, body }
	}
	one := func(status int, body string) answerer {
		return func(key string, _ time.Duration) (int, string) {
			if key == "K0000" {
				return status, body
			}
			return 0, ""
		}
	}
	hours := runs * 2 / 3
	until := func(after, status int, body string) answerer {
		calls := 0
		return func(_ string, since time.Duration) (int, string) {
			if calls++; calls > after && since < time.Duration(hours)*time.Hour-time.Minute {
				return status, body
			}
			return 0, ""
		}
	}
	const all, stopped = monthMessages, `{"code":"bot.stopped"}`
	// Attempts of the first run until the gate shuts, and its probes.
	const outage = 50
	return []condition{
		{"nothing", every(0, ""), 0, 0, 0},
		{"a message that is always answered with 500", one(500, `{"code":"system.error"}`), tries(runs), 5, 1},
		{"a message that is being sent all the time", one(200, `{"sendStatus":"PROCESSING","readUserIds":[],"hasMore":false}`), tries(runs), 0, 1},
		{"a message whose pages can't be believed", one(200, `{}`), tries(runs), 5, 1},
		{"a message that a firewall dislikes", one(403, "blocked"), tries(runs), 0, 1},
		{"a message with a code that no page lists", one(400, `{"code":"no.such.code"}`), job.FinalRuns, 0, 1},
		{"a robot that is stopped all the time", every(400, stopped), 10 + tries(runs-1), 0, all},
		{fmt.Sprintf("a robot that is stopped for %d hours in mid-run", hours), until(20, 400, stopped), 10 + tries(hours-1), 2, 0},
		{"an outage with 503", every(503, "unavailable"), runs, outage, all},
		{fmt.Sprintf("an outage of %d hours in mid-run", hours), until(20, 503, "unavailable"), hours, outage, 0},
		{"a gateway that answers 403", every(403, "blocked"), runs, outage, all},
		{"a quota that is spent", every(403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`), 1, 0, all},
	}
}

// play lets the condition last for so many runs, and returns the metered calls beyond one for each message that
// was read, and the number of those that were not.
func (s *condition) play(t *testing.T, runs int) (spent, unread int) {
	t.Helper()
	dir := quickFolder(t)
	synctest.Test(t, func(t *testing.T) {
		// The 1st of a month in Shanghai, a long one, so that one month pays for all.
		time.Sleep(time.Until(time.Date(2000, 2, 29, 16, 0, 0, 0, time.UTC)))
		db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		lock, err := db.Lock(t.Context(), "a month", 0)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = lock.Release() }()
		m := &month{db: db, begun: time.Now(), condition: s}
		for run := range runs {
			time.Sleep(time.Until(m.begun.Add(time.Duration(run) * time.Hour)))
			if err := m.run(t.Context()); err != nil {
				t.Fatalf("run %d: %v", run, err)
			}
		}
		for _, i := range m.messages() {
			records, err := db.Records(t.Context(), []job.MessageID{i.ID})
			if err != nil {
				t.Fatal(err)
			}
			if records[0] == nil || records[0].Last == nil {
				unread++
			}
		}
		ledger := 0
		for at := m.begun; at.Before(time.Now()); at = job.QuotaTurns(at) {
			calls, err := db.Spent(t.Context(), "acme", job.QuotaMonth(at))
			if err != nil {
				t.Fatal(err)
			}
			ledger += calls
		}
		spent = ledger - (monthMessages - unread)
	})
	return spent, unread
}

// A month is hourly runs against one API, recorded in one state.
type month struct {
	db        *state.DB
	begun     time.Time
	condition *condition
	mu        sync.Mutex
}

func (m *month) messages() []job.Message {
	list := make([]job.Message, monthMessages)
	for i := range list {
		list[i] = *message("dingtalk", i)
		list[i].Audience = job.Listed("", []string{"u"})
	}
	return list
}

// RoundTrip is the API: it takes 50 ms, its tokens are good.
func (m *month) RoundTrip(req *http.Request) (*http.Response, error) {
	select {
	case <-time.After(50 * time.Millisecond):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	status, body := http.StatusOK, `{"accessToken":"t","expireIn":7200}`
	if !strings.Contains(req.URL.Path, "oauth2") {
		var q struct {
			ProcessQueryKey string `json:"processQueryKey"`
		}
		if err := json.NewDecoder(req.Body).Decode(&q); err != nil {
			return nil, err
		}
		m.mu.Lock()
		status, body = m.condition.answer(q.ProcessQueryKey, time.Since(m.begun))
		m.mu.Unlock()
		if status == 0 {
			status, body = http.StatusOK, `{"sendStatus":"SUCCESS","readUserIds":["u"],"hasMore":false}`
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// run does what apply does.
func (m *month) run(ctx context.Context) error {
	_, err := hourly(ctx, m.db, m, m.messages())
	return err
}

// hourly does what apply does with some messages, and returns the forecast of its
// plan.
func hourly(ctx context.Context, db *state.DB, api http.RoundTripper, messages []job.Message) (forecast int, err error) {
	p := job.Provider{
		Name: "dingtalk", Endpoint: "https://api.dingtalk.io", AppKey: "k", AppSecret: job.NewSecret("s"),
		Limit:   job.Limit{RequestsPerSecond: 20, MaxInFlight: 20, QuotaGroup: "acme"},
		Retry:   job.Retry{MaxAttempts: 6, MinBackoff: time.Second, MaxBackoff: time.Minute, GiveUpAfter: 15 * time.Minute},
		Timeout: 10 * time.Second,
	}
	now := time.Now()
	before, err := db.LatestRun(ctx)
	if err != nil {
		return 0, err
	}
	o := plan.Options{Now: now, Refresh: job.DefaultRefresh()}
	if before.Continues(now) {
		o.Run = before
	}
	if o.Stops, err = db.Stops(ctx); err != nil {
		return 0, err
	}
	if o.Refusals, err = db.QuotaRefusals(ctx, now); err != nil {
		return 0, err
	}
	made, err := plan.Make(ctx, func(yield func(job.Message, error) bool) {
		for _, i := range messages {
			if !yield(i, nil) {
				return
			}
		}
	}, db, []job.Provider{p}, o)
	if err != nil {
		return 0, err
	}
	begun, err := db.BeginRun(ctx, now)
	if err != nil {
		return 0, err
	}
	limiter := ratelimit.New(ratelimit.Options{
		RequestsPerSecond: 20, MaxInFlight: 20, Timeout: p.Timeout, MinBackoff: p.Retry.MinBackoff, MaxBackoff: p.Retry.MaxBackoff,
		MaxAttempts: p.Retry.MaxAttempts, GiveUpAfter: p.Retry.GiveUpAfter,
	})
	c, err := dingtalk.New(p, limiter, api, dingtalk.Options{}) //nolint:contextcheck // making a client asks nothing
	if err != nil {
		return 0, err
	}
	asked := runner.Provider{Name: p.Name, Credential: p.Credential(), QuotaGroup: "acme", InFlight: 20, Asker: c, Drain: limiter.Drain}
	sum, err := runner.Run(ctx, slog.New(slog.DiscardHandler), db, begun.ID, []runner.Provider{asked}, made.Steps(),
		runner.Options{Before: before, Stops: plan.NewStops([]job.Provider{p}, o.Stops)})
	if err != nil {
		return 0, err
	}
	begun.FinishedAt, begun.Stops, begun.Complete = time.Now(), sum.Stops, true
	for _, stop := range sum.Stops {
		begun.Complete = begun.Complete && (!stop.Temporary || stop.Class == job.ClassQuota)
	}
	return made.Forecast.Calls, db.FinishRun(ctx, begun)
}
