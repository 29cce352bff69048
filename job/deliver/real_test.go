package deliver_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/deliver"
	"notifyaudit/job/longtest"
)

// program is a server's program. Where it is missing the test is skipped, but not
// in the long form: .ci/install installs it.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if longtest.Enabled() {
			t.Fatalf("%s is missing: .ci/install installs it", name)
		}
		t.Skipf("%s is missing: .ci/install installs it", name)
	}
	return path
}

// freePort is a port of the loopback address that nobody listens on.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port //nolint:errcheck // a TCP listener's
}

// start runs a server until the test ends and waits for it to listen.
func start(t *testing.T, env []string, port int, name string, args ...string) {
	t.Helper()
	var log bytes.Buffer
	command := exec.CommandContext(t.Context(), program(t, name), args...)
	command.Env, command.Stdout, command.Stderr = append(os.Environ(), env...), &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Wait() }) // its context has ended by then
	for range 200 {
		if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(25 * time.Millisecond) // a real server starts in real time
	}
	t.Fatalf("%s does not listen: %s", name, log.String())
}

// certificate writes a certificate of localhost and its key, and returns a pool
// that trusts it.
func certificate(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"tls.crt": {Type: "CERTIFICATE", Bytes: der}, "tls.key": {Type: "PRIVATE KEY", Bytes: secret}, "auth": nil,
	} {
		text := []byte("audit:right\n")
		if block != nil {
			text = pem.EncodeToMemory(block)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return pool
}

// mailbox is a mail server with TLS and a password, and its mailbox.
type mailbox struct {
	port, web int
	roots     *x509.CertPool
}

func newMailbox(t *testing.T, tls string) *mailbox {
	t.Helper()
	dir := t.TempDir()
	m := &mailbox{port: freePort(t), web: freePort(t), roots: certificate(t, dir)}
	start(t, nil, m.port, "mailpit", "--smtp", fmt.Sprintf("127.0.0.1:%d", m.port), "--listen", fmt.Sprintf("127.0.0.1:%d", m.web),
		"--smtp-tls-cert", filepath.Join(dir, "tls.crt"), "--smtp-tls-key", filepath.Join(dir, "tls.key"),
		"--smtp-auth-file", filepath.Join(dir, "auth"), tls, "--disable-version-check", "--enable-chaos",
		"--db-file", filepath.Join(dir, "mail.db"))
	m.ask(t, http.MethodGet, "/livez", "", nil)
	return m
}

// ask calls the mailbox's own API; it may not be up yet.
func (m *mailbox) ask(t *testing.T, method, path, body string, into any) {
	t.Helper()
	var text []byte
	for range 100 {
		r, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("http://127.0.0.1:%d%s", m.web, path), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			time.Sleep(25 * time.Millisecond) // a real server starts in real time
			continue
		}
		text, err = io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %v", path, answer.Status, err)
		}
		break
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v in %s", path, err, text)
		}
	}
}

func (m *mailbox) email(mode deliver.EmailTLS) *deliver.Email {
	return &deliver.Email{
		Host: "localhost", Port: m.port, TLS: mode, Roots: m.roots, Username: "audit", Password: job.NewSecret("right"),
		From: "审计 <audit@mail.test>", To: []string{"HR <hr@mail.test>"}, CC: []string{"boss@mail.test"}, MaxAttachments: 1 << 20,
	}
}

// workbook is a file of n bytes with a Chinese name.
func workbook(n int) deliver.File {
	return file("out/报告 q4.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", strings.Repeat("P", n))
}

// mailMessage is a mail as the mailbox's API has it.
type mailMessage struct {
	ID, MessageID, Subject, Text, HTML string
	To, Cc                             []struct{ Name, Address string }
	From                               struct{ Name, Address string }
	Attachments                        []struct {
		FileName, ContentType string
		Size                  int
	}
}

// latest is the newest mail, and how many there are.
func (m *mailbox) latest(t *testing.T) (mailMessage, int) {
	t.Helper()
	var list struct {
		Total    int
		Messages []struct{ ID string }
	}
	m.ask(t, http.MethodGet, "/api/v1/messages", "", &list)
	var found mailMessage
	if list.Total > 0 {
		m.ask(t, http.MethodGet, "/api/v1/message/"+list.Messages[0].ID, "", &found)
	}
	return found, list.Total
}

