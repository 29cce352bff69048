package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// maxResults is asked of every page: the documented maximum, since every page
// costs a call of the month's quota.
const maxResults = 200

// A queryCall is how one kind of message is asked about.
type queryCall struct {
	kind         job.Kind
	method, path string
	// body is what a POST carries.
	body func(q job.Query) any
	// decode reads a complete answer, and errs on what it can't believe.
	decode func(body []byte) (job.Page, error)
}

func queryCalls() []queryCall {
	return []queryCall{
		{job.PrivateChat, http.MethodPost, "/v1.0/robot/privateChatMessages/query", pageBody, decodePage},
		{job.Group, http.MethodPost, "/v1.0/robot/groupMessages/query", pageBody, decodePage},
	}
}

func callFor(kind job.Kind) (queryCall, error) {
	for _, call := range queryCalls() {
		if call.kind == kind {
			return call, nil
		}
	}
	return queryCall{}, &job.AnswerError{
		Class:   job.ClassInvalid,
		Reach:   job.ReachMessage,
		Message: fmt.Sprintf("messages of kind %q can't be asked about yet", kind),
		Advice:  `use the kind "private_chat" or "group"`,
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

// tokenHeader carries the access token as it is.
const tokenHeader = "x-acs-dingtalk-access-token" //nolint:gosec // a header's name

// query asks with one token, and adds to cost what that took.
func (c *Client) query(ctx context.Context, how queryCall, q job.Query, tok *token, cost *job.Cost) (job.Page, error) {
	ctx = withExpectation(ctx, &expectation{budget: c.budget, cost: cost})
	req, err := c.request(ctx, how.method, how.path, how.body(q))
	if err != nil {
		return job.Page{}, internalError(err)
	}
	req.Header.Set(tokenHeader, tok.value.Reveal())
	answer, err := c.do(ctx, c.http, req, cost, false)
	if err != nil {
		return job.Page{}, err
	}
	return answer.page, nil
}

func (c *Client) request(ctx context.Context, method, path string, body any) (*retryablehttp.Request, error) {
	encoded, err := encode(body)
	if err != nil {
		return nil, err
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, method, c.endpoint.JoinPath(path).String(), encoded)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	if c.userAgent != "" {
		req.Header.Set("User-Agent", c.userAgent)
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

// do makes the request until its verdict stands. The verdict is what counts: for
// retryablehttp a 200 that nobody believed is a success once the attempts run out.
// What it leaves undone on purpose is closing idle connections after a failure:
// the limiter's transport doesn't pass that on.
func (c *Client) do(ctx context.Context, hc *http.Client, req *retryablehttp.Request, cost *job.Cost, insist bool) (*answer, error) {
	ctx, call := c.lim.Track(ctx)
	if insist {
		call.Insist()
	}
	client := retryablehttp.Client{
		HTTPClient:   hc,
		RetryMax:     math.MaxInt,
		CheckRetry:   call.CheckRetry,
		Backoff:      call.Backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := client.Do(req.WithContext(ctx))
	if resp != nil {
		_ = resp.Body.Close()
	}
	stats := call.Stats()
	cost.Retries += max(0, stats.Attempts-1)
	cost.Throttled += stats.Throttled
	return c.conclude(ctx, call.Verdict(), err)
}

// conclude makes of a call's end an answer or the error that Ask returns.
func (c *Client) conclude(ctx context.Context, v ratelimit.Verdict, err error) (*answer, error) {
	got, judged := v.Detail.(*answer)
	if v.Outcome == ratelimit.Good && judged {
		return got, nil
	}
	if stopped := undone(err); stopped != nil {
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
