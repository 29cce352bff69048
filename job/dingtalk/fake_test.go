package dingtalk_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

const (
	secretCanary = "s3cr3t-canary-0123456789"
	tokenCanary  = "t0k3n-canary-9876543210"

	goodPage  = `{"sendStatus":"SUCCESS","readUserIds":["u1","u2"],"nextToken":"","hasMore":false}`
	goodToken = `{"accessToken":"` + tokenCanary + `","expireIn":7200}`
)

// A wire answers queries in memory, so that it works in a synctest bubble. Token
// calls are answered well unless tokens says otherwise.
type wire struct {
	answer  func(r *wireRequest, n int) (status int, body string) // n counts queries from 0
	tokens  func(n int) (status int, body string)
	latency time.Duration

	mu                  sync.Mutex
	queries, tokenCalls []*wireRequest
	refreshs            int
}

type wireRequest struct {
	method, url, token string
	header             http.Header
	body               map[string]any
	at                 time.Time
}

// broken as a status breaks the connection.
const broken = -1

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	raw := []byte("null") // a GET has no body
	if req.Body != nil && req.Method != http.MethodGet {
		var err error
		if raw, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close()
	}
	r := &wireRequest{
		method: req.Method, url: req.URL.String(), header: req.Header.Clone(),
		token: req.Header.Get("x-acs-dingtalk-access-token"), at: time.Now(),
	}
	if err := json.Unmarshal(raw, &r.body); err != nil {
		return nil, err
	}
	select {
	case <-time.After(w.latency):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	status, body := w.serve(r)
	if status == broken {
		return nil, errors.New("connection reset by peer")
	}
	header := http.Header{"Content-Type": {"application/json"}}
	if status/100 == 3 {
		header.Set("Location", body)
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func (w *wire) serve(r *wireRequest) (int, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(r.url, "/v1.0/oauth2/") {
		w.refreshs++
		w.tokenCalls = append(w.tokenCalls, r)
		if w.tokens == nil {
			return http.StatusOK, goodToken
		}
		return w.tokens(w.refreshs - 1)
	}
	w.queries = append(w.queries, r)
	return w.answer(r, len(w.queries)-1)
}

func always(status int, body string) func(*wireRequest, int) (int, string) {
	return func(*wireRequest, int) (int, string) { return status, body }
}

func provider() job.Provider {
	return job.Provider{
		Name: "dingtalk", Endpoint: "https://api.dingtalk.io",
		AppKey: "dingkey", AppSecret: job.NewSecret(secretCanary),
		Limit: job.Limit{RequestsPerSecond: 20, MaxInFlight: 20}, Timeout: 10 * time.Second,
	}
}

func newClient(t *testing.T, base http.RoundTripper, change ...func(*job.Provider, *ratelimit.Options, *dingtalk.Options)) *dingtalk.Client {
	t.Helper()
	p, limits, opts := provider(), ratelimit.Options{MaxAttempts: 3}, dingtalk.Options{}
	for _, f := range change {
		f(&p, &limits, &opts)
	}
	c, err := dingtalk.New(p, ratelimit.New(limits), base, opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func given(p *job.Provider, _ *ratelimit.Options, _ *dingtalk.Options) {
	p.AppKey, p.AppSecret, p.AccessToken = "", job.Secret{}, job.NewSecret(tokenCanary)
}

func query(key string) job.Query {
	return job.Query{Kind: job.PrivateChat, ProcessQueryKey: key, RobotCode: "robot"}
}

// failure asks and returns the *job.AnswerError that must come of it.
func failure(t *testing.T, c *dingtalk.Client, q job.Query) *job.AnswerError {
	t.Helper()
	page, err := c.Ask(t.Context(), q)
	f, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		t.Fatalf("Ask = %+v, %v; want an AnswerError", page, err)
	}
	return f
}

func named(ctx context.Context, key string) context.Context {
	return ratelimit.WithSubject(ctx, key)
}

// A ledger is a budget of so many calls.
type ledger struct {
	mu          sync.Mutex
	left, spent int
}

func (l *ledger) Spend() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return false
	}
	l.left--
	l.spent++
	return true
}

func (l *ledger) Refund() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left++
	l.spent--
}
