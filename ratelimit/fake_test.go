package ratelimit_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"notifyaudit/ratelimit"
)

// A seen is a request as a fake server saw it.
type seen struct {
	at   time.Time
	path string
	body string
	user string
}

// A server answers in memory, so that it works in a synctest bubble.
type server struct {
	// there and back are how long the nth request and its answer are under way.
	there, back func(n int) time.Duration
	// limit refuses what exceeds it in any second; 0: none.
	limit  int
	answer func(s *seen, n int) (status int, body string)

	mu       sync.Mutex
	requests []*seen
	admitted []time.Time
	refused  int

	refusedAt []time.Time
}

func steady(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		sent, _ = io.ReadAll(req.Body)
		_ = req.Body.Close()
	}
	s.mu.Lock()
	n := len(s.requests)
	r := &seen{path: req.URL.Path, body: string(sent), user: req.Header.Get("User")}
	s.requests = append(s.requests, r)
	s.mu.Unlock()
	if err := s.travel(req, s.there, n); err != nil {
		return nil, err
	}
	status, body := s.serve(r, n)
	if err := s.travel(req, s.back, n); err != nil {
		return nil, err
	}
	if status == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte(body))), Request: req,
	}, nil
}

func (s *server) travel(req *http.Request, way func(int) time.Duration, n int) error {
	if way == nil {
		return nil
	}
	select {
	case <-time.After(way(n)):
		return nil
	case <-req.Context().Done():
		return req.Context().Err()
	}
}

func (s *server) serve(r *seen, n int) (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.at = time.Now()
	if s.limit > 0 {
		s.admitted = slices.DeleteFunc(s.admitted, func(t time.Time) bool { return r.at.Sub(t) >= time.Second })
		if len(s.admitted) >= s.limit {
			s.refused++
			s.refusedAt = append(s.refusedAt, r.at)
			return http.StatusTooManyRequests, ""
		}
		s.admitted = append(s.admitted, r.at)
	}
	if s.answer == nil {
		return http.StatusOK, "fine"
	}
	return s.answer(r, n)
}

// arrivals are the times at which requests arrived, sorted.
func (s *server) arrivals() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	var at []time.Time
	for _, r := range s.requests {
		if !r.at.IsZero() {
			at = append(at, r.at)
		}
	}
	slices.SortFunc(at, time.Time.Compare)
	return at
}

// busiest is the most arrivals in any window.
func busiest(at []time.Time, window time.Duration) int {
	most, from := 0, 0
	for i := range at {
		for at[i].Sub(at[from]) >= window {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func get(t *testing.T, rt http.RoundTripper, path string) (int, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://api.example"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return roundTrip(rt, req)
}

func roundTrip(rt http.RoundTripper, req *http.Request) (int, error) {
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, resp.Body.Close()
}

// persist calls until the answer is good, as a caller without retryablehttp would.
func persist(t *testing.T, rt http.RoundTripper, path string) {
	t.Helper()
	for range 1000 {
		if status, err := get(t, rt, path); err == nil && status == http.StatusOK {
			return
		}
	}
	t.Errorf("%s was never answered well", path)
}

var _ http.RoundTripper = (*server)(nil)

var _ ratelimit.Judge = ratelimit.JudgeStatus
