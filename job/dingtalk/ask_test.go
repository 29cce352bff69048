package dingtalk_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

func TestTheCallToTheLetter(t *testing.T) {
	for name, tc := range map[string]struct {
		q    job.Query
		url  string
		body map[string]any
	}{
		"everything": {
			job.Query{Kind: job.PrivateChat, ProcessQueryKey: "K<&>=", RobotCode: "r", OpenConversationID: "c", NextToken: "n"},
			"https://api.dingtalk.io/v1.0/robot/privateChatMessages/query",
			map[string]any{"processQueryKey": "K<&>=", "robotCode": "r", "openConversationId": "c", "nextToken": "n", "maxResults": 200.0},
		},
		"only what is set": {
			job.Query{Kind: job.Group, ProcessQueryKey: "K"},
			"https://api.dingtalk.io/v1.0/robot/groupMessages/query",
			map[string]any{"processQueryKey": "K", "maxResults": 200.0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{answer: always(200, goodPage)}
				c := newClient(t, w, func(_ *job.Provider, _ *ratelimit.Options, o *dingtalk.Options) { o.UserAgent = "notifyaudit/test" })
				page, err := c.Ask(t.Context(), tc.q)
				if err != nil {
					t.Fatal(err)
				}
				want := job.Page{SendStatus: job.SendSuccess, ReadUserIDs: []string{"u1", "u2"}, AskedAt: w.queries[0].at, Cost: job.Cost{Metered: 1}}
				if diff := cmp.Diff(want, page); diff != "" {
					t.Errorf("page (-want +got):\n%s", diff)
				}
				r := w.queries[0]
				if diff := cmp.Diff(tc.body, r.body); diff != "" {
					t.Errorf("body (-want +got):\n%s", diff)
				}
				if r.method != http.MethodPost || r.url != tc.url || r.token != tokenCanary {
					t.Errorf("asked %s %s with token %q", r.method, r.url, r.token)
				}
				for header, want := range map[string]string{"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "notifyaudit/test"} {
					if got := r.header.Get(header); got != want {
						t.Errorf("%s: %q, want %q", header, got, want)
					}
				}
			})
		})
	}
}

func TestUnknownKind(t *testing.T) {
	w := &wire{answer: always(200, goodPage)}
	f := failure(t, newClient(t, w), job.Query{Kind: "carrier_pigeon", ProcessQueryKey: "K"})
	if f.Class != job.ClassInvalid || f.Advice == "" || len(w.queries) != 0 {
		t.Errorf("failure = %v, %d queries", f, len(w.queries))
	}
}

func TestWrongProviders(t *testing.T) {
	for name, change := range map[string]func(*job.Provider){
		"plain http":      func(p *job.Provider) { p.Endpoint = "http://api.dingtalk.io" },
		"no host":         func(p *job.Provider) { p.Endpoint = "api.dingtalk.io" },
		"with a path":     func(p *job.Provider) { p.Endpoint = "https://api.dingtalk.io/v1.0" },
		"with a password": func(p *job.Provider) { p.Endpoint = "https://u:" + secretCanary + "@api.dingtalk.io" },
		"no credential":   func(p *job.Provider) { p.AppSecret = job.Secret{} },
	} {
		t.Run(name, func(t *testing.T) {
			p := provider()
			change(&p)
			_, err := dingtalk.New(p, ratelimit.New(ratelimit.Options{}), http.NewFileTransport(nil), dingtalk.Options{})
			if err == nil || strings.Contains(err.Error(), secretCanary) {
				t.Errorf("error = %v", err)
			}
		})
	}
}

func TestRetriesUntilBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := []struct {
			status int
			body   string
		}{{500, coded("system.error")}, {200, `{}`}, {broken, ""}, {200, goodPage[:20]}}
		w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
			if n < len(bad) {
				return bad[n].status, bad[n].body
			}
			return 200, goodPage
		}}
		budget := &ledger{left: 100}
		c := newClient(t, w, func(_ *job.Provider, l *ratelimit.Options, o *dingtalk.Options) { l.MaxAttempts, o.Budget = 6, budget })
		page, err := c.Ask(t.Context(), query("k"))
		if err != nil {
			t.Fatal(err)
		}
		// The broken connection was never answered, so it isn't metered.
		if want := (job.Cost{Metered: 4, Retries: 4}); page.Cost != want || budget.spent != 4 {
			t.Errorf("cost = %+v, %d spent; want %+v", page.Cost, budget.spent, want)
		}
	})
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(200, goodPage), latency: time.Minute}
		f := failure(t, newClient(t, w), query("k"))
		if f.Class != job.ClassTransient || !errors.Is(f, ratelimit.ErrGaveUp) {
			// The token call insists, so it is the limiter that gives up.
			t.Errorf("failure = %v", f)
		}
		w = &wire{answer: always(200, goodPage), latency: time.Minute}
		f = failure(t, newClient(t, w, given), query("k"))
		if f.Class != job.ClassTransient || !f.Temporary || !errors.Is(f, ratelimit.ErrTimeout) {
			t.Errorf("failure = %v, want the timeout", f)
		}
	})
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
			if n == 0 {
				return 429, ""
			}
			return 200, goodPage
		}}
		budget := &ledger{left: 2}
		c := newClient(t, w, func(_ *job.Provider, _ *ratelimit.Options, o *dingtalk.Options) { o.Budget = budget })
		for range 2 {
			if _, err := c.Ask(t.Context(), query("k")); err != nil {
				t.Fatalf("the throttled call was not given back: %v", err)
			}
		}
		f := failure(t, c, query("k"))
		if f.Class != job.ClassQuota || f.Reach != job.ReachProvider || f.Code != "" || !f.Temporary {
			t.Errorf("failure = %+v", f)
		}
		if len(w.queries) != 3 || budget.spent != 2 {
			t.Errorf("%d queries, %d spent; want 3 and 2", len(w.queries), budget.spent)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(200, goodPage), latency: 5 * time.Second}
		c := newClient(t, w)
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("enough")
		time.AfterFunc(7*time.Second, func() { cancel(reason) })
		if _, err := c.Ask(ctx, query("k")); err != reason { //nolint:errorlint // the cause itself
			t.Errorf("error = %v, want the cause", err)
		}
	})
}

func TestCancelBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(500, "")}
		c := newClient(t, w, func(_ *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) {
			l.MinBackoff, l.MaxBackoff = time.Hour, time.Hour
		})
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("enough"))
		defer cancel()
		_, err := c.Ask(ctx, query("k"))
		e, ok := errors.AsType[*job.AnswerError](err)
		if !errors.Is(err, context.Cause(ctx)) || !ok || e.Cost.Metered != 1 {
			t.Errorf("error = %v, want the cause and the cost of one answer", err)
		}
	})
}

func TestDrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lim := ratelimit.New(ratelimit.Options{})
		c, err := dingtalk.New(provider(), lim, &wire{answer: always(200, goodPage)}, dingtalk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		lim.Drain(t.Context())
		if _, err := c.Ask(t.Context(), query("k")); !errors.Is(err, ratelimit.ErrStopped) {
			t.Errorf("error = %v, want ErrStopped", err)
		}
	})
}

// 1,000 messages, twenty at a time, and ten minutes in which the API is down.
func TestOutage(t *testing.T) {
	for name, down := range map[string]struct {
		status int
		body   string
	}{
		"errors":   {500, coded("system.error")},
		"resets":   {broken, ""},
		"nonsense": {200, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun, wasted := time.Now(), 0
				w := &wire{latency: 80 * time.Millisecond, answer: func(*wireRequest, int) (int, string) {
					if since := time.Since(begun); since > 20*time.Second && since < 620*time.Second {
						wasted++
						return down.status, down.body
					}
					return 200, goodPage
				}}
				c := newClient(t, w, func(_ *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) { l.MaxAttempts = 6 })
				askAll(t, c, 1000, 20, func(key string, page job.Page, err error) {
					if err != nil || len(page.ReadUserIDs) != 2 {
						t.Errorf("%s was lost: %v", key, err)
					}
				})
				if wasted == 0 || wasted >= 60 {
					t.Errorf("%d calls wasted, want under 60", wasted)
				}
				t.Logf("%d calls wasted", wasted)
			})
		})
	}
}

func TestGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(503, "")}
		c := newClient(t, w, given)
		askAll(t, c, 30, 30, func(key string, _ job.Page, err error) {
			f, ok := errors.AsType[*job.AnswerError](err)
			if !ok || !f.Temporary {
				t.Errorf("%s: %v", key, err)
				return
			}
			if errors.Is(err, ratelimit.ErrGaveUp) && f.Reach != job.ReachProvider {
				t.Errorf("gave up with reach %s, want provider", f.Reach)
			}
		})
	})
}

func askAll(t *testing.T, c *dingtalk.Client, messages, workers int, each func(key string, page job.Page, err error)) {
	t.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(messages) {
					return
				}
				key := fmt.Sprint("key", n)
				page, err := c.Ask(named(t.Context(), key), query(key))
				each(key, page, err)
			}
		})
	}
	wg.Wait()
}

