package simulator

import (
	"cmp"
	"time"

	"notifyaudit/job/simulator/scenario"
)

// A Request is one request as the server saw it.
type Request struct {
	// At is the instant it arrived, the way there behind it.
	At     time.Time
	Method string
	// Host is the host the request names.
	Host, Path string
	// Interface is the call's name: access_token, corp_access_token, unified_token,
	// private_chat, group, one_to_one; empty for a path that doesn't exist.
	Interface string
	// App is the app key it was made for; empty when it was refused before that
	// was known, or for a token of Options.AccessTokens.
	App string
	// Corp is the corp id it was made for, by a third-party or a unified app.
	Corp string
	// Kind and Key name the message of a query.
	Kind, Key string
	// RobotCode, MaxResults (0 without) and NextToken are the query's own.
	RobotCode  string
	MaxResults int
	NextToken  string
	// Page is the page asked for, from 1; 0 with a nextToken that is no good.
	// Attempt counts the requests for that page since the start, this one
	// included.
	Page, Attempt int
	// Status is the answer's HTTP status, 0 when no answer went out; Code its
	// error code, empty for a good one.
	Status int
	Code   string
	// Fault is what went wrong by the scenario's order, empty for nothing.
	Fault scenario.FaultKind
	// Left says that the caller had left before the answer was back.
	Left bool
}

const defaultRequestLog = 100_000

// A requestLog keeps the latest requests.
type requestLog struct {
	limit    int
	requests []Request // a ring once it has its full length
	oldest   int
	added    int
}

func newRequestLog(limit int) requestLog {
	return requestLog{limit: max(cmp.Or(limit, defaultRequestLog), 0)}
}

// add returns the request's place, for left.
func (l *requestLog) add(r Request) (place int) {
	place = l.added
	l.added++
	if l.limit == 0 {
		return place
	}
	if len(l.requests) < l.limit {
		l.requests = append(l.requests, r)
		return place
	}
	l.requests[l.oldest] = r
	l.oldest = (l.oldest + 1) % l.limit
	return place
}

// left notes that the caller of a request has left, if the log still has it.
func (l *requestLog) left(place int) {
	if l.limit > 0 && l.added-place <= l.limit {
		l.requests[place%l.limit].Left = true
	}
}

// Requests returns what the server saw, in the order of arrival: the latest
// Options.RequestLog of it.
func (s *Simulator) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Request, 0, len(s.log.requests))
	all = append(all, s.log.requests[s.log.oldest:]...)
	return append(all, s.log.requests[:s.log.oldest]...)
}
