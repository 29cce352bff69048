package runner_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/longtest"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

// A script is what becomes of one message: when it is sent, to how many, how long it
// can be asked, and how it fails.
type script struct {
	message job.Message
	// refused: its key is none. sending is how long it is being sent.
	refused bool
	sending time.Duration
	// after is how long after it each of its people reads it.
	after []time.Duration

	// What the API was asked: the readings begun, their pages, and the answer to the
	// latest. failed counts its latest answers in a row that were no reading.
	begun, pages int
	at           time.Time
	read         int
	failed       int
	wasRefused   bool
}

// share is a number from 0 to 1 that depends on what it is for alone.
func share(what ...any) float64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, what...)
	return rand.New(rand.NewPCG(h.Sum64(), 1)).Float64() //nolint:gosec // no secret
}

// readers are the people who have read it by then: most of them in the first day, some
// never.
func (s *script) readers(at time.Time) (ids []string) {
	for i, id := range s.message.Audience.UserIDs {
		if at.Sub(s.message.SentAt) > s.after[i] {
			ids = append(ids, id)
		}
	}
	return ids
}

func readAfter(key, id string) time.Duration {
	late := share(key, id)
	if late > 0.9 {
		return math.MaxInt64
	}
	return time.Duration(-math.Log(1-late) * 12 * float64(time.Hour))
}

// due says whether a run that begins now has to ask the message, as the refresh rules
// are documented and not as they are programmed.
func (s *script) due(now time.Time) bool {
	closes := s.message.ClosesAt()
	switch {
	case s.wasRefused || !closes.IsZero() && !now.Before(closes):
		return false
	case s.begun == 0:
		return true
	case s.failed > 0:
		wait := min(24*time.Hour, time.Hour<<(s.failed-1)) - 15*time.Minute
		if left := closes.Sub(s.at); !closes.IsZero() && wait > left/2 {
			wait = left / 2
		}
		return now.Sub(s.at) >= wait
	case s.read == s.message.Audience.Size, now.Sub(s.message.SentAt) > 30*24*time.Hour:
		return false
	}
	return now.Sub(s.at) >= max(time.Hour, s.at.Sub(s.message.SentAt)/10)
}

// A scripted API answers about scripts.
type scripted struct {
	mu     sync.Mutex
	byKey  map[string]*script
	calls  int
	wasted int // pages that were asked again
}

func scriptedMessages(n int, begun time.Time) (*scripted, []*script) {
	api := &scripted{byKey: make(map[string]*script)}
	var all []*script
	for i := range n {
		key := fmt.Sprintf("K%04d", i)
		people := 1
		switch kind := share("size", i); {
		case kind > 0.98:
			people = 300 + i%300
		case kind > 0.85:
			people = 20 + i%100
		}
		ids := make([]string, people)
		for p := range ids {
			ids[p] = fmt.Sprintf("u%04d", (i*7+p)%5000)
		}
		s := &script{message: *message("dingtalk", i)}
		s.message.ID.ProcessQueryKey = key
		s.message.Audience = job.Listed("", ids)
		s.message.SentAt = begun.Add(time.Duration(share("sent", i) * float64(72*time.Hour))).Truncate(time.Microsecond)
		s.message.Window = []time.Duration{0, 24 * time.Hour, 7 * 24 * time.Hour, 48 * time.Hour}[i%4]
		switch trouble := share("trouble", i); {
		case trouble < 0.02:
			s.refused = true
		case trouble < 0.05:
			s.sending = 5 * time.Hour
		}
		for _, id := range s.message.Audience.UserIDs {
			s.after = append(s.after, readAfter(key, id))
		}
		api.byKey[key], all = s, append(all, s)
	}
	return api, all
}