// Every answer is drawn from a hash: whatever comes, a page is the truth or there
// is none, and each metered call is accounted for.
func TestFaultsOfAllKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		metered := 0
		w := &wire{latency: 30 * time.Millisecond, answer: func(r *wireRequest, n int) (int, string) {
			metered++
			sum := sha256.Sum256(fmt.Append(nil, r.body["processQueryKey"], n))
			switch sum[0] % 24 {
			case 0:
				return 500, coded("system.error")
			case 1:
				metered--
				return broken, ""
			case 2:
				return 200, goodPage[:len(goodPage)-3]
			case 3:
				return 200, "null"
			case 4:
				metered--
				return 429, ""
			default:
				return 200, goodPage
			}
		}}
		budget := &ledger{left: 100_000}
		c := newClient(t, w, func(_ *job.Provider, l *ratelimit.Options, o *dingtalk.Options) { l.MaxAttempts, o.Budget = 6, budget })
		var mu sync.Mutex
		var cost job.Cost
		askAll(t, c, 500, 20, func(key string, page job.Page, err error) {
			mu.Lock()
			defer mu.Unlock()
			if f, ok := errors.AsType[*job.AnswerError](err); ok {
				cost = cost.Add(f.Cost)
				return
			}
			cost = cost.Add(page.Cost)
			if err != nil || !cmp.Equal(page.ReadUserIDs, []string{"u1", "u2"}) {
				t.Errorf("%s: %+v, %v", key, page, err)
			}
		})
		if cost.Metered != metered || budget.spent != metered {
			t.Errorf("%d calls counted, %d spent, %d made", cost.Metered, budget.spent, metered)
		}
	})
}

// The other host must not see so much as a request.
func TestRedirectIsNotFollowed(t *testing.T) {
	var foreign atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { foreign.Add(1) }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/v1.0/robot/privateChatMessages/query", status)
		}))
		c := newClient(t, api.Client().Transport, given, func(p *job.Provider, _ *ratelimit.Options, _ *dingtalk.Options) {
			p.Endpoint = api.URL
		})
		f := failure(t, c, query("k"))
		if f.Class != job.ClassEndpoint || f.Status != status || f.Cost.Metered != 1 {
			t.Errorf("%d: %v, cost %+v", status, f, f.Cost)
		}
		api.Close()
	}
	if n := foreign.Load(); n != 0 {
		t.Errorf("the other host saw %d requests", n)
	}
}

// TestRedirectIsNamed: the host is, without what may be a secret behind it.
func TestRedirectIsNamed(t *testing.T) {
	for location, want := range map[string]string{
		"HTTPS://login.example/?token=canary": "redirected to https://login.example, not followed",
		"//login.example/?token=canary":       "redirected to login.example, not followed",
		"/sign-in?token=canary":               "redirected elsewhere, not followed",
	} {
		synctest.Test(t, func(t *testing.T) {
			f := failure(t, newClient(t, &wire{answer: always(302, location)}, given), query("k"))
			if f.Message != want {
				t.Errorf("%s: %q, want %q", location, f.Message, want)
			}
		})
	}
}

// An answer that never ends is read up to the bound, and no further.
func TestEndlessAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := &endless{}
		base := roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body}, nil
		})
		c := newClient(t, base, given, func(_ *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) { l.MaxAttempts = 1 })
		f := failure(t, c, query("k"))
		if f.Class != job.ClassUnbelieved || body.read > 10<<20 {
			t.Errorf("failure = %v after %d bytes", f, body.read)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// endless is white space without end, up to a bound that spares the machine.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 64<<20 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

func (*endless) Close() error { return nil }

// 32 kB that open to 32 MB: reading stops at the bound.
func TestGzipBomb(t *testing.T) {
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	for range 32 {
		if _, err := zip.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb.Bytes())
	}))
	defer api.Close()
	c := newClient(t, api.Client().Transport, given, func(p *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) {
		p.Endpoint, l.MaxAttempts = api.URL, 1
	})
	f := failure(t, c, query("k"))
	if f.Class != job.ClassUnbelieved || !strings.Contains(f.Error(), "1048576") {
		t.Errorf("failure = %v, want it refused for its size", f)
	}
}

// A token that is refused between two attempts doesn't make the query begin anew.
func TestAttemptsCountOverRenewals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: func(_ *wireRequest, n int) (int, string) {
			if n == 1 {
				return http.StatusUnauthorized, `{"code":"InvalidAuthentication"}`
			}
			return http.StatusInternalServerError, `{"code":"system.error"}`
		}}
		_, err := newClient(t, w).Ask(t.Context(), job.Query{Kind: job.Group, ProcessQueryKey: "K"})
		if e, ok := errors.AsType[*job.AnswerError](err); !ok || e.Class != job.ClassTransient || len(w.queries) != 4 {
			t.Errorf("%d queries, want three attempts and the one with the refused token; %v", len(w.queries), err)
		}
	})
}
