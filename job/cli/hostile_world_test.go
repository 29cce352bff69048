package cli_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job/cli"
	"notifyaudit/job/longtest"
	reportjson "notifyaudit/report/json"
)

// A fate is what the scenario does to one message, and what a run must make of
// it.
type fate struct {
	provider, key string
	// readers are the first so many of the staff; entry is more of the scenario's
	// message, faults are the faults that hit it.
	readers int
	entry   string
	faults  []string
	// found says that there is a reading. Without one, class and code are the
	// reason.
	found               bool
	status, class, code string
}

// The worst of all worlds: staff of 300, each message with another fate.
const everybodyThere = 300

// fates are one message for everything that can go wrong, and fifty that go
// right in the midst of it. A server that says when to come back is believed for
// up to a minute, which long has the time for.
func fates(long bool) []fate {
	day, ever := "100000", "9999999999999999999"
	if !long {
		day, ever = "0", "-1"
	}
	fault := func(kind string, more ...string) []string {
		return []string{fmt.Sprintf("%q%s", kind, strings.Join(more, ""))}
	}
	const first, second = `,"attempts":[1]`, `,"pages":[2],"attempts":[1,2]`
	well := func(key string, readers int, faults []string) fate {
		return fate{provider: "dingtalk", key: key, readers: readers, faults: faults, found: true, status: "current"}
	}
	ill := func(key, status, class, code, entry string, faults []string) fate {
		return fate{provider: "dingtalk", key: key, readers: 250, entry: entry, faults: faults, status: status, class: class, code: code}
	}
	of := func(provider, key, status, class, code string, faults []string) fate {
		return fate{provider: provider, key: key, readers: 100, faults: faults, status: status, class: class, code: code}
	}
	const unbelieved, transient = "unbelieved", "transient"
	list := []fate{
		// What passes: the truth is found in spite of it.
		well("throttled", 220, fault("throttle", first)),
		well("throttled-for-a-day", 221, fault("throttle", first, `,"retry_after":"`+day+`"`)),
		well("throttled-for-ever", 222, fault("throttle", first, `,"retry_after":"`+ever+`"`)),
		well("throttled-of-old", 223, fault("legacy_throttle", first)),
		well("reset", 240, fault("reset", second)),
		well("closed", 241, fault("eof", second)),
		well("truncated", 242, fault("truncate", second)),
		well("slow", 243, fault("slow_body", first, `,"delay":"20s"`)),
		well("late", 244, fault("timeout", first, `,"delay":"20s"`)),
		well("out-of-order", 245, fault("system_error", second)),
		well("gateway-down", 246, fault("html", second, `,"status":503`)),
		well("garbage", 247, fault("garbage", second)),
		well("empty-object", 248, fault("empty_object", second)),
		well("null-body", 249, fault("null", second)),
		well("wrong-case", 250, fault("wrong_case", second)),
		well("duplicate-key", 251, fault("duplicate_key", second)),
		well("trailing", 252, fault("trailing", second)),
		well("bad-utf8", 253, fault("bad_utf8", second)),
		well("no-has-more", 254, fault("no_has_more", second)),
		well("error-in-200", 255, fault("error_in_200", second)),
		// What does not: no reading, and the reason.
		ill("always-broken", "failed", transient, "system.error", "", fault("system_error")),
		ill("always-reset", "failed", transient, "", "", fault("reset")),
		ill("always-truncated", "failed", transient, "", "", fault("truncate")),
		ill("always-garbage", "incomplete", unbelieved, "", "", fault("garbage")),
		ill("always-empty", "incomplete", unbelieved, "", "", fault("empty_object")),
		ill("always-wrong-case", "incomplete", unbelieved, "", "", fault("wrong_case")),
		ill("null-readers", "incomplete", unbelieved, "", "", fault("null_readers", `,"pages":[1]`)),
		ill("in-a-circle", "incomplete", unbelieved, "", "", fault("loop_token")),
		ill("without-end", "incomplete", unbelieved, "", "", fault("endless")),
		ill("empty-pages", "incomplete", unbelieved, "", "", fault("empty_pages")),
		ill("bad-key", "rejected", "invalid", "invalid.processQueryKey", `,"error":{"code":"invalid.processQueryKey"}`, nil),
		ill("not-generated", "pending", "expired", "processQueryKey.expireTime", `,"error":{"code":"processQueryKey.expireTime"}`, nil),
		ill("being-sent", "pending", "processing", "PROCESSING", `,"send_status":"PROCESSING"`, nil),
		// Providers that something stops: their second message is not asked.
		of("moved", "moved-1", "failed", "endpoint", "", fault("redirect", `,"location":"OTHERHOST/v1.0/robot/groupMessages/query"`)),
		of("walled", "walled-1", "failed", "endpoint", "", fault("html")),
		of("impostor", "impostor-1", "failed", "token", "invalidClientIdOrSecret", nil),
	}
	for i := range 50 {
		list = append(list, well(fmt.Sprintf("row-%d", i), 150+i, nil))
	}
	return list
}

