package dingtalk_test

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/dingtalk"
	"notifyaudit/job/dingtalk/codes"
	"notifyaudit/ratelimit"
)

// at asks over the transport of the provider that change makes.
func at(t *testing.T, change func(p *job.Provider)) *job.AnswerError {
	t.Helper()
	p := provider()
	given(&p, nil, nil)
	change(&p)
	base, err := dingtalk.NewTransport(p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(base.CloseIdleConnections)
	c, err := dingtalk.New(p, ratelimit.New(ratelimit.Options{MaxAttempts: 1, Timeout: 5 * time.Second, GiveUpAfter: 5 * time.Second}), base, dingtalk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Ask(t.Context(), query("k"))
	f, ok := errors.AsType[*job.AnswerError](err)
	if !ok {
		t.Fatalf("err = %v", err)
	}
	return f
}

// says listens and says the text to everybody who connects and speaks.
func says(t *testing.T, text string) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				_, _ = c.Read(make([]byte, 1<<10))
				_, _ = io.WriteString(c, text)
				_, _ = io.Copy(io.Discard, c)
			}()
		}
	}()
	return l.Addr().String()
}

func TestWhatIsWrongWithAConnectionIsFinal(t *testing.T) {
	t.Parallel()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	trusted := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(trusted.Close)
	byProxy := func(status int) func(p *job.Provider) {
		return func(p *job.Provider) {
			p.ProxyURL = job.NewSecret("http://" + says(t, fmt.Sprintf("HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n", status)))
		}
	}
	for name, tc := range map[string]struct {
		change func(p *job.Provider)
		code   string // "" is a failure that passes
		advice string
	}{
		"TLS against a plain port":      {func(p *job.Provider) { p.Endpoint = strings.Replace(plain.URL, "http:", "https:", 1) }, "connection.notTLS", "does not speak TLS"},
		"TLS against a banner":          {func(p *job.Provider) { p.Endpoint = "https://" + says(t, "SSH-2.0-x\r\n") }, "connection.notTLS", "does not speak TLS"},
		"an untrusted certificate":      {func(p *job.Provider) { p.Endpoint = trusted.URL }, "connection.untrusted", "ca_file"},
		"a proxy that wants a password": {byProxy(407), "connection.proxyLogin", "proxy_url"},
		"a proxy that denies":           {byProxy(403), "connection.proxyDenied", "allowed"},
		"a proxy that is down":          {byProxy(503), "", "again later"},
		"no such proxy":                 {func(p *job.Provider) { p.ProxyURL = job.NewSecret("http://nobody.invalid:1") }, "connection.unknownProxy", "proxy_url"},
		"no such host":                  {func(p *job.Provider) { p.Endpoint = "https://nobody.invalid" }, "connection.unknownHost", "check endpoint"},
		"nobody listens":                {func(p *job.Provider) { p.Endpoint = "https://127.0.0.1:1" }, "", "again later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := at(t, tc.change)
			if tc.code != "" && strings.Contains(f.Text(), "server misbehaving") {
				t.Skip("there is no name service here")
			}
			if f.Code != tc.code || f.Temporary != (tc.code == "") || !strings.Contains(f.Advice, tc.advice) {
				t.Fatalf("failure %+v, advice %q", f, f.Advice)
			}
			if tc.code == "" {
				return
			}
			if f.Class != job.ClassEndpoint || f.Reach != job.ReachProvider {
				t.Errorf("class %s, reach %s", f.Class, f.Reach)
			}
			// What is recorded gives the same advice, in both languages.
			kept := &job.Failure{Class: f.Class, Code: f.Code}
			if en, zh := codes.Advise(kept, "en"), codes.Advise(kept, "zh"); en != f.Advice || zh == en || codes.Explain(f.Code, "en") == "" {
				t.Errorf("advice %q, %q, want %q", en, zh, f.Advice)
			}
		})
	}
}

// After a good answer the same passes: it is the way that changed, and not the
// manifest.
func TestAConnectionThatOnceWorkedPasses(t *testing.T) {
	calls := 0
	base := roundTripper(func(req *http.Request) (*http.Response, error) {
		if strings.Contains(req.URL.Path, "oauth2") {
			return respond(req, 200, goodToken), nil
		}
		calls++
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: req.URL.Host, IsNotFound: true}}
	})
	f := failure(t, newClient(t, base, func(_ *job.Provider, l *ratelimit.Options, _ *dingtalk.Options) { l.MaxAttempts = 1 }), query("k"))
	if f.Class != job.ClassTransient || !f.Temporary || calls != 1 {
		t.Errorf("failure %+v after %d calls", f, calls)
	}
}

func respond(req *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}
}

// HTTP/2 is not spoken: net/http repeats by itself what a server refuses on it.
func TestHTTP1IsSpokenAlone(t *testing.T) {
	protocols := make(chan string, 10)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocols <- r.Proto
		if strings.Contains(r.URL.Path, "oauth2") {
			_, _ = io.WriteString(w, goodToken)
			return
		}
		_, _ = io.WriteString(w, goodPage)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	p := provider()
	p.Endpoint, p.CAFile = server.URL, roots
	base, err := dingtalk.NewTransport(p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(base.CloseIdleConnections)
	c, err := dingtalk.New(p, ratelimit.New(ratelimit.Options{}), base, dingtalk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Ask(t.Context(), query("k")); err != nil {
		t.Fatal(err)
	}
	close(protocols)
	for proto := range protocols {
		if proto != "HTTP/1.1" {
			t.Errorf("spoke %s", proto)
		}
	}
}

// A real server that switches protocols doesn't hang the call.
func TestASwitchOfProtocolsDoesNotHang(t *testing.T) {
	begun := time.Now()
	f := at(t, func(p *job.Provider) {
		p.Endpoint = "http://" + says(t, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n")
	})
	if f.Class != job.ClassEndpoint || f.Status != 101 || time.Since(begun) > 4*time.Second {
		t.Errorf("failure %+v after %v", f, time.Since(begun))
	}
}
