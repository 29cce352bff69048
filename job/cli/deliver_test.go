package cli_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"notifyaudit/job/cli"
	"notifyaudit/job/longtest"
	"notifyaudit/job/simulator/scenario"
)

// A postOffice takes mails over SMTP, and everything that is posted or put over HTTP.
type postOffice struct {
	smtp int // port
	url  string

	mu sync.Mutex
	// refuse is the reply to a recipient, to one that has refused in it; empty takes the
	// mail.
	refuse, refused string
	mails           []string
	posts           []string // path and body
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	p := &postOffice{}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p.smtp = listener.Addr().(*net.TCPAddr).Port //nolint:errcheck // a TCP listener's
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go p.converse(c)
		}
	}()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.posts = append(p.posts, r.URL.Path+"\n"+string(body))
		w.Header().Set("ETag", `"0"`)
		if strings.HasPrefix(r.URL.Path, "/robot") {
			_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
		}
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// converse speaks SMTP, as much of it as a mail takes.
func (p *postOffice) converse(c net.Conn) {
	defer func() { _ = c.Close() }()
	text := textproto.NewConn(c)
	taken := "Delivered-To:"
	_ = text.PrintfLine("220 ready")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		p.mu.Lock()
		refuse := p.refuse
		if !strings.Contains(line, p.refused) {
			refuse = ""
		}
		p.mu.Unlock()
		switch verb := strings.ToUpper(strings.Fields(line + " .")[0]); {
		case verb == "RCPT" && refuse != "":
			_ = text.PrintfLine("%s", refuse)
		case verb == "RCPT":
			taken += " " + strings.TrimPrefix(line, "RCPT TO:")
			_ = text.PrintfLine("250 ok")
		case verb == "MAIL":
			taken = "Delivered-To:"
			_ = text.PrintfLine("250 ok")
		case verb == "DATA":
			_ = text.PrintfLine("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			p.mu.Lock()
			p.mails = append(p.mails, taken+"\n"+string(data))
			p.mu.Unlock()
			_ = text.PrintfLine("250 taken")
		case verb == "QUIT":
			_ = text.PrintfLine("221 bye")
			return
		default:
			_ = text.PrintfLine("250 ok")
		}
	}
}

// answer sets the reply to the recipients that have refused in their line; empty takes
// the mail.
func (p *postOffice) answer(refuse, refused string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse, p.refused = refuse, refused
}

// taken are the mails and posts since the last call.
func (p *postOffice) taken() (mails, posts []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	mails, posts = p.mails, p.posts
	p.mails, p.posts = nil, nil
	return mails, posts
}

