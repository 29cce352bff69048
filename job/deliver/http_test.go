package deliver_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/deliver"
)

// received is what a server got.
type received struct {
	query  map[string][]string
	header http.Header
	body   string
}

// serve answers every POST with a status and a body, and keeps what it got.
func serve(t *testing.T, status int, answer string) (*httptest.Server, *[]received) {
	t.Helper()
	var all []received
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		all = append(all, received{query: r.URL.Query(), header: r.Header, body: string(body)})
		w.Header().Set("Location", "https://elsewhere.invalid/")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return server, &all
}

func parcel() *deliver.Parcel {
	return &deliver.Parcel{
		ID: "run-1.webhook", Title: "谁还没看：Q4", Text: "72 % have read it.\n", HTML: "<p>72 % have read it.</p>",
		Markdown: "**72 %** have read it.",
		Files:    []deliver.File{file("out/q4.json", "application/json", `{"format_version":"1.0"}`)},
		At:       time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC),
	}
}

// file is one with a text.
func file(path, mediaType, text string) deliver.File {
	return deliver.File{Path: path, Size: int64(len(text)), MediaType: mediaType, Open: func() (io.ReadCloser, error) {
		return &closable{Reader: strings.NewReader(text)}, nil
	}}
}

// closable can be closed once, as a file can.
type closable struct {
	io.Reader

	closed bool
}

func (c *closable) Close() error {
	if c.closed {
		return os.ErrClosed
	}
	c.closed = true
	return nil
}

func TestRobotSigns(t *testing.T) {
	server, got := serve(t, 200, `{"errcode":0,"errmsg":"ok"}`)
	robot := &deliver.Robot{
		Webhook: job.NewSecret(server.URL + "/robot/send?access_token=abc"), Secret: job.NewSecret("SEC1"),
		Client: server.Client(), Now: func() time.Time { return time.UnixMilli(1_700_000_000_123) },
	}
	if err := robot.Send(t.Context(), parcel()); err != nil {
		t.Fatal(err)
	}
	r := (*got)[0]
	mac := hmac.New(sha256.New, []byte("SEC1"))
	mac.Write([]byte("1700000000123\nSEC1"))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if r.query["access_token"][0] != "abc" || r.query["timestamp"][0] != "1700000000123" || r.query["sign"][0] != want {
		t.Errorf("query %v, want the sign %s", r.query, want)
	}
	var body struct {
		MsgType  string `json:"msgtype"`
		Markdown struct{ Title, Text string }
	}
	if err := json.Unmarshal([]byte(r.body), &body); err != nil {
		t.Fatal(err)
	}
	if body.MsgType != "markdown" || body.Markdown.Title != "谁还没看：Q4" || body.Markdown.Text != "**72 %** have read it." {
		t.Errorf("body %+v", body)
	}
}

