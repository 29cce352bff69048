// Package ping tells a dead-man's switch that a command began and how it ended, in the
// form of healthchecks: URL/start, then URL/STATUS with the last lines of what was said.
//
// A ping is bounded in time and changes nothing: one that fails is a warning in the log.
package ping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job/address"
	"notifyaudit/job/cli/credential"
	"notifyaudit/job/cli/exit"
	"notifyaudit/job/manifest/delivery"
)

// patience is how long one ping may take.
const patience = 5 * time.Second

// A Switch is what is pinged. A nil one is none.
type Switch struct {
	address *url.URL
	client  *http.Client
	log     *slog.Logger
	// started is closed when the first ping is over.
	started chan struct{}
}

// Options say what is pinged.
type Options struct {
	// URL is the address; empty is that of the environment: NOTIFYAUDIT_PING_URL, or what
	// the file has that NOTIFYAUDIT_PING_URL_FILE names.
	URL     string
	Environ map[string]string
	// Simulator leaves out an address that is not this machine's: a rehearsal must not
	// stand for a run.
	Simulator bool
	Log       *slog.Logger
}

// New returns the switch, nil without an address. The errors show nothing of the
// address, which is a secret.
func New(o Options) (*Switch, error) {
	given, err := o.address()
	if err != nil || given == "" {
		return nil, err
	}
	u, err := address.Parse(given, "https", "http")
	if err != nil {
		return nil, exit.Usagef("the address to ping begins with https:// and a host: %w", err)
	}
	if o.Simulator && !delivery.Loopback(u.Hostname()) {
		return nil, nil //nolint:nilnil // a nil switch is none
	}
	client := &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Switch{address: u, client: client, log: o.Log, started: make(chan struct{})}, nil
}

func (o *Options) address() (string, error) {
	if o.URL != "" {
		return strings.TrimSpace(o.URL), nil
	}
	return credential.Given(o.Environ, "NOTIFYAUDIT_PING_URL")
}

// Start says that the command begins, and waits for no answer.
func (s *Switch) Start(ctx context.Context) {
	if s == nil {
		return
	}
	go func() {
		defer close(s.started)
		s.send(ctx, "/start", "")
	}()
}

// End says how the command ended, also after the end of ctx, when the switch knows that
// it began.
func (s *Switch) End(ctx context.Context, status int, said string) {
	if s == nil {
		return
	}
	<-s.started
	s.send(ctx, "/"+strconv.Itoa(status), said)
}

// send sends one ping, and logs why it failed.
func (s *Switch) send(ctx context.Context, what, body string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := s.post(ctx, what, body); err != nil {
		s.log.Warn("the ping was not taken", "ping", what, "error", err)
	}
}

func (s *Switch) post(ctx context.Context, what, body string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address.JoinPath(what).String(), strings.NewReader(body))
	if err != nil {
		return errors.New("its address can't be used")
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	answer, err := s.client.Do(r)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address
		}
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	const most = 4 << 10
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, most))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("status %s", answer.Status)
	}
	return nil
}