// mailParts are the subject of a mail, its texts, and what is attached, each "NAME: DATA".
func mailParts(t *testing.T, raw string) (subject string, texts, attached []string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	words := new(mime.WordDecoder)
	if subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	var walk func(header, encoding string, body io.Reader)
	walk = func(header, encoding string, body io.Reader) {
		kind, params, err := mime.ParseMediaType(header)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(kind, "multipart/") {
			text, _ := io.ReadAll(decoded(encoding, body))
			texts = append(texts, string(text))
			return
		}
		for r := multipart.NewReader(body, params["boundary"]); ; {
			part, err := r.NextRawPart()
			if err != nil {
				return
			}
			if name := part.FileName(); name != "" {
				name, _ = words.DecodeHeader(name)
				data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				attached = append(attached, name+": "+string(data))
				continue
			}
			walk(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
		}
	}
	walk(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return subject, texts, attached
}

// A mailed audit is one whose results are delivered to a post office.
type mailedAudit struct {
	t      *testing.T
	dir    string
	office *postOffice
	now    time.Time
	// environ is added to the environment.
	environ []string
}

func newMailedAudit(t *testing.T, endpoint string) *mailedAudit {
	t.Helper()
	a := &mailedAudit{t: t, dir: t.TempDir(), office: newPostOffice(t), now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	a.write("main.audit.hcl", fmt.Sprintf(`
audit {
  title    = "福利通知"
  language = "zh-CN"
}
provider "dingtalk" {
  endpoint   = %q
  app_key    = "k"
  app_secret = "s"
  robot_code = "r"
  retry {
    max_attempts  = 1
    give_up_after = "1s"
  }
}
message "a" {
  kind              = "group"
  process_query_key = "Kna1="
  audience          = ["u1", "u2", "u3", "u4"]
}
report "excel" { path = "out/福利 ${run.date}.xlsx" }
report "markdown" { path = "out/summary.md" }
report "json" { path = "out/audit.json" }
`, endpoint))
	return a
}

// mailTarget is a deliver block to the post office.
func (a *mailedAudit) mailTarget(on string) string {
	return fmt.Sprintf("deliver \"email\" \"hr\" {\n  host = \"127.0.0.1\"\n  port = %d\n  tls = \"none\"\n  from = \"audit@example.com\"\n  to = [\"hr@example.com\"]\n  on = %q\n  reports = [\"excel\"]\n}\n", a.office.smtp, on)
}

func (a *mailedAudit) write(name, text string) {
	a.t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// runs runs a command and holds its exit status; it returns what was said.
func (a *mailedAudit) runs(want int, args ...string) string {
	a.t.Helper()
	var said bytes.Buffer
	got := cli.Main(a.t.Context(), cli.Env{
		Args: append([]string{"--manifest", a.dir}, args...), Environ: append(a.environ, "XDG_CACHE_HOME="+a.t.TempDir()),
		Stdin: strings.NewReader(""), Stdout: &said, Stderr: &said, Now: func() time.Time { return a.now },
	})
	if got != want {
		a.t.Fatalf("%s: exit status %d, want %d:\n%s", args, got, want, said.String())
	}
	return said.String()
}

// TestDelivers: every target gets the results of a run once, in the audit's language; a
// schedule that fires twice is one.
func TestDelivers(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("deliver.audit.hcl", a.mailTarget("always")+fmt.Sprintf(`
deliver "dingtalk" "group" { webhook = "%[1]s/robot/send?access_token=x" }
deliver "webhook" "intake" { url = "%[1]s/intake" }
deliver "s3" "archive" {
  endpoint   = %[1]q
  bucket     = "audits"
  prefix     = "audit/${run.date}"
  access_key = "ak"
  secret_key = "sksksksk"
  path_style = true
  reports    = ["excel"]
}
`, a.office.url))
	said := a.runs(0, "apply", "-auto-approve")
	for _, target := range []string{"email.hr", "dingtalk.group", "webhook.intake", "s3.archive"} {
		if !strings.Contains(said, "delivered "+target+"\n") {
			t.Errorf("%s is not said to be delivered:\n%s", target, said)
		}
	}
	mails, posts := a.office.taken()
	if len(mails) != 1 || len(posts) != 3 {
		t.Fatalf("%d mails, %d posts", len(mails), len(posts))
	}
	subject, texts, attached := mailParts(t, mails[0])
	written, err := os.ReadFile(filepath.Join(a.dir, "out", "福利 2026-11-28.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if subject != "福利通知" || len(texts) != 2 || len(attached) != 1 || attached[0] != "福利 2026-11-28.xlsx: "+string(written) {
		t.Errorf("%s, %d texts, %d attached", subject, len(texts), len(attached))
	}
	for _, text := range texts {
		if !strings.Contains(text, "完整") || !strings.Contains(text, "已读率") {
			t.Errorf("the body says %s", text)
		}
	}
	all := strings.Join(posts, "\n")
	if strings.Contains(all, "<!--") {
		t.Error("the group sees a comment")
	}
	for _, want := range []string{"/robot/send\n", "福利通知", "/intake\n{", "/audits/audit/2026-11-28/out/福利 2026-11-28.xlsx\n"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q was not posted", want)
		}
	}

	a.now = a.now.Add(5 * time.Minute) // the schedule fires a second time
	a.runs(0, "apply", "-auto-approve")
	if said := a.runs(0, "deliver"); !strings.Contains(said, "Nothing is owed.") {
		t.Errorf("deliver says %s", said)
	}
	if mails, posts = a.office.taken(); len(mails)+len(posts) > 0 {
		t.Errorf("delivered twice: %d mails, %d posts", len(mails), len(posts))
	}
	a.now = a.now.Add(24 * time.Hour)
	a.runs(0, "apply", "-auto-approve")
	if mails, posts = a.office.taken(); len(mails) != 1 || len(posts) != 3 {
		t.Errorf("the next day: %d mails, %d posts", len(mails), len(posts))
	}
}

// chaseReport is a report of the people in staff.csv that is split by manager.
const chaseReport = `
audience "staff" { source = "staff.csv" }
message "b" {
  kind              = "group"
  process_query_key = "Kna2="
  audience          = audience.staff
}
report "excel" "chase" {
  path  = "out/chase/${group}.xlsx"
  split = "manager"
}
`

// TestDeliversSplitReports: a report that is split is sent with its index and the files
// that were written with it, and with none that an earlier run left.
func TestDeliversSplitReports(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("staff.csv", "user_id,name,manager\nu1,A,李\nu2,B,李\nu3,C,王\n")
	a.write("deliver.audit.hcl", strings.Replace(a.mailTarget("always"), `["excel"]`, `["excel.chase"]`, 1)+chaseReport)
	names := func() string {
		t.Helper()
		mails, _ := a.office.taken()
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		var all []string
		_, _, attached := mailParts(t, mails[0])
		for _, file := range attached {
			name, _, _ := strings.Cut(file, ": ")
			all = append(all, name)
		}
		slices.Sort(all)
		return strings.Join(all, " ")
	}
	a.runs(0, "apply", "-auto-approve")
	if got := names(); got != "index.csv none.xlsx 李.xlsx 王.xlsx" {
		t.Errorf("attached: %s", got)
	}
	a.now = a.now.Add(24 * time.Hour)
	a.write("staff.csv", "user_id,name,manager\nu1,A,李\nu2,B,李\nu3,C,李\n")
	a.runs(0, "apply", "-auto-approve")
	if got := names(); strings.Contains(got, "王.xlsx") || !strings.Contains(got, "李.xlsx") {
		t.Errorf("attached a day later: %s", got)
	}
}

// TestDeliveryThatFails ends with 3 and keeps the reports; what is owed is sent once.
func TestDeliveryThatFails(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("deliver.audit.hcl", a.mailTarget("always"))
	a.office.answer("550 no such user", "")
	if said := a.runs(3, "apply", "-auto-approve"); !strings.Contains(said, "email.hr was not delivered") {
		t.Errorf("apply says %s", said)
	}
	if _, err := os.Stat(filepath.Join(a.dir, "out", "福利 2026-11-28.xlsx")); err != nil {
		t.Error(err)
	}
	a.runs(3, "deliver")
	a.office.answer("", "")
	if said := a.runs(0, "deliver", "-json"); !strings.Contains(said, `"type":"delivered"`) || !strings.Contains(said, `"target":"email.hr","error":""`) {
		t.Errorf("deliver says %s", said)
	}
	a.runs(0, "deliver")
	if mails, _ := a.office.taken(); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
}

// TestDeliveryAfterCrash: a run that ended before anything was decided about it, as after
// a kill, is delivered, and once.
func TestDeliveryAfterCrash(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.runs(0, "apply", "-auto-approve")
	a.write("deliver.audit.hcl", a.mailTarget("always"))
	if err := os.RemoveAll(filepath.Join(a.dir, "out")); err != nil {
		t.Fatal(err)
	}
	a.runs(0, "deliver")
	a.runs(0, "deliver")
	mails, _ := a.office.taken()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	if _, _, attached := mailParts(t, mails[0]); len(attached) != 1 {
		t.Errorf("%d attached", len(attached))
	}
}

// TestKilledWhileDelivering: the real program is killed while one target doesn't answer.
// What the other one took is settled; the rest is sent by deliver, under the same id.
func TestKilledWhileDelivering(t *testing.T) {
	t.Parallel()
	program := realProgram(t)
	var mu sync.Mutex
	var ids []string
	hang, asked := true, make(chan struct{}, 9)
	intake := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		mu.Lock()
		ids = append(ids, r.Header.Get("Idempotency-Key"))
		wait := hang
		mu.Unlock()
		asked <- struct{}{}
		if wait {
			<-r.Context().Done() // the caller is gone
		}
	}))
	t.Cleanup(intake.Close)
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("deliver.audit.hcl", a.mailTarget("always")+fmt.Sprintf("deliver \"webhook\" \"intake\" { url = %q }\n", intake.URL))
	environ := []string{"XDG_CACHE_HOME=" + t.TempDir()}
	killed := launch(t, environ, program, "--manifest", a.dir, "apply", "-auto-approve")
	<-asked
	killed.until(func() bool {
		a.office.mu.Lock()
		defer a.office.mu.Unlock()
		return len(a.office.mails) == 1
	})
	time.Sleep(200 * time.Millisecond) // it settles what was taken
	killed.kill()
	mu.Lock()
	hang = false
	mu.Unlock()
	launch(t, environ, program, "--manifest", a.dir, "deliver").ends(0)
	launch(t, environ, program, "--manifest", a.dir, "deliver").ends(0)
	if mails, _ := a.office.taken(); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
	mu.Lock()
	defer mu.Unlock()
	if len(ids) != 2 || ids[0] == "" || ids[0] != ids[1] {
		t.Errorf("posted under the ids %q", ids)
	}
}

// TestNoNewData: people are told at the third run in a row without data, and at once
// where it will stay so; then not again until there was some.
func TestNoNewData(t *testing.T) {
	longtest.Require(t)
	good := serveAPI(t, scenario.Scenario{})
	var status int
	var mu sync.Mutex
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if status == http.StatusOK {
			good.ServeHTTP(w, r)
			return
		}
		w.WriteHeader(status)
		if status == http.StatusForbidden {
			_, _ = io.WriteString(w, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","message":"no"}`)
		}
	}))
	t.Cleanup(api.Close)
	become := func(s int) { mu.Lock(); defer mu.Unlock(); status = s }
	a := newMailedAudit(t, api.URL)
	a.write("deliver.audit.hcl", a.mailTarget("problem"))
	a.write("second.audit.hcl", strings.Replace(a.mailTarget("check_failed"), `"hr"`, `"checks"`, 1))
	mails := func(when string, want int) []string {
		t.Helper()
		got, _ := a.office.taken()
		if len(got) != want {
			t.Fatalf("%s: %d mails, want %d", when, len(got), want)
		}
		return got
	}

	become(http.StatusOK)
	a.runs(0, "apply", "-auto-approve")
	mails("all is well", 0)
	become(http.StatusInternalServerError)
	for range 2 {
		a.now = a.now.Add(24 * time.Hour)
		a.runs(75, "apply", "-auto-approve")
	}
	mails("down twice", 0)
	a.runs(75, "apply", "-auto-approve")
	subject, texts, attached := mailParts(t, mails("down for the third time", 1)[0])
	if subject != "没有新数据：福利通知" || !strings.Contains(texts[0], "自 2026-11-28 09:00 以来没有新数据") || len(attached) > 0 {
		t.Errorf("%s: %s, %d attached", subject, texts, len(attached))
	}
	a.runs(75, "apply", "-auto-approve")
	mails("told already", 0)
	become(http.StatusOK)
	a.runs(0, "apply", "-auto-approve")
	mails("well again", 0)
	become(http.StatusForbidden)
	a.now = a.now.Add(24 * time.Hour)
	a.runs(78, "apply", "-auto-approve")
	mails("no permission", 1)
	a.now = a.now.Add(24 * time.Hour)
	a.runs(78, "apply", "-auto-approve")
	mails("still none", 0)
}

