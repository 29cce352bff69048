package dingtalk_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

// A fixture is one file of testdata/api; its README explains the fields.
type fixture struct {
	Request struct {
		Method, Path   string
		Query, Headers map[string]string
		Body           map[string]any
	}
	Response struct {
		Status int
		Body   json.RawMessage
	}
}

// The classes of the fixtures that are not good answers nor rows of the table.
func fixtureClasses() map[string]job.ErrorClass {
	return map[string]job.ErrorClass{
		"error_expire_503":              job.ClassTransient,
		"error_system_503":              job.ClassTransient,
		"platform_bad_token":            job.ClassToken,
		"platform_ip_not_in_white_list": job.ClassDenied,
		"platform_missing_header":       job.ClassToken,
		"platform_permission_denied":    job.ClassDenied,
		"platform_quota":                job.ClassQuota,
		"platform_wrong_path":           job.ClassEndpoint,
		"platform_qps":                  job.ClassThrottled, // what comes of a provider that is never let in
		"platform_ban":                  job.ClassBanned,
		"token_wrong_secret":            job.ClassToken,
		"token_corp_wrong_secret":       job.ClassToken,
		"token_unified_wrong_secret":    job.ClassToken,
		"one_to_one_expired":            job.ClassExpired,
		"one_to_one_wrong_robot":        job.ClassRobot,
		"one_to_one_missing_robot":      job.ClassInvalid, // refused before it is asked
		"one_to_one_other_kind":         job.ClassInvalid,
	}
}

func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("../../testdata/api/*.json")
	if err != nil || len(files) < 19 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var f fixture
			if err := json.Unmarshal(raw, &f); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, f.play)
		})
	}
}

