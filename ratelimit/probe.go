package ratelimit

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
)

// maxKeptBody bounds the body of a request that is kept.
const maxKeptBody = 64 << 10

// A repeatable is a request that was answered well and changes nothing, so that
// it can be sent again.
type repeatable struct {
	method string
	url    *url.URL
	host   string
	body   []byte
}

// keep remembers the request, if its body can be had again.
func (t *Transport) keep(req *http.Request) {
	r := &repeatable{method: req.Method, url: req.URL, host: req.Host}
	if req.Body != nil && req.Body != http.NoBody {
		if req.GetBody == nil {
			return
		}
		again, err := req.GetBody()
		if err != nil {
			return
		}
		r.body, err = io.ReadAll(io.LimitReader(again, maxKeptBody+1))
		_ = again.Close()
		if err != nil || len(r.body) > maxKeptBody {
			return
		}
	}
	t.good.Store(r)
}

// request is the kept one with the headers of one that waits.
func (r *repeatable) request(waiting *http.Request) *http.Request {
	req := waiting.Clone(waiting.Context())
	req.Method, req.URL, req.Host = r.method, r.url, r.host
	req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
	if len(r.body) > 0 {
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(r.body)), nil }
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.body)), int64(len(r.body))
	}
	return req
}

// probe repeats a request that was answered well, on behalf of one that waits.
// What comes of it is for the gate; the error is only that the waiting request's
// context is done.
func (t *Transport) probe(r *repeatable, waiting *http.Request, g *grant) error {
	if call := callOf(waiting.Context()); call != nil {
		call.stats.Probes++
	}
	resp, a, _, err := t.send(r.request(waiting), g)
	closeResponse(resp)
	if a == nil {
		return err
	}
	t.tell(a)
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
