package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"notifyaudit/job/cli"
	"notifyaudit/job/longtest"
)

// cutShort lists a command line for every command; each begins in a copy of an
// audit that has been applied once. DIR is the
// copy, NOW the time.
func cutShort() map[string]string {
	return map[string]string{
		"init":                "--manifest DIR/new init",
		"validate":            "validate -json",
		"fmt":                 "fmt -diff",
		"plan":                "plan -detailed-exitcode",
		"plan -out":           "plan -out DIR/next.plan",
		"apply":               "apply -auto-approve",
		"apply -json":         "apply -auto-approve -json -replace messages.notices",
		"apply PLAN":          "apply DIR/saved.plan",
		"show":                "show",
		"show -json":          "show -json messages.notices",
		"show ADDRESS":        `show messages.notices["row-7"]`,
		"report":              "report",
		"report -o":           "report -o DIR/one.xlsx",
		"query":               "query -kind group -audience 20 -auto-approve DIR/keys.txt",
		"doctor":              "doctor",
		"state list":          "state list",
		"state show":          "state show messages.notices",
		"state rm":            "state rm -auto-approve messages.notices",
		"state mv":            "state mv -auto-approve messages.notices messages.others",
		"state export":        "state export -o DIR/export.jsonl",
		"state import":        "--data-dir DIR/restored state import DIR/saved.jsonl",
		"state purge":         "state purge -auto-approve -before NOW",
		"state person export": "state person export u1",
		"state person erase":  "state person erase -auto-approve u1",
		"simulate":            "simulate -listen 127.0.0.1:0",
		"version":             "version",
		"completion":          "completion bash",
		"complete":            "__complete fish show messages.",
		"help":                "help man",
	}
}

// TestCutShort ends the context at random instants 1 to 60 ms after the start of
// every command: a command that was cut short exits with 75, and one that came to
// its end before with its own status.
func TestCutShort(t *testing.T) {
	t.Parallel()
	audit := appliedAudit(t)
	run := func(ctx context.Context, dir, line string) (status int, out string) {
		var b bytes.Buffer
		status = runLine(ctx, dir, line, &b, &b)
		return status, b.String()
	}
	for name, line := range cutShort() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			copied := func() string { return copyOf(t, audit) }
			whole, end := context.WithCancel(t.Context())
			defer end()
			if name == "simulate" { // it ends with its context alone
				end()
			}
			want, out := run(whole, copied(), line)
			if want == 75 || want == 64 {
				t.Fatalf("%s: exit status %d, not cut short\n%s", line, want, out)
			}
			for range longtest.N(4, 200) {
				after := time.Millisecond + rand.N(59*time.Millisecond)
				ctx, cancel := context.WithTimeoutCause(t.Context(), after, errors.New("the test's signal"))
				status, out := run(ctx, copied(), line)
				cancel()
				if status != 75 && status != want {
					t.Errorf("%s, cut short after %v: exit status %d, want 75 or %d\n%s", line, after, status, want, out)
				}
			}
		})
	}
}

// appliedAudit is the folder of an audit of 200 messages that was applied once,
// with a saved plan and a saved export.
func appliedAudit(t *testing.T) string {
	t.Helper()
	audit := t.TempDir()
	var keys, rows strings.Builder
	for i := range 200 {
		if i < 20 { // query asks 20 in a second
			fmt.Fprintf(&keys, "key-%03d=\n", i)
		}
		fmt.Fprintf(&rows, "row-%d,key-%03d=,u%d;u%d;u%d\n", i, i, i%40, (i+1)%40, (i+2)%40)
	}
	for name, text := range map[string]string{
		"main.audit.hcl": `provider "dingtalk" {
  access_token = "t"
  limit {
    requests_per_second = 200
    requests_per_month  = 0
  }
}
audit {
  refresh {
    after = "1ms"
    age   = 0
  }
}
messages "notices" {
  source = "notices.csv"
  key    = "id"
  kind   = "group"
  columns = {
    process_query_key = "key"
    audience          = "people"
  }
}
report "json" { path = "out.json" }
report "csv" { directory = "csv" }
`,
		"notices.csv": "id,key,people\n" + rows.String(),
		"keys.txt":    keys.String(),
	} {
		if err := os.WriteFile(filepath.Join(audit, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{"apply -auto-approve", "state export -o DIR/saved.jsonl", "plan -replace messages.notices -out DIR/saved.plan"} {
		var out bytes.Buffer
		if status := runLine(t.Context(), audit, line, &out, &out); status != 0 {
			t.Fatal(line, status, out.String())
		}
	}
	return audit
}

// runLine runs a command line of cutShort in a folder.
func runLine(ctx context.Context, dir, line string, stdout, stderr io.Writer) (status int) {
	args := strings.Fields(strings.NewReplacer("DIR", dir, "NOW", time.Now().Format(time.RFC3339Nano)).Replace(line))
	if args[0] != "query" {
		args = append([]string{"--manifest", dir}, args...)
	}
	args = append([]string{"--simulator"}, args...)
	return cli.Main(ctx, cli.Env{Args: args, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr})
}

// copyOf is a copy of a folder.
func copyOf(t *testing.T, folder string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return dir
}
