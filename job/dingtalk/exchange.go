package dingtalk

import (
	"io"
	"maps"
	"net/http"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// An exchange is one query with its attempts, and with the probes made on its
// behalf: it sends them, judges their answers and counts what they cost. One
// attempt is made at a time.
type exchange struct {
	client *Client
	query  job.Query
	// call counts the attempts, also of those that found their tokens refused.
	call *ratelimit.Call
	cost job.Cost
	// token is the one that the latest attempt was made with.
	token *token
	// tokenWait is how long the next attempt waited for its token.
	tokenWait time.Duration
	// sentAt is when the latest attempt left.
	sentAt time.Time
}

// RoundTrip stands below the limiter, so that a call is spent when it is made and
// not while it waits, and has the token that is in force by then.
func (e *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	budget := e.client.budget
	if !budget.Spend() {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, errBudget
	}
	answered := false
	defer func() {
		if !answered { // nor is a panic below an answer
			budget.Refund()
		}
	}()
	e.sentAt = time.Now()
	resp, err := e.client.base.RoundTrip(sentOnce(e.authorise(req)))
	answered = err == nil
	return resp, err
}

// authorise gives an attempt the token in force when it leaves: the one that was
// in force when it got in line may have been replaced since.
func (e *exchange) authorise(req *http.Request) *http.Request {
	e.token = e.client.tokens.inForce(e.token)
	req = req.WithContext(req.Context()) // a copy
	req.Header = maps.Clone(req.Header)  // others share it
	req.Header[tokenHeader] = []string{e.token.value.Reveal()}
	return req
}

// judge is the ratelimit.Judge of the query and of the probes that repeat another
// one.
func (e *exchange) judge(resp *http.Response, err error) ratelimit.Verdict {
	if err != nil {
		return e.client.verdict(e.client.noAnswer(err), nil)
	}
	a := e.client.take(resp, func(body []byte) (*answer, error) {
		page, err := decoderFor(resp.Request.URL.Path)(body)
		return &answer{page: page}, err
	})
	e.count(a)
	v := e.client.verdict(a, resp.Header)
	v.Repeatable = true
	return v
}

// count adds an answered attempt to the cost, unless it was refused for its rate.
func (e *exchange) count(a *answer) {
	if a.failure != nil && (a.failure.Class == job.ClassThrottled || a.failure.Class == job.ClassBanned) {
		e.client.budget.Refund()
		return
	}
	e.cost.Metered++
}

// sentOnce makes a request without a body one that net/http sends a single time.
// It would send a GET again, unpaced and uncounted, when a connection that it kept
// dies before the answer: what can't be read a second time it doesn't repeat.
func sentOnce(req *http.Request) *http.Request {
	if req.Body != nil && req.Body != http.NoBody {
		return req
	}
	req = req.Clone(req.Context())
	req.Body, req.GetBody = empty{}, nil
	return req
}

// empty is a body without a byte that net/http doesn't know to be empty.
type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, io.EOF }
func (empty) Close() error             { return nil }
