package runner_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A wire is all that leaves the clients of a world, and notes it on the way.
type wire struct {
	server http.RoundTripper
	// panics is the key whose requests blow up until calm.
	panics string
	calm   time.Time

	mu   sync.Mutex
	sent []*sent
}

// A sent is one request as it left.
type sent struct {
	at, back time.Time // back is zero while it is under way
	host     string
	path     string
	said     string // headers and body: all that the host was told
	answered bool
}

// RoundTrip sends a request.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	s, again := note(req)
	w.mu.Lock()
	w.sent = append(w.sent, s)
	w.mu.Unlock()
	if w.panics != "" && strings.Contains(s.said, w.panics) && time.Now().Before(w.calm) {
		panic("planted")
	}
	resp, err := w.server.RoundTrip(again)
	w.mu.Lock()
	defer w.mu.Unlock()
	s.back, s.answered = time.Now(), err == nil
	return resp, err
}

// note writes a request down, and gives it back with its body unread.
func note(req *http.Request) (*sent, *http.Request) {
	s := &sent{at: time.Now(), host: req.URL.Host, path: req.URL.Path}
	var said strings.Builder
	said.WriteString(req.URL.String() + "\n")
	_ = req.Header.Write(&said)
	again := req.Clone(req.Context())
	if req.Body != nil {
		body, _ := io.ReadAll(req.Body)
		_ = req.Body.Close()
		said.Write(body)
		again.Body = io.NopCloser(bytes.NewReader(body))
	}
	s.said = said.String()
	return s, again
}

// between are the requests that left from an instant on, until another.
func (w *wire) between(from, until time.Time) []sent {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []sent
	for _, s := range w.sent {
		if !s.at.Before(from) && s.at.Before(until) {
			list = append(list, *s)
		}
	}
	return list
}

// underWay counts the requests that had left at an instant and not come back
// before it.
func (w *wire) underWay(at time.Time) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, s := range w.sent {
		if !s.at.After(at) && (s.back.IsZero() || !s.back.Before(at)) {
			n++
		}
	}
	return n
}
