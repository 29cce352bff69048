package dingtalk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"notifyaudit/job"
)

// classify decides what trouble a reply is: on its code first, since the same
// code comes with several statuses, then on the status. Nil when it may be an
// answer.
func classify(r reply, e errorBody) *job.AnswerError {
	class, reach := classOf(r.status, e)
	if class == "" {
		return nil
	}
	return &job.AnswerError{
		Class: class, Reach: reach, Status: r.status,
		Code: e.code, Message: e.message, RequestID: e.requestID,
	}
}

func classOf(status int, e errorBody) (job.ErrorClass, job.Reach) {
	if e.punished {
		return job.ClassBanned, job.ReachRun
	}
	if entry, known := lookup(e.code); known {
		if entry.class == job.ClassExpired && status >= 500 {
			return job.ClassTransient, job.ReachMessage
		}
		return entry.class, entry.reach
	}
	class := classOfStatus(status, e)
	return class, reachOf(class)
}

// classOfStatus is the class of a reply whose code says nothing; empty when its
// status doesn't either.
func classOfStatus(status int, e errorBody) job.ErrorClass {
	switch {
	case e.legacy && e.code == "404":
		return job.ClassEndpoint // so a wrong path answers, with 200
	case status >= 200 && status < 300 && e.legacy:
		return job.ClassUnknown
	case status >= 200 && status < 300:
		return ""
	case status >= 500, status == http.StatusRequestTimeout:
		return job.ClassTransient
	case status == http.StatusTooManyRequests:
		return job.ClassThrottled
	case status == http.StatusUnauthorized:
		return job.ClassToken
	default:
		return job.ClassUnknown
	}
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
	case r.status >= 500:
		return &job.AnswerError{Class: job.ClassTransient, Status: r.status, Message: firstLine(r.body)}
	case answered:
		return &job.AnswerError{Class: job.ClassBanned, Status: r.status, Message: firstLine(r.body)}
	default:
		return notTheAPI(r)
	}
}

func notTheAPI(r reply) *job.AnswerError {
	return &job.AnswerError{Class: job.ClassEndpoint, Status: r.status, Message: "not the API's answer: " + firstLine(r.body)}
}

// elsewhere is a redirect. It is never followed: the API has none, and the token
// would go along.
func elsewhere(r reply) *job.AnswerError {
	to := "elsewhere"
	if u, err := url.Parse(r.header.Get("Location")); err == nil && u.Host != "" {
		to = "to " + strings.ToLower(u.Scheme) + "://" + u.Host
	}
	return &job.AnswerError{Class: job.ClassEndpoint, Status: r.status, Message: fmt.Sprintf("redirected %s, not followed", to)}
}
