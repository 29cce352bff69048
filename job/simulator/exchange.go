package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// maxRequest bounds the request body that is looked at.
const maxRequest = 1 << 20

// maxAttempts bounds the memory of how often each page was asked. Past it the
// count begins anew.
const maxAttempts = 1 << 20

// A call is one request on its way through the Simulator.
type call struct {
	endpoint *endpoint
	header   http.Header
	// fields are the members of the JSON body; nil when it isn't an object.
	fields map[string]json.RawMessage
	// params are the parameters in the request line.
	params url.Values
	// app is the app key it is made by, once known.
	app *scenario.App
	// attemptID names this attempt among all: what draws about it are keyed by.
	attemptID string
	draws     draws
	// cursor is the place that a query asks for; nil when its nextToken is no good.
	cursor *cursor
	// shown is set by a first page that a listed message's state answered.
	shown *shownState
	// seen is what the log keeps.
	seen Request
}

// exchange takes a request there, has it answered, and waits for the way back.
// Its error is the cause of the request's end.
func (s *Simulator) exchange(r *http.Request) (reply, error) {
	ctx := r.Context()
	c, err := s.receive(r)
	if err != nil {
		return reply{}, err
	}
	if err := s.travel(ctx, c); err != nil {
		return reply{}, err
	}
	rep, place := s.arrive(c)
	if err := wait(ctx, s.route.oneWay("back", c)); err != nil {
		s.left(place)
		return reply{}, err
	}
	return rep, nil
}

// travel is a request's way there. One that is late gets there without its caller
// too.
func (s *Simulator) travel(ctx context.Context, c *call) error {
	way, late := s.route.oneWay("there", c), s.faults.lateness(c)
	began := time.Now()
	err := wait(ctx, way+late)
	if err != nil && late > 0 {
		time.AfterFunc(way+late-time.Since(began), func() {
			_, place := s.arrive(c)
			s.left(place)
		})
	}
	return err
}

// receive reads what is asked.
func (s *Simulator) receive(r *http.Request) (*call, error) {
	c := &call{
		draws: s.draws, header: r.Header, params: r.URL.Query(),
		seen: Request{Method: r.Method, Host: r.Host, Path: r.URL.Path, Page: 1},
	}
	if r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest))
		if err != nil {
			return nil, fmt.Errorf("reading request body: %w", err)
		}
		if json.Unmarshal(body, &c.fields) != nil {
			c.fields = nil
		}
	}
	c.endpoint = findEndpoint(r.Method, r.URL.Path)
	if c.endpoint != nil {
		c.seen.Interface = c.endpoint.name
		c.endpoint.read(s, c)
	}
	s.countAttempt(c)
	return c, nil
}

// countAttempt counts how often the page was asked.
func (s *Simulator) countAttempt(c *call) {
	page := strconv.Itoa(c.seen.Page)
	subject := s.draws.hash("attempt", c.seen.Path, c.seen.Key, page)
	s.mu.Lock()
	if len(s.attempts) >= maxAttempts {
		clear(s.attempts)
	}
	s.attempts[subject]++
	c.seen.Attempt = s.attempts[subject]
	s.mu.Unlock()
	c.attemptID = c.seen.Path + "\x00" + c.seen.Key + "\x00" + page + "\x00" + strconv.Itoa(c.seen.Attempt)
}

// arrive is the instant at which the server has the request. Everything about it
// is decided here, one request at a time. Its place is the one in the log.
func (s *Simulator) arrive(c *call) (rep reply, place int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.seen.At = s.clock.now()
	rep = s.decide(c)
	if c.endpoint != nil && c.endpoint.business && rep.metered() {
		s.quota.spend(c.seen.At)
	}
	if c.shown != nil && c.seen.Fault == "" {
		c.shown.entry.count(*c.shown)
	}
	c.seen.Status, c.seen.Code = rep.status, rep.code
	return rep, s.log.add(c.seen)
}

// left notes that the caller left before the answer was back.
func (s *Simulator) left(place int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.left(place)
}

// decide answers a request, in the platform's order: who is shut out, whether
// there is such a call, who is asking, how fast, how much, and only then what.
func (s *Simulator) decide(c *call) reply {
	now := c.seen.At
	if s.ban.refuses(now, s.scenario.BanLimit()) {
		return c.banned()
	}
	if f := s.faults.outage(now); f != nil {
		return s.fail(c, f, nil)
	}
	if c.endpoint == nil {
		return wrongPath()
	}
	if refusal := c.endpoint.identify(s, c); refusal != nil {
		return *refusal
	}
	if !s.rates.admit(c.seen.App, c.endpoint.name, now, s.scenario.RequestsPerSecond) {
		return c.throttled(s.scenario.RetryAfter)
	}
	if limit := s.scenario.RequestsPerMonth; c.endpoint.business && limit > 0 && s.quota.spent(now) >= limit {
		return c.coded(scenario.CodeQuota)
	}
	noFault := func() reply { return c.endpoint.answer(s, c) }
	if f := s.faults.first(c); f != nil {
		return s.fail(c, f, noFault)
	}
	return noFault()
}

// wait passes time unless ctx ends first, and says why it ended.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
