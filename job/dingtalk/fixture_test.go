package dingtalk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

// A fixture is one file of testdata/api; its README explains the fields.
type fixture struct {
	Request struct {
		Method, Path string
		Headers      map[string]string
		Body         map[string]any
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
		"platform_qps":                  job.ClassTransient, // what comes of a provider that is never let in
		"platform_ban":                  job.ClassTransient,
		"token_wrong_secret":            job.ClassToken,
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
	if strings.HasPrefix(f.Request.Path, "/v1.0/oauth2/") {
		w.tokens = func(int) (int, string) { return f.Response.Status, string(f.Response.Body) }
		w.answer = always(200, goodPage)
	}
	c := newClient(t, w, func(p *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) {
		l.GiveUpAfter = ratelimit.MaxRetryAfter
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

func (f *fixture) query() job.Query {
	text := func(key string) string {
		s, _ := f.Request.Body[key].(string)
		return s
	}
	kind := job.PrivateChat
	if strings.Contains(f.Request.Path, "groupMessages") {
		kind = job.Group
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
	if strings.HasPrefix(f.Request.Path, "/v1.0/oauth2/") {
		return // the token was good enough to ask with
	}
	var want struct {
		SendStatus  job.SendStatus
		ReadUserIDs []string `json:"readUserIds"`
		NextToken   string
		HasMore     bool
	}
	if err := json.Unmarshal(f.Response.Body, &want); err != nil {
		t.Fatal(err)
	}
	page.Cost = job.Cost{}
	if diff := cmp.Diff(job.Page{SendStatus: want.SendStatus, ReadUserIDs: want.ReadUserIDs, NextToken: want.NextToken, HasMore: want.HasMore}, page); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}