func (a *scripted) RoundTrip(req *http.Request) (*http.Response, error) {
	time.Sleep(50 * time.Millisecond)
	status, body := http.StatusOK, `{"accessToken":"t","expireIn":7200}`
	if !strings.Contains(req.URL.Path, "oauth2") {
		var q struct{ ProcessQueryKey, NextToken string }
		if err := json.NewDecoder(req.Body).Decode(&q); err != nil {
			return nil, err
		}
		status, body = a.answer(q.ProcessQueryKey, q.NextToken)
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func (a *scripted) answer(key, nextToken string) (int, string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	s, page := a.byKey[key], 0
	if nextToken == "" {
		s.begun, s.pages = s.begun+1, 0
	} else {
		page, _ = strconv.Atoi(nextToken)
	}
	if page < s.pages {
		a.wasted++
	}
	s.pages, s.at = page+1, time.Now()
	switch {
	case s.refused:
		s.wasRefused = true
		return http.StatusBadRequest, `{"code":"invalid.processQueryKey","message":"no such key"}`
	case time.Since(s.message.SentAt) < s.sending:
		s.failed++
		return http.StatusOK, `{"sendStatus":"PROCESSING","readUserIds":[],"hasMore":false}`
	}
	ids := s.readers(s.at)
	s.failed, s.read = 0, len(ids)
	ids = ids[min(len(ids), 200*page):]
	more := len(ids) > 200
	text, _ := json.Marshal(append([]string{}, ids[:min(len(ids), 200)]...)) // never fails
	token := ""
	if more {
		token = strconv.Itoa(page + 1)
	}
	return http.StatusOK, fmt.Sprintf(`{"sendStatus":"SUCCESS","readUserIds":%s,"hasMore":%t,"nextToken":%q}`, text, more, token)
}

// In a month of hourly runs every call is one that the refresh rules ask for, no page
// is asked twice, and the plans foretell what is spent.
func TestAMonthSpendsTheLeastCalls(t *testing.T) {
	runs, n := longtest.N(60, 30*24), longtest.N(120, 2000)
	dir := quickFolder(t)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2000, 2, 29, 16, 0, 0, 0, time.UTC))) // see TestAMonthOfHourlyRuns
		db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		lock, err := db.Lock(t.Context(), "a month", 0)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		api, all := scriptedMessages(n, begun)
		forecast, least := 0, 0
		for run := range runs {
			time.Sleep(time.Until(begun.Add(time.Duration(run) * time.Hour)))
			calls, asked := playHour(t, db, api, all)
			forecast, least = forecast+calls, least+asked
		}
		t.Logf("%d messages, %d runs: %d calls, the least is %d (%.4f), the forecast was %d (%.3f)", n, runs,
			api.calls, least, float64(api.calls)/float64(least), forecast, float64(forecast)/float64(api.calls))
		if api.calls != least || api.wasted > 0 {
			t.Errorf("%d calls, %d of them again, where %d are the least", api.calls, api.wasted, least)
		}
		if off := math.Abs(float64(forecast-api.calls)) / float64(api.calls); off > 0.05 {
			t.Errorf("the forecasts say %d calls, %d were made", forecast, api.calls)
		}
		if err := lock.Release(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// playHour is one run. It returns what its plan foretold, and the pages of the
// readings that it had to make.
func playHour(t *testing.T, db *state.DB, api *scripted, all []*script) (forecast, least int) {
	t.Helper()
	now := time.Now()
	var messages []job.Message
	due, before := make(map[*script]bool), make(map[*script]int)
	for _, s := range all {
		if s.message.SentAt.After(now) {
			continue
		}
		messages = append(messages, s.message)
		due[s], before[s] = s.due(now), s.begun
	}
	forecast, err := hourly(t.Context(), db, api, messages)
	if err != nil {
		t.Fatal(err)
	}
	for s, is := range due {
		if made := s.begun - before[s]; made > 1 || is != (made == 1) {
			t.Errorf("after %s: %s, sent %s, was asked %d times, due %t", now.Sub(all[0].message.SentAt), s.message.Address, s.message.SentAt, made, is)
		}
		if is {
			least += s.pages
		}
	}
	return forecast, least
}
