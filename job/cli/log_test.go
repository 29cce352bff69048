package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"notifyaudit/job/cli"
)

// logged is an audit whose row keys, people and secret are canaries: none of them
// may be in a log.
func logged(t *testing.T) (dir string, canaries []string) {
	t.Helper()
	dir = t.TempDir()
	canaries = []string{"canary-secret-7d1", "canary-user-4c2", "canary-name-9a3", "canary-row-5e8"}
	for name, text := range map[string]string{
		"main.audit.hcl": `variable "secret" {
  sensitive = true
  default   = "canary-secret-7d1"
}
provider "dingtalk" {
  app_key    = "ding1"
  app_secret = var.secret
  retry {
    max_attempts  = 2
    min_backoff   = "1ms"
    max_backoff   = "2ms"
    give_up_after = "1s"
  }
}
audience "staff" { source = "staff.csv" }
messages "slips" {
  source  = "slips.csv"
  key     = "row"
  kind    = "group"
  columns = { process_query_key = "key", audience = "to" }
  roster  = audience.staff
}
check "all" {
  assert {
    condition     = audit.read_rate == 1
    error_message = "Not everybody has read it."
  }
}
report "json" { path = "out.json" }
report "csv" { directory = "csv" }
`,
		"staff.csv": "user_id,name\ncanary-user-4c2,canary-name-9a3\nu2,Two\n",
		"slips.csv": "row,key,to\ncanary-row-5e8,k1,canary-user-4c2\ncanary-user-4c2,k2,canary-user-4c2\nother,k3,u2\n",
		"simulator.json": `{"apps":{"ding1":{"app_secret":"canary-secret-7d1"}},"messages":[{"kind":"group","key":"k1","error":{"code":"invalid.processQueryKey","status":400}},
{"kind":"group","key":"k2"},{"kind":"group","key":"k3"}],"faults":[{"kind":"system_error","messages":["k3"]}]}`,
		"wrong/main.audit.hcl": "message \"a\" {}\nmessage \"b\" {\n",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, canaries
}

// TestLogFormatJSON holds every line on standard error to JSON, of every command
// that asks, at every level and for all kinds of endings; from the beginning of a
// run on each names the run, and none has a secret or a person.
func TestLogFormatJSON(t *testing.T) {
	dir, canaries := logged(t)
	synctest.Test(t, func(t *testing.T) {
		for _, level := range []string{"debug", "info", "error"} {
			for _, line := range []string{
				"plan", "plan -json", "plan -max-requests 0", "plan -nonsense", "--manifest " + dir + "/wrong plan",
				"apply -auto-approve -replace messages.slips", "apply -auto-approve -json -replace messages.slips", "apply", "apply nowhere.plan",
				"report", "report -format nonsense", "report -o " + dir + "/one.html",
				"doctor", "doctor more", "query -audience 3 -kind group k1 k2", "query", "show message.nowhere",
			} {
				var out, errs bytes.Buffer
				args := []string{"--simulator", "--log-format=json", "--log-level", level}
				if !strings.HasPrefix(line, "query") && !strings.HasPrefix(line, "--manifest") {
					args = append(args, "--manifest", dir)
				}
				status := cli.Main(t.Context(), cli.Env{
					Args: append(args, strings.Fields(line)...), Environ: []string{"XDG_CACHE_HOME=" + dir},
					Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
				})
				checkLog(t, line, errs.String(), canaries)
				if strings.HasPrefix(line, "apply -auto-approve") && status != 3 {
					t.Errorf("%s: exit status %d, want 3:\n%s%s", line, status, out.String(), errs.String())
				}
				if status != 0 && status != 3 && status != 4 && !strings.Contains(line, "-json") && !strings.Contains(errs.String(), `"level":"ERROR"`) {
					t.Errorf("%s: exit status %d, and the log has no error:\n%s", line, status, errs.String())
				}
			}
		}
	})
}

func checkLog(t *testing.T, command, text string, canaries []string) {
	t.Helper()
	run := ""
	for line := range strings.Lines(text) {
		var record struct {
			Time, Level, Msg string
			RunID            string `json:"run_id"`
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Msg == "" || record.Time == "" || record.Level == "" {
			t.Errorf("%s: a line that is no record of a log, %v: %q", command, err, line)
		}
		if run != "" && record.RunID != run {
			t.Errorf("%s: after the beginning of %s a line is of the run %q: %s", command, run, record.RunID, line)
		}
		run = record.RunID
		for _, canary := range canaries {
			if strings.Contains(line, canary) {
				t.Errorf("%s: %s is in the log: %s", command, canary, line)
			}
		}
	}
}

// TestLogLevelInfo holds a run's log to its beginning, its stops, its end and its
// reports.
func TestLogLevelInfo(t *testing.T) {
	dir, canaries := logged(t)
	scenario := filepath.Join(dir, "stopped.json")
	if err := os.WriteFile(scenario, []byte(`{"apps":{"ding1":{"app_secret":"canary-secret-7d1","permissions":[]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string][]string{
		"json": {`"msg":"run begins"`, `"msg":"stopped"`, `"msg":"run ends"`, `"msg":"report written","format":"json"`},
		"text": {`msg="run begins"`, `msg=stopped`, `msg="run ends"`, `msg="report written" format=csv`},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out, errs bytes.Buffer
			cli.Main(t.Context(), cli.Env{
				Args:    []string{"--manifest", dir, "--data-dir", t.TempDir(), "--simulator", "--scenario", scenario, "--log-level", "info", "--log-format", format, "apply", "-auto-approve"},
				Environ: []string{"XDG_CACHE_HOME=" + dir}, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
			})
			rest := errs.String()
			for _, text := range want {
				_, after, found := strings.Cut(rest, text)
				if !found {
					t.Errorf("%s: %s is missing in its place:\n%s", format, text, errs.String())
				}
				line, _, _ := strings.Cut(after, "\n")
				if !strings.Contains(line, "run_id") {
					t.Errorf("%s: %s without the run: %s", format, text, line)
				}
				rest = after
			}
			if format == "json" {
				checkLog(t, "apply", errs.String(), canaries)
			}
		})
	}
}

// TestProfiles writes profiles of a command that fails, too.
func TestProfiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "profiles")
	var errs bytes.Buffer
	for _, args := range [][]string{{"version"}, {"nonsense"}} {
		cli.Main(t.Context(), cli.Env{
			Args: args, Environ: []string{"NOTIFYAUDIT_PPROF=" + dir}, Stdin: strings.NewReader(""), Stdout: &errs, Stderr: &errs,
		})
		for _, name := range []string{"cpu.pprof", "heap.pprof"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || !bytes.HasPrefix(text, []byte("\x1f\x8b")) {
				t.Errorf("%v: %s is no profile: %v", args, name, err)
			}
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
}
