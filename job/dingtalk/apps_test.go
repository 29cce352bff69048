package dingtalk_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

const ticketCanary = "t1cket-canary-0123456789"

// apps are the providers that get their own tokens, and how they are answered.
func apps() map[string]struct {
	credential func(p *job.Provider)
	path       string
	answer     string
} {
	const dialect, oauth = `{"accessToken":"token-%d","expireIn":7200}`, `{"access_token":"token-%d","expires_in":7200}`
	return map[string]struct {
		credential func(p *job.Provider)
		path       string
		answer     string
	}{
		"internal": {func(*job.Provider) {}, "/v1.0/oauth2/accessToken", dialect},
		"third-party": {func(p *job.Provider) {
			p.AppKey, p.AppSecret, p.SuiteKey, p.AuthCorpID = "", job.Secret{}, "suite", "dingcorp"
			p.SuiteSecret, p.SuiteTicket = job.NewSecret(secretCanary), job.NewSecret(ticketCanary)
		}, "/v1.0/oauth2/corpAccessToken", dialect},
		"unified": {func(p *job.Provider) {
			p.AppKey, p.AppSecret, p.ClientID, p.CorpID = "", job.Secret{}, "client", "dingcorp"
			p.ClientSecret = job.NewSecret(secretCanary)
		}, "/v1.0/oauth2/dingcorp/token", oauth},
	}
}

func asApp(credential func(*job.Provider)) func(*job.Provider, *ratelimit.Options, *dingtalk.Options) {
	return func(p *job.Provider, _ *ratelimit.Options, _ *dingtalk.Options) { credential(p) }
}

// Whatever the app, one refused token is replaced once for all, and the query goes
// on.
func TestEachAppRenewsItsToken(t *testing.T) {
	for name, app := range apps() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{tokens: func(n int) (int, string) { return 200, fmt.Sprintf(app.answer, n) }}
				good := "token-0"
				honest(w, func(token string) bool { return token == good })
				c := newClient(t, w, asApp(app.credential))
				askEach(t, c, 5)
				good = "token-1"
				askEach(t, c, 5)
				if len(w.tokenCalls) != 2 {
					t.Fatalf("%d token calls, want 2", len(w.tokenCalls))
				}
				for _, call := range w.tokenCalls {
					if call.url != "https://api.dingtalk.io"+app.path || call.token != "" || strings.Contains(call.url, "canary") {
						t.Errorf("asked %s with the token %q", call.url, call.token)
					}
				}
			})
		})
	}
}

// A server that sends back what it was sent shows none of it.
func TestNoAppShowsItsSecrets(t *testing.T) {
	for name, app := range apps() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{tokens: func(int) (int, string) {
					return 400, `{"code":"invalidClientIdOrSecret","message":"` + secretCanary + " and " + ticketCanary + `"}`
				}}
				f := failure(t, newClient(t, w, asApp(app.credential)), query("k"))
				shown := fmt.Sprintf("%v %+v", f, *f)
				if f.Class != job.ClassToken || f.Reach != job.ReachProvider || strings.Contains(shown, secretCanary) {
					t.Errorf("failure = %s", shown)
				}
				if name == "third-party" && strings.Contains(shown, ticketCanary) {
					t.Errorf("the ticket is in %s", shown)
				}
			})
		})
	}
}

// A credential with a part missing is no credential.
func TestIncompleteApps(t *testing.T) {
	for name, change := range map[string]func(p *job.Provider){
		"suite without a ticket":          func(p *job.Provider) { p.SuiteTicket = job.Secret{} },
		"suite without a secret":          func(p *job.Provider) { p.SuiteSecret = job.Secret{} },
		"suite without an organisation":   func(p *job.Provider) { p.AuthCorpID = "" },
		"unified without a secret":        func(p *job.Provider) { p.ClientSecret = job.Secret{} },
		"unified without an organisation": func(p *job.Provider) { p.CorpID = "" },
	} {
		t.Run(name, func(t *testing.T) {
			p := provider()
			kind := "unified"
			if strings.HasPrefix(name, "suite") {
				kind = "third-party"
			}
			apps()[kind].credential(&p)
			if _, err := dingtalk.New(p, ratelimit.New(ratelimit.Options{}), &wire{}, dingtalk.Options{}); err != nil {
				t.Fatalf("complete: %v", err)
			}
			change(&p)
			if _, err := dingtalk.New(p, ratelimit.New(ratelimit.Options{}), &wire{}, dingtalk.Options{}); err == nil {
				t.Error("taken for a credential")
			}
		})
	}
}

// A one-to-one query: its parameters are in the request line, encoded, and nothing
// is asked that can only be refused.
func TestOneToOneQuery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: always(200, `{"sendStatus":"SUCCESS","messageReadInfoList":[{"userId":"u1","readStatus":"READ"}]}`)}
		c := newClient(t, w, given)
		q := job.Query{Kind: job.OneToOne, ProcessQueryKey: "K/n+a=&x", RobotCode: "ding bot", OpenConversationID: "cid"}
		page, err := c.Ask(t.Context(), q)
		if err != nil || len(page.Receivers) != 1 || page.Cost.Metered != 1 {
			t.Fatalf("Ask = %+v, %v", page, err)
		}
		r := w.queries[0]
		const want = "https://api.dingtalk.io/v1.0/robot/oToMessages/readStatus?processQueryKey=K%2Fn%2Ba%3D%26x&robotCode=ding+bot"
		if r.method != "GET" || r.url != want || r.body != nil || r.header.Get("Content-Type") != "" || r.token != tokenCanary {
			t.Errorf("asked %s %s with body %v, %v", r.method, r.url, r.body, r.header)
		}
		q.RobotCode = ""
		f := failure(t, c, q)
		if f.Class != job.ClassInvalid || f.Reach != job.ReachMessage || f.Cost.Metered != 0 || len(w.queries) != 1 || !strings.Contains(f.Advice, "robot_code") {
			t.Errorf("without a robot: %v (%s), %d queries", f, f.Advice, len(w.queries))
		}
	})
}

// What holds for a page holds for the list of receivers: an answer in doubt is asked
// again, and a page's answer is none.
func TestOneToOneIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []string{`{}`, goodPage, `{"sendStatus":"SUCCESS","messageReadInfoList":[{"userId":"u1","readStatus":"UNREAD"}]}`}
		w := &wire{answer: func(_ *wireRequest, n int) (int, string) { return 200, answers[n] }}
		page, err := newClient(t, w, given).Ask(t.Context(), job.Query{Kind: job.OneToOne, ProcessQueryKey: "K", RobotCode: "b"})
		if err != nil || len(page.ReadUserIDs) != 0 || len(page.Receivers) != 1 || page.Cost != (job.Cost{Metered: 3, Retries: 2}) {
			t.Errorf("Ask = %+v, %v", page, err)
		}
	})
}
