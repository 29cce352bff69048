package runner_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
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

// A distance is how long queries and token calls take. Jitter is how far the latency of a
// query is from that at most, as a share of it, evenly spread.
type distance struct {
	latency, tokens time.Duration
	jitter          float64
}

// of is how long a query takes, by its body, so that no order of queries changes it.
func (d *distance) of(body []byte) time.Duration {
	sum := fnv.New32a()
	_, _ = sum.Write(body)
	share := float64(sum.Sum32())/math.MaxUint32*2 - 1
	return d.latency + time.Duration(share*d.jitter*float64(d.latency))
}

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
	question, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	latency := d.tokens
	if !token {
		latency = d.of(question)
	}
	time.Sleep(latency / 2)
	status, body := d.serve(question, token)
	time.Sleep(latency - latency/2)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func (d *distant) serve(question []byte, token bool) (status int, body string) {
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
	_ = json.Unmarshal(question, &q)     // the client's own
	page, _ := strconv.Atoi(q.NextToken) // 0 for the first
	more := strings.HasPrefix(q.ProcessQueryKey, "long") && page+1 < d.pages
	next := ""
	if more {
		next = strconv.Itoa(page + 1)
	}
	return http.StatusOK, fmt.Sprintf(`{"sendStatus":"SUCCESS","readUserIds":["u%d"],"hasMore":%t,"nextToken":%q}`, page, more, next)
}

// least is how long the calls take that a limit of so many a second lets through, of which
// the pages of a long message are a chain. A slot is free again a second after its
// answer, less what its next request surely takes to arrive. At steady latency that is
// known, and a slot serves a request a second. With jitter nothing is sure, so that it
// serves one in a second and a latency, for which the next page of a chain waits, too;
// sooner, two requests could arrive within a second, and the server would refuse one.
func (d *distance) least(calls, pages int, long bool, perSecond time.Duration) time.Duration {
	apart, page := max(time.Second, d.latency)/perSecond, d.latency
	if d.jitter > 0 {
		apart = (time.Second + d.latency) / perSecond
		page += apart
	}
	if !long {
		pages = 1
	}
	return max(time.Duration(calls)*apart, time.Duration(pages)*page)
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
		rare   bool    // left to the long form
	}{
		"near":                             {distance{20 * time.Millisecond, 20 * time.Millisecond, 0}, many, 0, 0, false},
		"usual":                            {distance{80 * time.Millisecond, 80 * time.Millisecond, 0}, many, 0, 0, true},
		"with long messages":               {distance{200 * time.Millisecond, 200 * time.Millisecond, 0}, many, 2, 0, false},
		"quick tokens":                     {distance{300 * time.Millisecond, 10 * time.Millisecond, 0}, many, 2, 0, true},
		"slow tokens":                      {distance{80 * time.Millisecond, time.Second, 0}, many, 2, 0, false},
		"a second away":                    {distance{time.Second, 20 * time.Millisecond, 0}, many, 0, 0, true},
		"two seconds away":                 {distance{2 * time.Second, 2 * time.Second, 0}, many, 0, 0, false},
		"a chain as long as the rate":      {distance{1050 * time.Millisecond, 80 * time.Millisecond, 0}, many, 1, 0, true},
		"a near chain as long as the rate": {distance{80 * time.Millisecond, 80 * time.Millisecond, 0}, 300, 1, 1.08, false},
		"two chains as long as the rate":   {distance{300 * time.Millisecond, 80 * time.Millisecond, 0}, 2000, 2, 0, true},
		"a chain of far pages":             {distance{2 * time.Second, 2 * time.Second, 0}, many, 1, 0, true},
		"near, with jitter":                {distance{20 * time.Millisecond, 20 * time.Millisecond, 0.5}, many, 0, 1.05, true},
		"with a little jitter":             {distance{200 * time.Millisecond, 80 * time.Millisecond, 0.1}, many, 2, 1.05, false},
		"long messages with jitter":        {distance{200 * time.Millisecond, 80 * time.Millisecond, 0.5}, many, 2, 1.05, true},
		"a second away, with jitter":       {distance{time.Second, 80 * time.Millisecond, 0.5}, many, 0, 1.05, true},
		"two seconds away, with jitter":    {distance{2 * time.Second, 2 * time.Second, 0.5}, many, 0, 1.05, false},
		"a far chain, with jitter":         {distance{time.Second, 80 * time.Millisecond, 0.5}, many, 2, 1.05, true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.rare {
				longtest.Require(t)
			}
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
				bound := c.server.least(servers[0].received, pages, c.long > 0, perSecond)
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
