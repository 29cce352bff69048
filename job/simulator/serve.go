package simulator

import (
	"context"
	"maps"
	"net"
	"net/http"
	"strconv"
)

// serve writes a reply to a real connection, or breaks the connection.
func (r reply) serve(ctx context.Context, w http.ResponseWriter) {
	switch r.delivery {
	case connectionReset:
		reset(w)
	case noAnswer:
		_ = wait(ctx, r.delay)
		panic(http.ErrAbortHandler)
	case connectionClosed:
		panic(http.ErrAbortHandler)
	case delivered, bodyTruncated, bodySlow:
		r.write(ctx, w)
	}
}

func (r reply) write(ctx context.Context, w http.ResponseWriter) {
	maps.Copy(w.Header(), r.header)
	w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	half := len(r.body)
	if r.delivery != delivered {
		half /= 2
	}
	_, _ = w.Write(r.body[:half])
	if r.delivery == delivered {
		return
	}
	_ = http.NewResponseController(w).Flush()
	if r.delivery == bodySlow && wait(ctx, r.delay) == nil {
		_, _ = w.Write(r.body[half:])
		return
	}
	panic(http.ErrAbortHandler)
}

// reset closes the connection in a way that its other end notices as a reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