// TestRobotTextHasALimit: the whole request keeps the limit, whatever JSON makes of the
// text, and no more is cut than that takes.
func TestRobotTextHasALimit(t *testing.T) {
	server, got := serve(t, 200, `{"errcode":0}`)
	robot := &deliver.Robot{Webhook: job.NewSecret(server.URL), Client: server.Client(), Now: time.Now}
	for i, line := range []string{"研发中心 | 72 %\n", "<b>\"R&D\"</b>\n", "\x01\x02\n", "\n"} {
		p := parcel()
		p.Markdown = strings.Repeat(line, 30_000)
		if err := robot.Send(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		body := (*got)[i].body
		if len(body) > 20_000 || len(body) < 19_000 {
			t.Errorf("%q: a request of %d bytes", line, len(body))
		}
		if !strings.Contains(body, "…") {
			t.Errorf("%q: nothing says that the text was cut", line)
		}
	}
	p := parcel()
	p.Title = strings.Repeat("x", 30_000)
	if err := robot.Send(t.Context(), p); !errors.Is(err, deliver.ErrUndeliverable) {
		t.Errorf("a title that is too long: %v", err)
	}
}

// TestAnswers: which answers are success, which are final, and that no error shows
// the address's secret.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		answer string
		robot  string // "" sent, "refused", or "again"
		hook   string
	}{
		{200, `{"errcode":0,"errmsg":"ok"}`, "", ""},
		{204, ``, "again", ""},
		{200, `{"errcode":310000,"errmsg":"sign not match"}`, "refused", ""},
		{200, `{"errcode":130101,"errmsg":"send too fast"}`, "again", ""},
		{200, `{"errcode":-1,"errmsg":"system busy"}`, "again", ""},
		{200, `<html>login</html>`, "again", ""},
		{200, `{}`, "again", ""},
		{302, ``, "refused", "refused"},
		{400, ``, "refused", "refused"},
		{404, ``, "refused", "refused"},
		{408, ``, "again", "again"},
		{425, ``, "again", "again"},
		{429, ``, "again", "again"},
		{503, ``, "again", "again"},
	} {
		server, _ := serve(t, c.status, c.answer)
		url := job.NewSecret(server.URL + "/send?access_token=canary")
		targets := map[string]deliver.Target{
			c.robot + " robot":  &deliver.Robot{Webhook: url, Client: server.Client(), Now: time.Now},
			c.hook + " webhook": &deliver.Webhook{URL: url, Client: server.Client()},
		}
		for want, target := range targets {
			err := target.Send(t.Context(), parcel())
			got := ""
			switch {
			case errors.Is(err, deliver.ErrRefused):
				got = "refused"
			case err != nil:
				got = "again"
			}
			if kind, name, _ := strings.Cut(want, " "); got != kind {
				t.Errorf("%d %s: the %s got %q (%v), want %q", c.status, c.answer, name, got, err, kind)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the secret stands in %q", err)
			}
		}
	}
}

func TestWebhookSendsTheReport(t *testing.T) {
	server, got := serve(t, 202, "")
	hook := &deliver.Webhook{URL: job.NewSecret(server.URL), Token: job.NewSecret("bearer-1"), Client: server.Client()}
	if err := hook.Send(t.Context(), parcel()); err != nil {
		t.Fatal(err)
	}
	r := (*got)[0]
	if r.body != `{"format_version":"1.0"}` || r.header.Get("Idempotency-Key") != "run-1.webhook" ||
		r.header.Get("Authorization") != "Bearer bearer-1" || r.header.Get("Content-Type") != "application/json" {
		t.Errorf("got %+v", r)
	}
}

// TestNoSecretWhenNothingAnswers: the address of a webhook is a secret also where
// the connection fails.
func TestNoSecretWhenNothingAnswers(t *testing.T) {
	for _, address := range []string{"https://127.0.0.1:1/send?access_token=canary", "https://canary\x7f", "://canary"} {
		for _, target := range []deliver.Target{
			&deliver.Robot{Webhook: job.NewSecret(address), Client: &http.Client{}, Now: time.Now},
			&deliver.Webhook{URL: job.NewSecret(address), Client: &http.Client{}},
		} {
			err := target.Send(t.Context(), parcel())
			if err == nil || strings.Contains(err.Error(), "canary") {
				t.Errorf("%T at %q: %v", target, address, err)
			}
		}
	}
}

// flaky fails a number of times.
type flaky struct {
	failures, sent int
	err            error
}

func (f *flaky) Send(context.Context, *deliver.Parcel) error {
	f.sent++
	if f.sent <= f.failures {
		return f.err
	}
	return nil
}

func TestSendTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy, refused := errors.New("busy"), fmt.Errorf("%w: no", deliver.ErrRefused)
		for _, c := range []struct {
			failures int
			err      error
			want     int
		}{{0, nil, 1}, {2, busy, 3}, {deliver.Attempts - 1, busy, deliver.Attempts}, {99, busy, deliver.Attempts}, {99, refused, 1}} {
			target := &flaky{failures: c.failures, err: c.err}
			err := deliver.Send(t.Context(), target, parcel())
			if target.sent != c.want || (err != nil) != (c.failures >= c.want) {
				t.Errorf("%d failures of %v: %d attempts, %v", c.failures, c.err, target.sent, err)
			}
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		reason := errors.New("signal")
		go func() { time.Sleep(time.Millisecond); cancel(reason) }()
		if err := deliver.Send(ctx, &flaky{failures: 99, err: busy}, parcel()); !errors.Is(err, reason) {
			t.Errorf("a cut wait ended with %v", err)
		}
	})
}
