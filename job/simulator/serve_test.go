package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"notifyaudit/job/simulator"
	"notifyaudit/job/simulator/scenario"
)

// serve has a simulator listen on loopback, and a client that knows it.
func serve(t *testing.T, sc string) (*client, *simulator.Simulator) {
	t.Helper()
	s := simulator.New(simulator.Options{Scenario: load(t, sc), AccessTokens: []string{"by-hand"}})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	transport := &http.Transport{DisableKeepAlives: true}
	return &client{base: server.URL, via: transport, token: "by-hand"}, s
}

func TestTheSameAnswersOverAConnection(t *testing.T) {
	const sc = `{"seed": 3, "latency": "2ms", "faults": [{"kind": "garbage", "share": 0.2}, {"kind": "html", "status": 502, "share": 0.2}]}`
	network, _ := serve(t, sc)
	memory, _ := newClient(t, sc)
	for i := range 30 {
		body := map[string]any{"processQueryKey": fmt.Sprint("k", i)}
		a, b := network.ask(t, groupPath, body), memory.ask(t, groupPath, body)
		if a.status != b.status || a.raw != b.raw || a.header.Get("Content-Type") != b.header.Get("Content-Type") {
			t.Errorf("%d %s\nin memory %d %s", a.status, a.raw, b.status, b.raw)
		}
	}
}

func TestTroublesOverAConnection(t *testing.T) {
	tests := map[scenario.FaultKind]error{
		scenario.FaultReset:    syscall.ECONNRESET,
		scenario.FaultEOF:      io.EOF,
		scenario.FaultTimeout:  io.EOF,
		scenario.FaultTruncate: io.ErrUnexpectedEOF,
		scenario.FaultSlowBody: nil,
	}
	for kind, want := range tests {
		t.Run(string(kind), func(t *testing.T) {
			c, _ := serve(t, fmt.Sprintf(`{"faults": [{"kind": %q, "delay": "20ms"}]}`, kind))
			if _, err := c.try(t.Context(), chatPath, anyKey); !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
		})
	}
}

func TestACallerWhoLeavesEndsItsRequest(t *testing.T) {
	c, _ := serve(t, `{"faults": [{"kind": "timeout"}]}`)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	// The server's Close, in the cleanup, waits for the request to end.
	if _, err := c.try(ctx, chatPath, anyKey); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

func TestManyConnectionsAtATime(t *testing.T) {
	c, s := serve(t, `{"faults": [{"kind": "reset", "share": 0.1}], "messages": [{"key": "k1", "asks": [{"reader_count": 1}, {"reader_count": 300}]}]}`)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 10 {
				_, _ = c.try(t.Context(), groupPath, map[string]any{"processQueryKey": fmt.Sprint("k", i%3)})
				_, _ = s.Truths(), s.Metered()
			}
		})
	}
	wg.Wait()
	if n := len(s.Requests()); n != 80 {
		t.Errorf("%d requests logged, want 80", n)
	}
}