// play sends the fixture's request and compares what comes of its response.
func (f *fixture) play(t *testing.T) {
	w := &wire{answer: always(f.Response.Status, string(f.Response.Body))}
	if f.isToken() {
		w.tokens = func(int) (int, string) { return f.Response.Status, string(f.Response.Body) }
		w.answer = always(200, goodPage)
	}
	c := newClient(t, w, func(p *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) {
		l.GiveUpAfter = ratelimit.MaxRetryAfter
		f.credential(p)
		if token := f.Request.Headers["x-acs-dingtalk-access-token"]; token != "" {
			p.AccessToken = job.NewSecret(token)
		}
	})
	page, err := c.Ask(t.Context(), f.query())
	f.checkRequest(t, w)
	want := f.wantClass(t)
	if want != "" {
		got, ok := err.(*job.AnswerError) //nolint:errorlint // Ask promises the type itself
		if !ok || got.Class != want {
			t.Errorf("Ask = %v, want class %s", err, want)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	f.checkPage(t, page)
}

// credential makes the provider one that gets its token as the fixture does.
func (f *fixture) credential(p *job.Provider) {
	text, secret := f.text, func(key string) job.Secret { return job.NewSecret(f.text(key)) }
	switch {
	case strings.HasSuffix(f.Request.Path, "/oauth2/accessToken"):
		p.AppKey, p.AppSecret = text("appKey"), secret("appSecret")
	case text("suiteKey") != "":
		p.AppKey, p.AppSecret = "", job.Secret{}
		p.SuiteKey, p.SuiteSecret, p.SuiteTicket = text("suiteKey"), secret("suiteSecret"), secret("suiteTicket")
		p.AuthCorpID = text("authCorpId")
	case text("client_id") != "":
		p.AppKey, p.AppSecret = "", job.Secret{}
		p.ClientID, p.ClientSecret = text("client_id"), secret("client_secret")
		p.CorpID = strings.Split(f.Request.Path, "/")[3]
	}
}

// text is a text of the request's body or of its parameters.
func (f *fixture) text(key string) string {
	if s, found := f.Request.Query[key]; found {
		return s
	}
	s, _ := f.Request.Body[key].(string)
	return s
}

func (f *fixture) isToken() bool { return strings.HasPrefix(f.Request.Path, "/v1.0/oauth2/") }

func (f *fixture) query() job.Query {
	text := f.text
	kind := job.PrivateChat
	switch {
	case strings.Contains(f.Request.Path, "groupMessages"):
		kind = job.Group
	case f.Request.Method == http.MethodGet:
		kind = job.OneToOne
	}
	return job.Query{
		Kind: kind, ProcessQueryKey: text("processQueryKey"), RobotCode: text("robotCode"),
		OpenConversationID: text("openConversationId"), NextToken: text("nextToken"),
	}
}

// checkRequest compares what was sent with the fixture's request, where a good
// client would send that.
func (f *fixture) checkRequest(t *testing.T, w *wire) {
	t.Helper()
	switch {
	case f.isToken():
		f.checkSent(t, w.tokenCalls)
		return
	case f.Request.Query["robotCode"] != "":
		f.checkSent(t, w.queries)
		return
	}
	if f.Request.Body["processQueryKey"] == nil || len(w.queries) == 0 || strings.HasSuffix(f.Request.Path, "querry") {
		return
	}
	want := f.Request.Body
	want["maxResults"] = 200.0
	if diff := cmp.Diff(want, w.queries[0].body); diff != "" {
		t.Errorf("request body (-want +got):\n%s", diff)
	}
	if got := "https://api.dingtalk.io" + f.Request.Path; w.queries[0].url != got {
		t.Errorf("asked %s, want %s", w.queries[0].url, got)
	}
}

// checkSent compares the first request with the fixture's, to the letter.
func (f *fixture) checkSent(t *testing.T, requests []*wireRequest) {
	t.Helper()
	if len(requests) == 0 {
		t.Fatal("nothing was asked")
	}
	got := requests[0]
	if diff := cmp.Diff(f.Request.Body, got.body); diff != "" {
		t.Errorf("request body (-want +got):\n%s", diff)
	}
	values := url.Values{}
	for key, value := range f.Request.Query {
		values.Set(key, value)
	}
	want := strings.TrimSuffix("https://api.dingtalk.io"+f.Request.Path+"?"+values.Encode(), "?")
	if got.method != f.Request.Method || got.url != want {
		t.Errorf("asked %s %s, want %s %s", got.method, got.url, f.Request.Method, want)
	}
}

// wantClass is empty for a good answer.
func (f *fixture) wantClass(t *testing.T) job.ErrorClass {
	t.Helper()
	name := filepath.Base(t.Name())
	if class, listed := fixtureClasses()[name]; listed {
		return class
	}
	if !strings.HasPrefix(name, "error_") {
		return ""
	}
	var body struct{ Code string }
	if err := json.Unmarshal(f.Response.Body, &body); err != nil {
		t.Fatal(err)
	}
	row, found := pageRows()[body.Code]
	if !found {
		t.Fatalf("%q is no row of the vendor's table", body.Code)
	}
	return row.class
}

func (f *fixture) checkPage(t *testing.T, page job.Page) {
	t.Helper()
	if f.isToken() {
		return // the token was good enough to ask with
	}
	var want struct {
		SendStatus  job.SendStatus
		ReadUserIDs []string `json:"readUserIds"`
		NextToken   string
		HasMore     bool
		Infos       []struct{ UserID, ReadStatus string } `json:"messageReadInfoList"`
	}
	if err := json.Unmarshal(f.Response.Body, &want); err != nil {
		t.Fatal(err)
	}
	var receivers []string
	for _, info := range want.Infos {
		receivers = append(receivers, info.UserID)
		if info.ReadStatus == "READ" {
			want.ReadUserIDs = append(want.ReadUserIDs, info.UserID)
		}
	}
	page.Cost, page.AskedAt = job.Cost{}, time.Time{}
	if diff := cmp.Diff(job.Page{SendStatus: want.SendStatus, ReadUserIDs: want.ReadUserIDs, Receivers: receivers, NextToken: want.NextToken, HasMore: want.HasMore}, page); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}
