package dingtalk_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/ratelimit"
)

// net/http sends a GET again when a connection that it kept dies before the
// answer: below the limiter, unpaced and uncounted. Here nothing is sent twice.
func TestAGetIsSentOnce(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"sendStatus":"SUCCESS","messageReadInfoList":[{"name":"n","userId":"u1","readStatus":"READ"}]}`))
	}))
	defer server.Close()
	p := job.Provider{
		Name: "dingtalk", Endpoint: server.URL, AccessToken: job.NewSecret("t"),
		Limit: job.Limit{RequestsPerSecond: 20, MaxInFlight: 20}, Timeout: time.Second,
	}
	limiter := ratelimit.New(ratelimit.Options{MaxAttempts: 1, MinBackoff: time.Millisecond, MaxBackoff: time.Millisecond})
	transport, err := dingtalk.NewTransport(p)
	if err != nil {
		t.Fatal(err)
	}
	c, err := dingtalk.New(p, limiter, transport, dingtalk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	q := job.Query{Kind: job.OneToOne, ProcessQueryKey: "k", RobotCode: "r"}
	if _, err := c.Ask(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Ask(t.Context(), q); err == nil {
		t.Fatal("a connection that died gave an answer")
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("the server saw %d requests, want 2", n)
	}
}
