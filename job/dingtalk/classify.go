package dingtalk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk/codes"
)

// classify decides what trouble a reply is: on its code first, since the same
// code comes with several statuses, then on the status. Nil when it may be an
// answer.
func classify(r reply, e errorBody) *job.AnswerError {
	entry := classOf(r.status, e)
	if entry.Class == "" {
		return nil
	}
	return &job.AnswerError{
		Class: entry.Class, Reach: entry.Reach, Reversible: entry.Reversible, Status: r.status,
		Code: e.code, Message: e.message, RequestID: e.requestID,
	}
}

func classOf(status int, e errorBody) codes.Code {
	entry, known := codes.Lookup(e.code)
	switch {
	case status == http.StatusTooManyRequests && entry.Class != job.ClassQuota:
		return codes.Code{Class: job.ClassThrottled, Reach: job.ReachProvider}
	case e.punished:
		return codes.Code{Class: job.ClassBanned, Reach: job.ReachRun}
	case known && entry.Class == job.ClassExpired && status >= 500:
		return codes.Code{Class: job.ClassTransient, Reach: job.ReachMessage}
	case known:
		return entry
	}
	class := classOfStatus(status, e)
	return codes.Code{Class: class, Reach: reachOf(class)}
}

// classOfStatus is the class of a reply whose code says nothing; empty when its
// status doesn't either. A 4xx without a code of the API is something else's on the
// way.
func classOfStatus(status int, e errorBody) job.ErrorClass {
	switch {
	case e.legacy && e.code == "404":
		return job.ClassEndpoint // so a wrong path answers, with 200
	case status >= 200 && status < 300 && e.legacy:
		return job.ClassUnknown
	case status >= 200 && status < 300:
		return ""
	case status >= 500, passes(status):
		return job.ClassTransient
	case status == http.StatusUnauthorized:
		return job.ClassToken
	case e.code == "":
		return job.ClassGateway
	default:
		return job.ClassUnknown
	}
}

// passes reports whether a status says that the same request may be answered at
// once: the connection was the wrong one, or too old, or it came too early (RFC 9110,
// 15.5.9 and 15.5.20; RFC 8470).
func passes(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusMisdirectedRequest || status == http.StatusTooEarly
}

// reachOf is how far a class speaks, where its code doesn't say.
func reachOf(class job.ErrorClass) job.Reach {
	switch class {
	case job.ClassThrottled, job.ClassToken, job.ClassDenied, job.ClassEndpoint:
		return job.ReachProvider
	case job.ClassBanned:
		return job.ReachRun
	case job.ClassQuota:
		return job.ReachQuota
	case job.ClassRobot:
		return job.ReachRobot
	default:
		return job.ReachMessage
	}
}

// webPage judges a body that is HTML. With a server's status it is a gateway's
// word for being down. Else, from a server that has answered as the API before, it
// is how the vendor shuts out an address that called too often; from one that
// never has, it is something else that stands in the way.
func webPage(r reply, answered bool) *job.AnswerError {
	switch {
	case r.status == http.StatusTooManyRequests:
		return &job.AnswerError{Class: job.ClassThrottled, Status: r.status, Message: firstLine(r.body)}
	case r.status >= 500, passes(r.status):
		return &job.AnswerError{Class: job.ClassTransient, Status: r.status, Message: firstLine(r.body)}
	case answered:
		return &job.AnswerError{Class: job.ClassBanned, Status: r.status, Message: firstLine(r.body)}
	default:
		return notTheAPI(r, answered)
	}
}

// notTheAPI is what is made of a reply that isn't the API's: among answers that are,
// it passes; before any, the endpoint is a wrong one.
func notTheAPI(r reply, answered bool) *job.AnswerError {
	f := &job.AnswerError{Class: job.ClassEndpoint, Status: r.status, Message: "not the API's answer: " + firstLine(r.body)}
	if answered {
		f.Class = job.ClassGateway
	}
	return f
}

// elsewhere is a redirect, as of a proxy that wants somebody to sign in. It is never
// followed: the API has none, and the token would go along.
func elsewhere(r reply, answered bool) *job.AnswerError {
	to := "elsewhere"
	if u, err := url.Parse(r.header.Get("Location")); err == nil && u.Host != "" {
		to = "to " + strings.TrimPrefix(strings.ToLower(u.Scheme)+"://"+u.Host, "://")
	}
	f := notTheAPI(r, answered)
	f.Message = fmt.Sprintf("redirected %s, not followed", to)
	return f
}
