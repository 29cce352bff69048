package dingtalk

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk/codes"
)

// A proxyError is a proxy's refusal to connect to the endpoint.
type proxyError struct{ status int }

func (e *proxyError) Error() string {
	return fmt.Sprintf("the proxy answers with status %d %s", e.status, http.StatusText(e.status))
}

// unanswered makes a failure of an error of the transport. What is wrong with the
// connection itself is final before there was an answer: it says what to mend. Later
// the same passes.
func (c *Client) unanswered(err error) *job.AnswerError {
	switch {
	case errors.Is(err, errBudget):
		return &job.AnswerError{
			Class: job.ClassQuota, Reach: job.ReachProvider, Temporary: true, Message: errBudget.Error(),
			Advice: "run again later, or raise requests_per_run, requests_per_month or -max-requests",
		}
	case errors.Is(err, errForeignHost), errors.Is(err, ErrNotSent):
		return internalError(err)
	}
	name := connectionCode(err)
	if name != "" && (name == codes.Untrusted || !c.answered.Load()) {
		return &job.AnswerError{Class: job.ClassEndpoint, Reach: job.ReachProvider, Code: name, Err: err}
	}
	return &job.AnswerError{Class: job.ClassTransient, Reach: job.ReachMessage, Temporary: true, Err: err}
}

// connectionCode names what is wrong with a connection; empty where waiting may help.
func connectionCode(err error) string {
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return codes.Untrusted
	}
	if _, plain := errors.AsType[tls.RecordHeaderError](err); plain || errors.Is(err, http.ErrSchemeMismatch) {
		return codes.NotTLS
	}
	if proxy, refused := errors.AsType[*proxyError](err); refused {
		return proxyCode(proxy.status)
	}
	if lookup, failed := errors.AsType[*net.DNSError](err); failed && lookup.IsNotFound {
		if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
			return codes.UnknownProxy
		}
		return codes.UnknownHost
	}
	return ""
}

func proxyCode(status int) string {
	switch {
	case status == http.StatusProxyAuthRequired:
		return codes.ProxyLogin
	case status >= 400 && status < 500 && status != http.StatusTooManyRequests && !passes(status):
		return codes.ProxyDenied
	default:
		return ""
	}
}
