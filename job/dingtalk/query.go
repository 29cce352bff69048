package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"

	"github.com/hashicorp/go-retryablehttp"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/ratelimit"
)

// maxResults is asked of every page: the documented maximum, since every page
// costs a call of the month's quota.
const maxResults = 200

// A queryCall is how one kind of message is asked about.
type queryCall struct {
	kind         job.Kind
	method, path string
	// body is what a POST carries, params what a GET says in its request line; the
	// other one is nil.
	body   func(q job.Query) any
	params func(q job.Query) url.Values
	// decode reads a complete answer, and errs on what it can't believe.
	decode func(body []byte) (job.Page, error)
}

func queryCalls() []queryCall {
	return []queryCall{
		{kind: job.PrivateChat, method: http.MethodPost, path: "/v1.0/robot/privateChatMessages/query", body: pageBody, decode: decodePage},
		{kind: job.Group, method: http.MethodPost, path: "/v1.0/robot/groupMessages/query", body: pageBody, decode: decodePage},
		{kind: job.OneToOne, method: http.MethodGet, path: "/v1.0/robot/oToMessages/readStatus", params: readStatusParams, decode: decodeReadStatus},
	}
}

// callFor is the call that answers a query. A query that can only be refused is
// refused here: asking it would cost a call.
func callFor(q job.Query) (queryCall, error) {
	for _, call := range queryCalls() {
		if call.kind != q.Kind {
			continue
		}
		if q.Kind == job.OneToOne && q.RobotCode == "" {
			return call, &job.AnswerError{
				Class: job.ClassInvalid, Reach: job.ReachMessage,
				Message: `messages of kind "one_to_one" can't be asked about without a robot code`,
				Advice:  codes.NoRobotCode(),
			}
		}
		return call, nil
	}
	return queryCall{}, &job.AnswerError{
		Class:   job.ClassInvalid,
		Reach:   job.ReachMessage,
		Message: fmt.Sprintf("there is no call for messages of kind %q", q.Kind),
		Advice:  `use the kind "private_chat", "group" or "one_to_one"`,
	}
}

// decoderFor goes by the request that was answered: a probe may repeat one of
// another kind than the query it is made for.
func decoderFor(path string) func(body []byte) (job.Page, error) {
	for _, call := range queryCalls() {
		if call.path == path {
			return call.decode
		}
	}
	return func([]byte) (job.Page, error) { return job.Page{}, errors.New("no such call") }
}

// A pageRequest is the body of both paged calls. What is not set is left out.
type pageRequest struct {
	OpenConversationID string `json:"openConversationId,omitempty"`
	RobotCode          string `json:"robotCode,omitempty"`
	ProcessQueryKey    string `json:"processQueryKey"`
	MaxResults         int    `json:"maxResults"`
	NextToken          string `json:"nextToken,omitempty"`
}

func pageBody(q job.Query) any {
	return pageRequest{
		OpenConversationID: q.OpenConversationID,
		RobotCode:          q.RobotCode,
		ProcessQueryKey:    q.ProcessQueryKey,
		MaxResults:         maxResults,
		NextToken:          q.NextToken,
	}
}

// tokenHeader carries the access token as it is; net/http writes its name so.
const tokenHeader = "X-Acs-Dingtalk-Access-Token" //nolint:gosec // a header's name

// converse makes the query's attempts, until one is answered or patience ends.
func (c *Client) converse(ctx context.Context, how queryCall, e *exchange) (job.Page, error) {
	var params url.Values
	var body any
	if how.params != nil {
		params = how.params(e.query)
	} else {
		body = how.body(e.query)
	}
	req, err := c.request(ctx, how.method, how.path, params, body)
	if err != nil {
		return job.Page{}, internalError(err)
	}
	transport := c.transports[how.kind].With(e, e.judge)
	transport.Attempted = func(a ratelimit.Attempt) {
		c.logAttempt(ctx, a, e.query.Label, e.tokenWait)
		e.tokenWait = 0
	}
	answer, err := c.do(ctx, e.call, transport, req, &e.cost)
	if err != nil {
		return job.Page{}, err
	}
	answer.page.AskedAt = e.sentAt
	return answer.page, nil
}

// request makes a request with a JSON body, unless body is nil. The path is escaped.
func (c *Client) request(ctx context.Context, method, path string, params url.Values, body any) (*retryablehttp.Request, error) {
	target := c.endpoint + path
	if len(params) > 0 {
		target += "?" + params.Encode()
	}
	var encoded any
	if body != nil {
		text, err := encode(body)
		if err != nil {
			return nil, err
		}
		encoded = text
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, method, target, encoded)
	if err != nil {
		return nil, err
	}
	req.Header = c.header
	if body != nil {
		req.Header = c.bodyHeader
	}
	return req, nil
}

// encode leaves < and & as they are: the page shows keys as sent.
func encode(body any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// do makes the request, one of a call's, until its verdict stands. The verdict is
// what counts: for retryablehttp a 200 that was not believed is a success once the
// attempts run out. What it leaves undone on purpose is closing idle connections after
// a failure: the limiter's transport doesn't pass that on.
func (c *Client) do(ctx context.Context, call *ratelimit.Call, over http.RoundTripper, req *retryablehttp.Request, cost *job.Cost) (*answer, error) {
	before := call.Stats()
	client := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: over, CheckRedirect: stayHere},
		RetryMax:     math.MaxInt,
		CheckRetry:   call.CheckRetry,
		Backoff:      call.Backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := client.Do(req)
	if resp != nil {
		_ = resp.Body.Close()
	}
	stats := call.Stats()
	cost.Retries += max(0, stats.Attempts-before.Attempts-1)
	cost.Throttled += stats.Throttled - before.Throttled
	return c.conclude(ctx, call.Verdict(), err)
}

// conclude makes of a call's end an answer or the error that Ask returns.
func (c *Client) conclude(ctx context.Context, v ratelimit.Verdict, err error) (*answer, error) {
	got, judged := v.Detail.(*answer)
	if v.Outcome == ratelimit.Good && judged {
		return got, nil
	}
	if stopped := c.undone(err); stopped != nil {
		return nil, stopped
	}
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if judged {
		return nil, got.failure
	}
	return nil, internalError(err)
}
