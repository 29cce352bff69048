package dingtalk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"notifyaudit/job"
	"notifyaudit/ratelimit"
)

// maxBody bounds an answer, counted after decompression: two megabytes of gzip
// can open to two gigabytes. A page of 200 of the longest ids, every character
// escaped, takes a third of it, and each request in flight may hold that much a
// few times over.
const maxBody = 1 << 20

// An answer is what was made of one attempt: a page, a token, or a failure.
type answer struct {
	page    job.Page
	token   *token
	failure *job.AnswerError
	// withheld says that nothing was sent, so that there is no answer.
	withheld bool
}

// A reply is an answer as it came.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// judgeToken makes the ratelimit.Judge of a token call.
func (c *Client) judgeToken(call tokenCall) ratelimit.Judge {
	return func(resp *http.Response, err error) ratelimit.Verdict {
		if err != nil {
			return c.verdict(c.noAnswer(err), nil)
		}
		a := c.take(resp, func(body []byte) (*answer, error) {
			tok, err := call.decode(body, time.Now())
			return &answer{token: tok}, err
		})
		if a.failure != nil {
			ofToken(a.failure)
		}
		return c.verdict(a, resp.Header)
	}
}

// take reads the response and makes the most of it.
func (c *Client) take(resp *http.Response, decode func([]byte) (*answer, error)) *answer {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if cause := context.Cause(resp.Request.Context()); err != nil && cause != nil {
		err = cause
	}
	r := reply{status: resp.StatusCode, header: resp.Header, body: body}
	failure := c.refusal(r, err)
	if failure == nil {
		a, err := decode(body)
		if err == nil {
			c.answered.Store(true)
			return a
		}
		failure = unbelieved(r, err)
		e := parseErrorBody(body)
		failure.Code, failure.Message, failure.RequestID = e.code, e.message, e.requestID
	}
	return &answer{failure: failure}
}

// refusal is why the reply can't be an answer, before its own form is looked at;
// nil when it may be one.
func (c *Client) refusal(r reply, readErr error) *job.AnswerError {
	answered := c.answered.Load()
	switch {
	case r.status >= 300 && r.status < 400:
		return elsewhere(r, answered)
	case readErr != nil && r.status == http.StatusTooManyRequests:
		return &job.AnswerError{Class: job.ClassThrottled, Status: r.status, Err: readErr}
	case readErr != nil:
		return &job.AnswerError{Class: job.ClassTransient, Status: r.status, Err: fmt.Errorf("read the answer: %w", readErr)}
	case len(r.body) > maxBody && r.status < 300:
		return unbelieved(r, fmt.Errorf("more than %d bytes", maxBody))
	case isMarkup(r.body):
		return webPage(r, answered)
	case r.status >= 200 && r.status < 300 && !namesCode(r.body):
		return nil
	}
	failure := classify(r, parseErrorBody(r.body))
	if failure != nil && failure.Class == job.ClassGateway {
		return notTheAPI(r, answered)
	}
	return failure
}

// noAnswer is what is made of an error of the transport.
func (c *Client) noAnswer(err error) *answer {
	withheld := errors.Is(err, errBudget) || errors.Is(err, errForeignHost) || errors.Is(err, ErrNotSent)
	return &answer{failure: c.unanswered(err), withheld: withheld}
}

// verdict is what the limiter needs to know of an answer.
func (c *Client) verdict(a *answer, header http.Header) ratelimit.Verdict {
	v := ratelimit.Verdict{Outcome: ratelimit.Good, Detail: a}
	if a.failure == nil {
		return v
	}
	c.complete(a.failure)
	v.RetryAfter, _ = ratelimit.RetryAfter(header, time.Now())
	if a.withheld {
		v.Outcome = ratelimit.Withheld
		return v
	}
	switch a.failure.Class {
	case job.ClassTransient, job.ClassUnbelieved:
		v.Outcome = ratelimit.Transient
		c.trouble.Store(a.failure)
	case job.ClassGateway:
		v.Outcome, v.Likeness = ratelimit.Foreign, strconv.Itoa(a.failure.Status)
		c.trouble.Store(a.failure)
	case job.ClassThrottled:
		v.Outcome = ratelimit.Throttled
		c.trouble.Store(a.failure)
	case job.ClassBanned:
		v.Outcome = ratelimit.Banned
		c.trouble.Store(a.failure)
	default:
		v.Outcome = ratelimit.Final
	}
	return v
}

// complete fills in what follows from the class alone, and cleans the rest.
func (c *Client) complete(f *job.AnswerError) {
	switch f.Class {
	case job.ClassTransient, job.ClassGateway, job.ClassThrottled, job.ClassBanned, job.ClassQuota, job.ClassUnbelieved,
		job.ClassProcessing:
		f.Temporary = true
	default:
	}
	if f.Reach == "" {
		f.Reach = reachOf(f.Class)
	}
	if f.Advice == "" {
		f.Advice = c.advice(f)
	}
	c.scrub.clean(f)
}

// ofToken widens a failure of a token call: without a token nothing is asked, and
// what the API finds wrong with the call is wrong with the credential.
func ofToken(f *job.AnswerError) {
	switch f.Class {
	case job.ClassBanned, job.ClassQuota:
		return
	case job.ClassRobot, job.ClassCursor, job.ClassExpired, job.ClassProcessing, job.ClassInvalid, job.ClassUnknown:
		f.Class = job.ClassToken
	default:
	}
	f.Reach = job.ReachProvider
}

func unbelieved(r reply, why error) *job.AnswerError {
	return &job.AnswerError{Class: job.ClassUnbelieved, Status: r.status, Err: fmt.Errorf("can't believe the answer: %w", why)}
}

func internalError(err error) *job.AnswerError {
	return &job.AnswerError{Class: job.ClassInternal, Reach: job.ReachMessage, Err: err}
}

// undone is the error of a request that the limiter would not make; nil for any
// other. When it gave up, what went wrong last is told with it.
func (c *Client) undone(err error) error {
	failure := &job.AnswerError{Class: job.ClassTransient, Reach: job.ReachProvider, Temporary: true}
	switch {
	case errors.Is(err, ratelimit.ErrStopped):
		failure.Err = ratelimit.ErrStopped
	case errors.Is(err, ratelimit.ErrWithdrawn):
		failure.Reach, failure.Err = job.ReachMessage, ratelimit.ErrWithdrawn
	case errors.Is(err, ratelimit.ErrGaveUp):
		failure.Err = ratelimit.ErrGaveUp
		if last := c.trouble.Load(); last != nil {
			failure.Status, failure.Code, failure.RequestID = last.Status, last.Code, last.RequestID
			if last.Class == job.ClassBanned || last.Class == job.ClassThrottled {
				failure.Class = last.Class
			}
			if text := last.Text(); text != "" {
				failure.Err = fmt.Errorf("%w; the last: %s", ratelimit.ErrGaveUp, text)
			}
		}
		failure.Advice = c.advice(failure)
	default:
		return nil
	}
	return failure
}

// Trouble is the latest failure that was worth a retry, nil before there was one.
// While the limiter has no good answer, that is why.
func (c *Client) Trouble() *job.AnswerError { return c.trouble.Load() }

// isMarkup reports whether a body is a web page: no JSON begins with <.
func isMarkup(body []byte) bool {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}