// TestApplyPings: a dead-man's switch is told of the beginning and of the status, with
// the last lines, also where the manifest is wrong; what it answers changes nothing.
func TestApplyPings(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.runs(0, "apply", "-auto-approve", "-ping", a.office.url+"/uuid")
	_, pings := a.office.taken()
	if len(pings) != 2 || pings[0] != "/uuid/start\n" || !strings.HasPrefix(pings[1], "/uuid/0\n") || !strings.Contains(pings[1], "Done: 1 message answered") {
		t.Errorf("pings %q", pings)
	}
	a.write("wrong.audit.hcl", "mesage {}\n")
	a.runs(78, "apply", "-auto-approve", "-ping", a.office.url+"/uuid")
	if _, pings = a.office.taken(); len(pings) != 2 || !strings.HasPrefix(pings[1], "/uuid/78\n") || !strings.Contains(pings[1], "Did you mean") {
		t.Errorf("pings %q", pings)
	}
	if err := os.Remove(filepath.Join(a.dir, "wrong.audit.hcl")); err != nil {
		t.Fatal(err)
	}
	if said := a.runs(0, "apply", "-auto-approve", "-ping", "http://127.0.0.1:1/canary"); strings.Contains(said, "canary") || !strings.Contains(said, "ping") {
		t.Errorf("apply says %s", said)
	}
	a.runs(64, "apply", "-auto-approve", "-ping", "nowhere")
}

