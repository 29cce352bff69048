package ratelimit

import (
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
	// body makes the body again, which has so many bytes; nil: there is none.
	body func() (io.ReadCloser, error)
	size int64
}

// keep remembers the request, if its body is available again.
func (t *Transport) keep(req *http.Request) {
	r := &repeatable{method: req.Method, url: req.URL, host: req.Host}
	if req.Body != nil && req.Body != http.NoBody {
		if req.GetBody == nil || req.ContentLength <= 0 || req.ContentLength > maxKeptBody {
			return
		}
		r.body, r.size = req.GetBody, req.ContentLength
	}
	t.good.Store(r)
}

// again returns the kept request with the headers of a waiting one; nil if there is
// none, or if its body is not available.
func (t *Transport) again(waiting *http.Request) *http.Request {
	r := t.good.Load()
	if r == nil {
		return nil
	}
	req := waiting.Clone(waiting.Context())
	req.Method, req.URL, req.Host = r.method, r.url, r.host
	req.Body, req.GetBody, req.ContentLength = http.NoBody, nil, 0
	if r.body != nil {
		body, err := r.body()
		if err != nil {
			return nil
		}
		req.Body, req.GetBody, req.ContentLength = body, r.body, r.size
	}
	return req
}

// probe repeats a request that was answered well, on behalf of a waiting one. Its
// result only concerns the gate; an error means that the waiting request's context is
// done.
func (t *Transport) probe(again, waiting *http.Request, g *grant) error {
	if call := callOf(waiting.Context()); call != nil {
		call.stats.Probes++
	}
	resp, a, _, err := t.send(again, g)
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
