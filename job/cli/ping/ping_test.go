package ping_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"notifyaudit/job/cli/ping"
)

// TestPings come in order, also after the end of the context, with what was said, and
// below the path of the address whatever its query.
func TestPings(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.String()+" "+string(body))
	}))
	defer server.Close()
	s, err := ping.New(ping.Options{Environ: map[string]string{"NOTIFYAUDIT_PING_URL": server.URL + "/uuid/?create=1"}, Simulator: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.Start(ctx)
	cancel()
	s.End(ctx, 75, "the last line")
	if want := "POST /uuid/start?create=1 ;POST /uuid/75?create=1 the last line"; strings.Join(got, ";") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPingThatFails is a warning without the address, within a bounded time.
func TestPingThatFails(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://elsewhere.invalid/canary")
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	for _, address := range []string{server.URL + "/canary", "http://127.0.0.1:1/canary"} {
		var log bytes.Buffer
		s, err := ping.New(ping.Options{URL: address, Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		s.Start(t.Context())
		s.End(t.Context(), 0, "")
		if took := time.Since(began); took > 11*time.Second || strings.Count(log.String(), "was not taken") != 2 || strings.Contains(log.String(), "canary") {
			t.Errorf("after %s: %s", took, log.String())
		}
	}
	for _, address := range []string{"canary", "ftp://canary", "https://", ":canary"} {
		if _, err := ping.New(ping.Options{URL: address}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", address, err)
		}
	}
	none, err := ping.New(ping.Options{URL: "https://example.com/", Simulator: true})
	if none != nil || err != nil {
		t.Errorf("a simulated run pings %v, %v", none, err)
	}
	none.Start(t.Context())
	none.End(t.Context(), 0, "")
}

// TestAddressInAFile, as a mounted secret is.
func TestAddressInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "url")
	environ := map[string]string{"NOTIFYAUDIT_PING_URL_FILE": path}
	if _, err := ping.New(ping.Options{Environ: environ}); err == nil {
		t.Error("a file that is not there is no mistake")
	}
	if err := os.WriteFile(path, []byte("https://example.com/uuid\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := ping.New(ping.Options{Environ: environ}); s == nil || err != nil {
		t.Errorf("got %v, %v", s, err)
	}
}

// TestTail: the last lines, none of which names a message.
func TestTail(t *testing.T) {
	var w bytes.Buffer
	tail := ping.NewTail(&w)
	for i := range 5000 {
		_, _ = fmt.Fprintf(tail, "line %d\r\n", i)
	}
	_, _ = io.WriteString(tail, "  messages.payslips[\"zhang.wei\"] rejected\n\x1b[31mError:\x1b[0m gone\nend")
	got := strings.Split(tail.Text(), "\n")
	if len(got) != 30 || got[0] != "line 4972" || !strings.Contains(got[28], "Error:") || strings.Contains(got[28], "\x1b") || got[29] != "end" {
		t.Errorf("got %d lines: %q", len(got), got)
	}
	if !strings.HasSuffix(w.String(), "end") || strings.Count(w.String(), "\n") != 5002 {
		t.Error("the stream is not whole")
	}
}
