package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// A delivery is how a reply goes wrong on its way.
type delivery int

const (
	delivered        delivery = iota
	connectionReset           // connection reset, nothing arrives
	connectionClosed          // connection closed, nothing arrives
	noAnswer                  // nothing arrives, and after delay the connection is closed
	bodyTruncated             // half the body, then the connection is closed
	bodySlow                  // half the body, the rest after delay
)

// A reply is an answer and what becomes of it on the way.
type reply struct {
	status int
	header http.Header
	body   []byte
	// code is the error code that the log shows.
	code string
	// refused answers come from before the call is counted: for the rate, the
	// quota, a ban, or from somebody on the way.
	refused  bool
	delivery delivery
	delay    time.Duration
}

// metered reports whether the vendor counts the call.
func (r reply) metered() bool {
	return !r.refused && r.status != 0
}

// page is what a query answers, its fields as the vendor's page has them.
type page struct {
	SendStatus  string   `json:"sendStatus"`
	ReadUserIDs []string `json:"readUserIds"`
	NextToken   string   `json:"nextToken,omitempty"`
	HasMore     bool     `json:"hasMore"`
}

// jsonReply makes a reply whose body is v.
func jsonReply(status int, v any) reply {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		// Only a scenario's own body can be no JSON, and check refuses that.
		return reply{status: http.StatusInternalServerError, header: http.Header{}}
	}
	return reply{
		status: status,
		header: http.Header{"Content-Type": {"application/json"}},
		body:   bytes.TrimSuffix(body.Bytes(), []byte("\n")),
	}
}

// coded is the error answer of a documented code.
func (c *call) coded(code string) reply {
	return c.answered(&scenario.Answer{Code: code})
}

// answered is the reply of a scenario's answer.
func (c *call) answered(a *scenario.Answer) reply {
	known := scenario.ErrorAnswers()[a.Code]
	status := cmp.Or(a.Status, known.Status, http.StatusOK)
	message := cmp.Or(a.Message, known.Message)
	rep := jsonReply(status, c.errorBody(a, message))
	rep.code = a.Code
	rep.refused = a.Code == scenario.CodeQuota || strings.HasPrefix(a.Code, "Forbidden.AccessDenied.Qp")
	for name, value := range a.Headers {
		rep.header.Set(name, value)
	}
	return rep
}

func (c *call) errorBody(a *scenario.Answer, message string) any {
	if a.Body != nil {
		return a.Body
	}
	id := c.draws.requestID(c.attemptID)
	if len(a.RequiredScopes) > 0 {
		return map[string]any{
			"Code": a.Code, "Message": message, "RequestId": id,
			"AccessDeniedDetail": map[string]any{"requiredScopes": a.RequiredScopes},
		}
	}
	return map[string]any{"code": a.Code, "message": message, "requestid": id}
}

func (c *call) throttled(retryAfter string) reply {
	rep := c.coded(scenario.CodeThrottled)
	if retryAfter != "" {
		rep.header.Set("Retry-After", retryAfter)
	}
	return rep
}

func (c *call) banned() reply {
	rep := jsonReply(http.StatusOK, map[string]any{
		"status": 1111, "punish": "deny", "wait": 5, "uuid": c.draws.requestID(c.attemptID),
	})
	rep.code, rep.refused = "1111", true
	return rep
}

// wrongPath is how the platform says that there is no such call.
func wrongPath() reply {
	rep := jsonReply(http.StatusOK, map[string]any{"errcode": 404, "errmsg": "请求的URI地址不存在"})
	rep.code = "404"
	return rep
}