// hostileWorld writes the manifest and the scenario of the fates. The endpoint is
// the simulator's, the other host is where a redirect leads.
func hostileWorld(t *testing.T, dir, endpoint, otherHost, secret string, list []fate) {
	t.Helper()
	var manifest, messages, faults strings.Builder
	giveUp := "15m"
	fmt.Fprintf(&manifest, "audience \"staff\" {\n  source = \"staff.csv\"\n}\nreport \"json\" {\n  path = \"out.json\"\n}\nreport \"csv\" {\n  directory = \"csv\"\n}\nreport \"excel\" {\n  path = \"out.xlsx\"\n}\nreport \"html\" {\n  path = \"out.html\"\n}\nreport \"markdown\" {\n  path = \"out.md\"\n}\n")
	for _, alias := range []string{"dingtalk", "moved", "walled", "revoked", "impostor", "banned"} {
		credential := fmt.Sprintf("app_key = \"app-%s\"\n  app_secret = %q", alias, secret)
		switch alias {
		case "dingtalk":
		case "walled", "revoked", "moved": // without a call for a token
			credential = fmt.Sprintf("access_token = %q", secret+alias)
		case "impostor":
			credential = strings.Replace(credential, secret, secret+"-wrong", 1)
		case "banned":
			giveUp = "2s"
		}
		if alias != "dingtalk" {
			credential += fmt.Sprintf("\n  alias = %q", alias)
		}
		fmt.Fprintf(&manifest, `provider "dingtalk" {
  endpoint = %q
  %s
  limit {
    requests_per_second = 200
    requests_per_month  = 0
    quota_group         = "acme"
  }
  retry {
    max_attempts = 5
    min_backoff  = "1ms"
    max_backoff  = "20ms"
    give_up_after = %q
  }
  timeout = "1s"
}
`, endpoint, credential, giveUp)
	}
	for i, f := range list {
		address := strings.ReplaceAll(f.key, "-", "_")
		provider := "dingtalk"
		if f.provider != "dingtalk" {
			provider += "." + f.provider
		}
		fmt.Fprintf(&manifest, "message %q {\n  kind = \"group\"\n  provider = %s\n  process_query_key = %q\n  audience = audience.staff\n}\n", address, provider, f.key)
		readers, err := json.Marshal(people(f.readers))
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			messages.WriteString(",\n")
		}
		fmt.Fprintf(&messages, `{"kind":"group","key":%q,"page_size":100,"readers":%s%s}`, f.key, readers, f.entry)
		for _, fault := range f.faults {
			if faults.Len() > 0 {
				faults.WriteString(",\n")
			}
			fmt.Fprintf(&faults, `{"messages":[%q],"kind":%s}`, f.key, strings.ReplaceAll(fault, "OTHERHOST", otherHost))
		}
	}
	put(t, dir, "main.audit.hcl", manifest.String())
	put(t, dir, "simulator.json", fmt.Sprintf(`{"seed":11,"latency":"5ms","unknown_keys":"reject","revoke_tokens":["300ms"],
"apps":{%s},"messages":[%s],"faults":[%s]}`, apps(secret), messages.String(), faults.String()))
	var roster strings.Builder
	roster.WriteString("user_id,name,department\n")
	for i, id := range people(everybodyThere) {
		fmt.Fprintf(&roster, "%s,Person %d,Department %d\n", id, i, i%7)
	}
	put(t, dir, "staff.csv", roster.String())
}

// apps are the scenario's apps: all have the same secret.
func apps(secret string) string {
	var list []string
	for _, alias := range []string{"dingtalk", "moved", "walled", "impostor", "banned"} {
		list = append(list, fmt.Sprintf(`"app-%s":{"app_secret":%q,"access_tokens":[%q]}`, alias, secret, secret+alias))
	}
	return strings.Join(list, ",")
}

// An outcome is what a report says of a message.
type outcome struct {
	Status, Class, Code   string
	Readers, Read, Unread int // -1: none
}

func (f fate) outcome() outcome {
	if !f.found {
		return outcome{f.status, f.class, f.code, -1, -1, -1}
	}
	return outcome{f.status, "", "", f.readers, f.readers, everybodyThere - f.readers}
}