// TestApplyPublishes: the metrics of a run are in a textfile that everybody may read, and
// are pushed; a push that fails is said and changes nothing.
func TestApplyPublishes(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("metrics.audit.hcl", "metrics \"textfile\" { path = \"metrics/audit.prom\" }\n")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", a.office.url) // which the SDK reads
	a.environ = []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + a.office.url}
	a.runs(0, "apply", "-auto-approve")
	path := filepath.Join(a.dir, "metrics", "audit.prom")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`notifyaudit_run_exit_status{audit="福利通知"} 0`, `notifyaudit_messages{audit="福利通知",status="current"} 1`, `campaign="a"} 0`} {
		if !strings.Contains(string(text), want+"\n") {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, pushed := a.office.taken(); len(pushed) != 1 || !strings.HasPrefix(pushed[0], "/v1/metrics\n") {
		t.Errorf("%d pushes", len(pushed))
	}
	a.environ = []string{"OTEL_EXPORTER_OTLP_ENDPOINT=nowhere"}
	if said := a.runs(0, "apply", "-auto-approve"); !strings.Contains(said, "OTLP") {
		t.Errorf("apply says %s", said)
	}
}

// TestSimulatedResultsStay: made-up figures go to loopback addresses alone, and are
// marked there.
func TestSimulatedResultsStay(t *testing.T) {
	a := newMailedAudit(t, "https://api.dingtalk.com")
	a.write("deliver.audit.hcl", a.mailTarget("always"))
	a.write("second.audit.hcl", strings.NewReplacer(`"hr"`, `"people"`, `"127.0.0.1"`, `"smtp.example.com"`, `"none"`, `"starttls"`).Replace(a.mailTarget("always")))
	said := a.runs(0, "--simulator", "apply", "-auto-approve")
	if !strings.Contains(said, "email.people gets nothing") || !strings.Contains(said, "delivered email.hr") {
		t.Errorf("apply says %s", said)
	}
	mails, _ := a.office.taken()
	if len(mails) != 1 {
		t.Fatalf("%d mails", len(mails))
	}
	if subject, texts, _ := mailParts(t, mails[0]); subject != "【模拟】福利通知" || !strings.Contains(texts[0], "模拟数据") {
		t.Errorf("%s: %s", subject, texts[0])
	}
}

// TestExampleOfDelivery: the example is valid, and the simulator's figures reach nobody.
func TestExampleOfDelivery(t *testing.T) {
	a := &mailedAudit{t: t, dir: "../../examples/delivery", now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	said := a.runs(0, "--data-dir", t.TempDir(), "--simulator", "apply", "-auto-approve")
	if n := strings.Count(said, " gets nothing: "); n != 5 || strings.Contains(said, "delivered") {
		t.Errorf("%d of 5 targets are left out:\n%s", n, said)
	}
}

// decoded undoes a transfer encoding.
func decoded(encoding string, r io.Reader) io.Reader {
	if encoding == "quoted-printable" {
		return quotedprintable.NewReader(r)
	}
	return r
}
