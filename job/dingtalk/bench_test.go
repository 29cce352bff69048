package dingtalk_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/longtest"
	"notifyaudit/ratelimit"
)

// atOnce answers well and without a network.
type atOnce struct{}

func (atOnce) RoundTrip(req *http.Request) (*http.Response, error) {
	body := goodPage
	if strings.HasPrefix(req.URL.Path, "/v1.0/oauth2/") {
		body = goodToken
	}
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close()
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// fastClient is one that no limit holds up.
func fastClient(tb testing.TB) *dingtalk.Client {
	tb.Helper()
	p := provider()
	c, err := dingtalk.New(p, ratelimit.New(ratelimit.Options{RequestsPerSecond: 1_000_000, MaxInFlight: 10}), atOnce{}, dingtalk.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func ask(tb testing.TB, c *dingtalk.Client) {
	tb.Helper()
	page, err := c.Ask(tb.Context(), job.Query{Kind: job.Group, ProcessQueryKey: "Kna0123=", RobotCode: "robot"})
	if err != nil || len(page.ReadUserIDs) != 2 {
		tb.Fatal(page, err)
	}
}

func BenchmarkAsk(b *testing.B) {
	c := fastClient(b)
	b.ReportAllocs()
	for b.Loop() {
		ask(b, c)
	}
}

// What a call costs besides the network's share, in counts: seconds depend on the machine.
func TestCostOfACall(t *testing.T) {
	if longtest.UnderRace {
		t.Skip("pools drop values at random under the race detector")
	}
	c := fastClient(t)
	if allocated := testing.AllocsPerRun(200, func() { ask(t, c) }); allocated > 72 {
		t.Errorf("%.0f allocations a call", allocated)
	}
}
