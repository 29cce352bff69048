package dingtalk_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

func tokenNamed(n int) (int, string) {
	return 200, fmt.Sprintf(`{"accessToken":"token-%d","expireIn":7200}`, n)
}

// honest answers only the latest of the tokens that were handed out since from.
func honest(w *wire, valid func(token string) bool) {
	w.answer = func(r *wireRequest, _ int) (int, string) {
		if !valid(r.token) {
			return 400, coded("InvalidAuthentication")
		}
		return 200, goodPage
	}
}

func TestTokenIsRefreshedOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{tokens: tokenNamed, latency: 50 * time.Millisecond}
		good := "token-0"
		honest(w, func(token string) bool { return token == good })
		c := newClient(t, w)
		askEach(t, c, 20)
		if w.refreshs != 1 {
			t.Fatalf("%d token calls for twenty askers at the start, want 1", w.refreshs)
		}
		good = "token-1" // the first one is taken back
		askEach(t, c, 20)
		if w.refreshs != 2 {
			t.Errorf("%d token calls, want one more", w.refreshs)
		}
	})
}

func askEach(t *testing.T, c *dingtalk.Client, askers int) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range askers {
		wg.Go(func() {
			if _, err := c.Ask(named(t.Context(), fmt.Sprint("k", i)), query("k")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// The vendor hands out the same token again, renewed.
func TestSameTokenRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		expired := true
		w.tokens = func(n int) (int, string) {
			expired = n == 0
			return 200, goodToken
		}
		honest(w, func(string) bool { return !expired })
		askEach(t, newClient(t, w), 5)
		if w.refreshs != 2 {
			t.Errorf("%d token calls, want 2", w.refreshs)
		}
	})
}

func TestTokenIsRefreshedEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{tokens: tokenNamed, answer: always(200, goodPage)}
		c := newClient(t, w)
		askEach(t, c, 1)
		time.Sleep(109 * time.Minute)
		askEach(t, c, 1)
		if w.refreshs != 1 {
			t.Errorf("%d token calls within 109 minutes, want 1", w.refreshs)
		}
		time.Sleep(2 * time.Minute)
		askEach(t, c, 10)
		if w.refreshs != 2 {
			t.Errorf("%d token calls after 111 minutes, want 2", w.refreshs)
		}
	})
}

// A refresh ahead of time that fails, while the token is still good, stops nobody.
func TestEarlyRefreshMayFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(200, goodPage)}
		w.tokens = func(n int) (int, string) {
			if n == 1 {
				return 403, coded("Forbidden.AccessDenied.ApiCountLimitForOrg")
			}
			return tokenNamed(n)
		}
		c := newClient(t, w)
		askEach(t, c, 1)
		time.Sleep(115 * time.Minute)
		askEach(t, c, 3)
		time.Sleep(2 * time.Minute)
		askEach(t, c, 3)
		if w.refreshs != 3 {
			t.Errorf("%d token calls, want the first, the failed one and another a minute later", w.refreshs)
		}
	})
}

func TestTokenRefusedForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{tokens: tokenNamed, answer: always(400, coded("InvalidAuthentication"))}
		c := newClient(t, w)
		for range 5 {
			f := failure(t, c, query("k"))
			if f.Class != job.ClassToken || f.Reach != job.ReachProvider || f.Code != "InvalidAuthentication" || f.Temporary {
				t.Errorf("failure = %+v", f)
			}
		}
		if w.refreshs != 2 {
			t.Errorf("%d token calls, want one refresh and no more", w.refreshs)
		}
	})
}

func TestWrongSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{
			answer: always(200, goodPage),
			tokens: func(int) (int, string) {
				return 400, `{"code":"invalidClientIdOrSecret","requestid":"R1","message":"无效的clientId或者clientSecret"}`
			},
		}
		c := newClient(t, w)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				f := failure(t, c, query("k"))
				if f.Class != job.ClassToken || f.Reach != job.ReachProvider || f.Temporary || f.RequestID != "R1" {
					t.Errorf("failure = %+v", f)
				}
				if !strings.Contains(f.Advice, "app_secret") || !strings.Contains(f.Advice, `endpoint = "https://api.dingtalk.com"`) {
					t.Errorf("advice = %q, want the secret and the other endpoint in it", f.Advice)
				}
			})
		}
		wg.Wait()
		if w.refreshs != 1 || len(w.queries) != 0 {
			t.Errorf("%d token calls, %d queries; want 1 and 0", w.refreshs, len(w.queries))
		}
	})
}

// Who waited for a refresh that failed for now takes its failure; who comes later
// tries again.
func TestFailedRefreshIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(200, goodPage), latency: time.Second, tokens: func(n int) (int, string) {
			if n == 0 {
				return 403, coded("Forbidden.AccessDenied.ApiCountLimitForOrg")
			}
			return tokenNamed(n)
		}}
		c := newClient(t, w)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if f := failure(t, c, query("k")); f.Class != job.ClassQuota || !f.Temporary {
					t.Errorf("failure = %+v", f)
				}
			})
		}
		wg.Wait()
		if w.refreshs != 1 {
			t.Errorf("%d token calls, want 1 for all", w.refreshs)
		}
		askEach(t, c, 3)
	})
}

