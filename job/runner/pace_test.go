package runner_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job/longtest"
	"notifyaudit/job/plan"
	"notifyaudit/job/runner"
)

// A distance is how long queries and token calls take.
type distance struct{ latency, tokens time.Duration }

// A distant server answers after a while, and throttles what exceeds its limit in any
// second. The keys of long messages begin with "long" and have so many pages.
type distant struct {
	distance
	limit, pages int

	mu       sync.Mutex
	arrived  []time.Time
	refused  int
	received int
}

func (d *distant) RoundTrip(req *http.Request) (*http.Response, error) {
	token := strings.Contains(req.URL.Path, "oauth2")
	latency := d.latency
	if token {
		latency = d.tokens
	}
	time.Sleep(latency / 2)
	status, body := d.serve(req, token)
	time.Sleep(latency - latency/2)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func (d *distant) serve(req *http.Request, token bool) (status int, body string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	for len(d.arrived) > 0 && now.Sub(d.arrived[0]) >= time.Second {
		d.arrived = d.arrived[1:]
	}
	if len(d.arrived) == d.limit {
		d.refused++
		return http.StatusForbidden, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`
	}
	d.arrived = append(d.arrived, now)
	if token {
		return http.StatusOK, `{"accessToken":"t","expireIn":7200}`
	}
	d.received++
	var q struct{ ProcessQueryKey, NextToken string }
	_ = json.NewDecoder(req.Body).Decode(&q) // the client's own
	page, _ := strconv.Atoi(q.NextToken)     // 0 for the first
	more := strings.HasPrefix(q.ProcessQueryKey, "long") && page+1 < d.pages
	next := ""
	if more {
		next = strconv.Itoa(page + 1)
	}
	return http.StatusOK, fmt.Sprintf(`{"sendStatus":"SUCCESS","readUserIds":["u%d"],"hasMore":%t,"nextToken":%q}`, page, more, next)
}

// A run takes no longer than the rate and the longest chain of pages demand, and no
// call is refused, however far the server is and however quick its tokens are.
func TestARunTakesAsLongAsTheRate(t *testing.T) {
	const perSecond, pages = 20, 500
	many := longtest.N(3000, 8000)
	for name, c := range map[string]struct {
		server distance
		calls  int     // messages
		long   int     // messages of many pages
		most   float64 // 0 is 1.03
	}{
		"near":                             {distance{latency: 20 * time.Millisecond, tokens: 20 * time.Millisecond}, many, 0, 0},
		"usual":                            {distance{latency: 80 * time.Millisecond, tokens: 80 * time.Millisecond}, many, 0, 0},
		"with long messages":               {distance{latency: 200 * time.Millisecond, tokens: 200 * time.Millisecond}, many, 2, 0},
		"quick tokens":                     {distance{latency: 300 * time.Millisecond, tokens: 10 * time.Millisecond}, many, 2, 0},
		"slow tokens":                      {distance{latency: 80 * time.Millisecond, tokens: time.Second}, many, 2, 0},
		"a second away":                    {distance{latency: time.Second, tokens: 20 * time.Millisecond}, many, 0, 0},
		"two seconds away":                 {distance{latency: 2 * time.Second, tokens: 2 * time.Second}, many, 0, 0},
		"a chain as long as the rate":      {distance{latency: 1050 * time.Millisecond, tokens: 80 * time.Millisecond}, many, 1, 0},
		"a near chain as long as the rate": {distance{latency: 80 * time.Millisecond, tokens: 80 * time.Millisecond}, 300, 1, 1.08},
		"two chains as long as the rate":   {distance{latency: 300 * time.Millisecond, tokens: 80 * time.Millisecond}, 2000, 2, 0},
		"a chain of far pages":             {distance{latency: 2 * time.Second, tokens: 2 * time.Second}, many, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var list []plan.Step
				var providers []runner.Provider
				servers := make([]*distant, 2) // side by side
				for i := range servers {
					servers[i] = &distant{distance: c.server, limit: perSecond, pages: pages}
					name := fmt.Sprint("p", i)
					steps := tasks(name, c.calls)
					for n := range c.long {
						steps[n].Message.ID.ProcessQueryKey, steps[n].Pages = fmt.Sprint("long", n), pages
					}
					list = append(list, steps...)
					p := client(t, servers[i])
					p.Name = name
					providers = append(providers, p)
				}
				start := time.Now()
				sum, err := run(t.Context(), t, newMemory(), list, providers...)
				took := time.Since(start)
				if err != nil || sum.Unreadable() > 0 || sum.NotAsked > 0 {
					t.Fatalf("err %v, %+v", err, sum)
				}
				chain := c.server.latency
				if c.long > 0 {
					chain *= pages
				}
				bound := max(time.Duration(servers[0].received)*max(time.Second, c.server.latency)/perSecond, chain)
				t.Logf("%d calls, %v where %v are the least: %.3f", servers[0].received, took, bound, float64(took)/float64(bound))
				if most := cmp.Or(c.most, 1.03); float64(took) > most*float64(bound) {
					t.Errorf("took %v, %.3f of %v", took, float64(took)/float64(bound), bound)
				}
				for _, s := range servers {
					if s.refused > 0 {
						t.Errorf("%d calls were refused", s.refused)
					}
				}
			})
		})
	}
}