// holdToFates holds every message of the report against its fate.
func holdToFates(t *testing.T, list []fate, r reportjson.Report) {
	t.Helper()
	byKey := map[string]reportjson.Message{}
	for _, m := range r.Messages {
		byKey[m.ProcessQueryKey] = m
	}
	known := func(n *int) int {
		if n == nil {
			return -1
		}
		return *n
	}
	for _, f := range list {
		m, there := byKey[f.key]
		got := outcome{Status: string(m.Status), Readers: known(m.Readers), Read: known(m.Read), Unread: known(m.Unread)}
		if m.Error != nil {
			got.Class = string(m.Error.Class)
			if m.Error.Code != nil {
				got.Code = *m.Error.Code
			}
		}
		if diff := cmp.Diff(f.outcome(), got); diff != "" || !there {
			t.Errorf("%s (-want +got):\n%s", f.key, diff)
			if m.Error != nil && m.Error.Message != nil {
				t.Logf("%s: %s", f.key, *m.Error.Message)
			}
		}
	}
	var read, unread int
	for _, f := range list {
		if f.found {
			read, unread = read+f.readers, unread+everybodyThere-f.readers
		}
	}
	rate := float64(read) / float64(read+unread)
	if diff := cmp.Diff([]any{&read, &unread, &rate}, []any{r.Totals.Read, r.Totals.Unread, r.Totals.ReadRate}); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
}

// nowhere fails the test when a secret is in anything that was written.
func nowhere(t *testing.T, dir, secret, output string, inputs ...string) {
	t.Helper()
	if strings.Contains(output, secret) {
		t.Error("the secret is on the terminal")
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || slices.Contains(inputs, d.Name()) {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(secret)) {
			t.Errorf("the secret is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEverythingGoesWrongAtOnce is the run that the faults and attacks end in, in
// virtual time: a server that throttles, bans, resets, truncates, loops,
// redirects and talks nonsense, and exact figures for what could be read and a
// true reason for what couldn't.
func TestEverythingGoesWrongAtOnce(t *testing.T) {
	t.Parallel()
	list := fates(true)
	// A ban is waited out: five minutes, in no time.
	list = append(list, fate{
		provider: "dingtalk", key: "banned", readers: 230, found: true, status: "current",
		faults: []string{`"ban","attempts":[1]`},
	})
	list = append(list, fate{
		provider: "dingtalk", key: "banned-by-page", readers: 231, found: true, status: "current",
		faults: []string{`"html","attempts":[1]`},
	})
	dir := t.TempDir()
	secret := "canary" + rand.Text()
	hostileWorld(t, dir, "https://api.dingtalk.io", "https://elsewhere.invalid", secret, list)
	synctest.Test(t, func(t *testing.T) {
		var output lockedBuffer // the log and the progress write at the same time
		begun := time.Now()
		status := cli.Main(t.Context(), cli.Env{
			Args:    []string{"--manifest", dir, "--simulator", "--log-level", "debug", "apply", "-auto-approve"},
			Environ: []string{"TERM=dumb"}, Stdin: strings.NewReader(""), Stdout: &output, Stderr: &output,
		})
		t.Logf("%v of virtual time", time.Since(begun))
		if status != 78 {
			t.Errorf("exit status %d, want 78\n%s", status, output.String())
		}
		holdToFates(t, list, readReport(t, filepath.Join(dir, "out.json")))
		nowhere(t, dir, secret, output.String(), "main.audit.hcl", "simulator.json")
	})
}

// TestEverythingGoesWrongOverHTTP is the same with the real program on both ends
// of real connections, less the bans, which take five minutes; and the host that
// the redirect names gets nothing.
func TestEverythingGoesWrongOverHTTP(t *testing.T) {
	longtest.Require(t) // it mostly waits
	t.Parallel()
	var strayed atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
	defer other.Close()
	list, dir, secret := fates(false), t.TempDir(), "canary"+rand.Text()
	list = append(list,
		fate{provider: "revoked", key: "revoked-1", readers: 9, status: "failed", class: "token", code: "InvalidAuthentication"},
		fate{provider: "banned", key: "banned-1", readers: 9, status: "failed", class: "banned", faults: []string{`"ban"`}},
	)
	hostileWorld(t, dir, "https://api.dingtalk.io", other.URL, secret, list)
	endpoint := serveScenario(t, filepath.Join(dir, "simulator.json"))
	hostileWorld(t, dir, endpoint, other.URL, secret, list)
	s := spend(t, dir, "--log-level", "debug", "apply", "-auto-approve")
	t.Logf("%v, busy %v", s.took, s.busy)
	if s.status != 75 { // a provider gave up for now; that goes before what must be mended
		t.Errorf("exit status %d, want 75\n%s", s.status, s.output)
	}
	defer func() {
		if t.Failed() {
			t.Log(s.output)
		}
	}()
	holdToFates(t, list, readReport(t, filepath.Join(dir, "out.json")))
	nowhere(t, dir, secret, s.output, "main.audit.hcl", "simulator.json")
	if n := strayed.Load(); n > 0 {
		t.Errorf("the other host got %d requests", n)
	}
}

// serveScenario has the real program serve a scenario until the test ends, and
// returns its address.
func serveScenario(t *testing.T, scenario string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "notifyaudit", "simulate", "-listen", "127.0.0.1:0", "--scenario", scenario)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !found {
		t.Fatalf("it said %q: %v", line, err)
	}
	return url
}