func TestTokenCallInsists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		w := &wire{answer: always(200, goodPage), tokens: func(n int) (int, string) {
			if time.Since(begun) < 10*time.Minute {
				return 502, "<html>"
			}
			return tokenNamed(n)
		}}
		askEach(t, newClient(t, w), 20)
		if w.refreshs >= 60 {
			t.Errorf("%d token calls in an outage", w.refreshs)
		}
	})
}

// A server that echoes what it was sent, in every place it can.
func TestNoSecretGetsOut(t *testing.T) {
	both := secretCanary + " " + tokenCanary
	bodies := []struct {
		status int
		body   string
	}{
		{400, fmt.Sprintf(`{"code":%q,"message":%q,"requestid":%q}`, both, both, both)},
		{400, fmt.Sprintf(`{"code":"auth.error","message":%q}`, both)},
		{403, fmt.Sprintf(`{"Code":"x","Message":"m","AccessDeniedDetail":{"requiredScopes":[%q]}}`, both)},
		{200, fmt.Sprintf(`{"sendStatus":%q,"readUserIds":[],"hasMore":false}`, tokenCanary)},
		{200, fmt.Sprintf(`{%q:1,%q:1}`, tokenCanary, tokenCanary)},
		{200, fmt.Sprintf(`{"errcode":1,"errmsg":%q}`, both)},
		{400, both},
		{400, "<title>" + both + "</title>"},
		{500, "<p>" + both},
		{302, "https://" + tokenCanary + ".example/" + secretCanary},
		{broken, ""},
	}
	for i, answer := range bodies {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, atToken := range []bool{true, false} {
					w := &wire{answer: always(answer.status, answer.body)}
					if atToken {
						w.tokens = func(int) (int, string) { return answer.status, answer.body }
					}
					c := newClient(t, w)
					f := failure(t, c, query("k"))
					p := provider()
					for _, text := range []string{
						f.Error(), f.Advice, fmt.Sprintf("%+v %#v", f, f), fmt.Sprintf("%v %+v %#v", c, c, c), fmt.Sprintf("%v %+v %#v", p, p, p),
					} {
						if strings.Contains(text, secretCanary) || !atToken && strings.Contains(text, tokenCanary) {
							t.Errorf("a secret got out: %s", text)
						}
					}
				}
			})
		})
	}
}

func TestGivenTokenIsNeverRefreshed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(400, coded("InvalidAuthentication"))}
		f := failure(t, newClient(t, w, given), query("k"))
		if f.Class != job.ClassToken || w.refreshs != 0 || len(w.queries) != 1 {
			t.Errorf("failure = %v, %d token calls, %d queries", f, w.refreshs, len(w.queries))
		}
	})
}

// Each token call takes a slot of its own.
func TestTokenCallTakesASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(200, goodPage)}
		c := newClient(t, w, func(_ *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) { l.RequestsPerSecond = 1 })
		start := time.Now()
		askEach(t, c, 1)
		if waited := w.queries[0].at.Sub(start); waited < time.Second {
			t.Errorf("the first query came %v after the token call, at one call a second", waited)
		}
	})
}

func TestTransport(t *testing.T) {
	for name, change := range map[string]func(*job.Provider){
		"no such file":     func(p *job.Provider) { p.CAFile = "testdata/none.pem" },
		"not PEM":          func(p *job.Provider) { p.CAFile = "token_test.go" },
		"proxy not a URL":  func(p *job.Provider) { p.ProxyURL = job.NewSecret("://" + secretCanary) },
		"proxy by no name": func(p *job.Provider) { p.ProxyURL = job.NewSecret("ftp://u:" + secretCanary + "@proxy.example") },
	} {
		p := provider()
		change(&p)
		if _, err := dingtalk.NewTransport(p); err == nil || strings.Contains(err.Error(), secretCanary) {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	p := provider()
	p.ProxyURL, p.Limit.MaxInFlight = job.NewSecret("http://proxy.example:3128"), 40
	tr, err := dingtalk.NewTransport(p)
	if err != nil {
		t.Fatal(err)
	}
	if tr.MaxIdleConnsPerHost < 40 || tr.Proxy == nil {
		t.Errorf("%d idle connections for 40 requests in flight", tr.MaxIdleConnsPerHost)
	}
}

// TestEchoedProxyPassword: the password in proxy_url is a secret as any other.
func TestEchoedProxyPassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const password = "pr0xy-pass"
		w := &wire{answer: always(400, `{"code":"odd","message":"sent by user:`+password+`","requestid":"r"}`)}
		c := newClient(t, w, func(p *job.Provider, _ *ratelimit.Options, _ *dingtalk.Options) {
			p.ProxyURL = job.NewSecret("http://user:" + password + "@proxy.example:3128")
		})
		if f := failure(t, c, query("k")); strings.Contains(f.Error(), password) || !strings.Contains(f.Error(), "sent by user:") {
			t.Errorf("the failure says %q", f.Error())
		}
	})
}
