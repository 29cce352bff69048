package simulator

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
)

// A roundTripper is the way to a Simulator without a network.
type roundTripper struct{ simulator *Simulator }

// RoundTrip brings a request to the Simulator and its answer back.
func (t roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if req.Body != nil {
		defer req.Body.Close()
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	// The server's view of the request; the caller's must stay as it is.
	arrived := req.Clone(ctx)
	if arrived.Host == "" {
		arrived.Host = req.URL.Host
	}
	rep, err := t.simulator.exchange(arrived)
	if err != nil {
		return nil, err
	}
	if err := rep.lost(ctx); err != nil {
		return nil, err
	}
	return rep.response(ctx, req), nil
}

// lost is the error of a reply that never arrives.
func (r reply) lost(ctx context.Context) error {
	switch r.delivery {
	case connectionReset:
		return &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	case connectionClosed:
		return io.ErrUnexpectedEOF
	case noAnswer:
		if err := wait(ctx, r.delay); err != nil {
			return err
		}
		return io.ErrUnexpectedEOF
	case delivered, bodyTruncated, bodySlow:
	}
	return nil
}

func (r reply) response(ctx context.Context, req *http.Request) *http.Response {
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", r.status, http.StatusText(r.status)),
		StatusCode:    r.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        r.header.Clone(),
		Body:          newBody(ctx, r),
		ContentLength: int64(len(r.body)),
		Request:       req,
	}
}

// A body is what is read of a reply.
type body struct {
	rest []byte
	// pause is how many bytes of rest are still there when the body falters; what
	// falters does: nil goes on with them.
	pause   int
	falters func() error
	// ended is why the request is over, nil while it isn't.
	ended func() error
}

func newBody(ctx context.Context, r reply) *body {
	b := &body{rest: r.body, pause: -1, ended: func() error { return context.Cause(ctx) }}
	switch r.delivery {
	case bodyTruncated:
		b.pause, b.falters = len(r.body)-len(r.body)/2, func() error { return io.ErrUnexpectedEOF }
	case bodySlow:
		b.pause, b.falters = len(r.body)-len(r.body)/2, func() error { return wait(ctx, r.delay) }
	case delivered, connectionReset, connectionClosed, noAnswer:
	}
	return b
}

// Read reads on, as far as the body comes and the request's context lasts.
func (b *body) Read(p []byte) (int, error) {
	if err := b.ended(); err != nil {
		return 0, err
	}
	if len(b.rest) == b.pause {
		if err := b.falters(); err != nil {
			return 0, err
		}
		b.pause = -1
	}
	if len(b.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, b.rest[:len(b.rest)-max(b.pause, 0)])
	b.rest = b.rest[n:]
	return n, nil
}

// Close ends the reading.
func (b *body) Close() error {
	b.rest, b.pause = nil, -1
	return nil
}