// TestEmail: a real mail server, encrypted in both ways, gets the mail with its
// texts and the workbook.
func TestEmail(t *testing.T) {
	for mode, flag := range map[deliver.EmailTLS]string{deliver.STARTTLS: "--smtp-require-starttls", deliver.ImplicitTLS: "--smtp-require-tls"} {
		t.Run(string(mode), func(t *testing.T) {
			box := newMailbox(t, flag)
			p := parcel()
			p.Files = []deliver.File{workbook(1000)}
			if err := box.email(mode).Send(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			got, n := box.latest(t)
			if n != 1 || got.Subject != p.Title || got.From.Name != "审计" || got.To[0].Address != "hr@mail.test" || got.Cc[0].Address != "boss@mail.test" {
				t.Errorf("%d mails, the last %+v", n, got)
			}
			if strings.TrimSpace(got.Text) != "72 % have read it." || !strings.Contains(got.HTML, "72 %") || got.MessageID != "run-1.webhook@mail.test" {
				t.Errorf("text %q, HTML %q, id %q", got.Text, got.HTML, got.MessageID)
			}
			if len(got.Attachments) != 1 || got.Attachments[0].FileName != "报告 q4.xlsx" || got.Attachments[0].Size != 1000 {
				t.Errorf("attached: %+v", got.Attachments)
			}
		})
	}
}

// TestEmailThatIsNotTaken: what is final, what may pass, what is too large.
func TestEmailThatIsNotTaken(t *testing.T) {
	box := newMailbox(t, "--smtp-require-starttls")
	large := parcel()
	large.Files, large.TooLarge = []deliver.File{workbook(2 << 20)}, "Too large:"
	if err := box.email(deliver.STARTTLS).Send(t.Context(), large); err != nil {
		t.Fatal(err)
	}
	got, _ := box.latest(t)
	if len(got.Attachments) != 0 || !strings.Contains(got.Text, "Too large:\r\n报告 q4.xlsx (2.1 MB)") || !strings.Contains(got.HTML, "报告 q4.xlsx (2.1 MB)") {
		t.Errorf("a large file: %+v", got)
	}
	wrong := box.email(deliver.STARTTLS)
	wrong.Password = job.NewSecret("canary-secret")
	untrusted := box.email(deliver.STARTTLS)
	untrusted.Roots = x509.NewCertPool()
	for name, c := range map[string]struct {
		target *deliver.Email
		chaos  string
		final  bool
	}{
		"wrong password":        {wrong, `{}`, true},
		"untrusted certificate": {untrusted, `{}`, false},
		"recipient busy":        {box.email(deliver.STARTTLS), `{"Recipient":{"ErrorCode":451,"Probability":100}}`, false},
		"recipient unknown":     {box.email(deliver.STARTTLS), `{"Recipient":{"ErrorCode":550,"Probability":100}}`, true},
	} {
		box.ask(t, http.MethodPut, "/api/v1/chaos", c.chaos, nil)
		err := c.target.Send(t.Context(), parcel())
		if err == nil || errors.Is(err, deliver.ErrRefused) != c.final || strings.Contains(err.Error(), "canary-secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, n := box.latest(t); n != 1 {
		t.Errorf("%d mails arrived, not 1", n)
	}
}

// TestS3: a real store gets every file, twice the same.
func TestS3(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	if err := os.Mkdir(filepath.Join(dir, "audits"), 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, []string{"ROOT_ACCESS_KEY=ak", "ROOT_SECRET_KEY=sksksksk"}, port, "versitygw", "--port", fmt.Sprintf("127.0.0.1:%d", port), "posix", dir)
	store := &deliver.S3{
		Endpoint: fmt.Sprintf("127.0.0.1:%d", port), Plain: true, Region: "us-east-1", Bucket: "audits", Prefix: "2026/11",
		AccessKey: job.NewSecret("ak"), SecretKey: job.NewSecret("sksksksk"), PathStyle: true,
	}
	p := parcel()
	p.Files = []deliver.File{workbook(20 << 20), file("out/csv/unread.csv", "text/csv", "a,b")}
	for range 2 {
		if err := store.Send(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for name, size := range map[string]int64{"out/报告 q4.xlsx": 20 << 20, "out/csv/unread.csv": 3} {
		info, err := os.Stat(filepath.Join(dir, "audits/2026/11", name))
		if err != nil || info.Size() != size {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	missing := *store
	missing.Bucket = "nosuchbucket"
	wrong := *store
	wrong.SecretKey = job.NewSecret("canary-secret")
	silent := *store
	silent.Endpoint = fmt.Sprintf("127.0.0.1:%d", freePort(t))
	for target, final := range map[*deliver.S3]bool{&missing: true, &wrong: true, &silent: false} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := target.Send(ctx, p)
		cancel()
		if err == nil || errors.Is(err, deliver.ErrRefused) != final || strings.Contains(err.Error(), "canary-secret") {
			t.Errorf("bucket %s at %s: %v", target.Bucket, target.Endpoint, err)
		}
	}
}
