package ratelimit

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
)

// maxKeptBody bounds the body of a request that is kept.
const maxKeptBody = 64 << 10

// A kept request was answered well, and can be sent again.
type kept struct {
	method string
	url    *url.URL
	host   string
	body   []byte
}

// keep remembers the request, if its body can be had again.
func (t *transport) keep(req *http.Request) {
	k := &kept{method: req.Method, url: req.URL, host: req.Host}
	if req.Body != nil && req.Body != http.NoBody {
		if req.GetBody == nil {
			return
		}
		again, err := req.GetBody()
		if err != nil {
			return
		}
		k.body, err = io.ReadAll(io.LimitReader(again, maxKeptBody+1))
		_ = again.Close()
		if err != nil || len(k.body) > maxKeptBody {
			return
		}
	}
	t.kept.Store(k)
}

// request is the kept one with the headers of one that waits.
func (k *kept) request(waiting *http.Request) *http.Request {
	req := waiting.Clone(waiting.Context())
	req.Method, req.URL, req.Host = k.method, k.url, k.host
	req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
	if len(k.body) > 0 {
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(k.body)), nil }
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(k.body)), int64(len(k.body))
	}
	return req
}

// probe repeats a request that was answered well, on behalf of one that waits.
// What comes of it is for the gate; the error is only that the waiting request's
// context is done.
func (t *transport) probe(k *kept, waiting *http.Request, a *attempt) error {
	if call := callOf(waiting.Context()); call != nil {
		call.stats.Probes++
	}
	resp, verdict, _, err := t.send(k.request(waiting), a)
	closeResponse(resp)
	if verdict == nil {
		return err
	}
	return nil
}

// drainLimit is how much of an unread body is worth reading to keep its
// connection.
const drainLimit = 64 << 10

func closeResponse(resp *http.Response) {
	if resp == nil {
		return
	}
	_, _ = io.CopyN(io.Discard, resp.Body, drainLimit)
	_ = resp.Body.Close()
}
