package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job/cli"
	"notifyaudit/job/state"
	"notifyaudit/job/state/sqlite"
)

// TestStateDuringRun looks at a state that somebody else holds: list, show and
// export work, rm says who holds it.
func TestStateDuringRun(t *testing.T) {
	dir := t.TempDir()
	manifest := `provider "dingtalk" { access_token = "t" }
message "a" { process_query_key = "K1" }
`
	if err := os.WriteFile(filepath.Join(dir, "main.audit.hcl"), []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (status int, out string) {
		t.Helper()
		var b bytes.Buffer
		status = cli.Main(t.Context(), cli.Env{
			Args: append([]string{"--manifest", dir, "--simulator"}, args...), Stdin: strings.NewReader(""), Stdout: &b, Stderr: &b,
		})
		return status, b.String()
	}
	if status, out := run("apply", "-auto-approve"); status != 0 {
		t.Fatal(status, out)
	}
	db, err := sqlite.Open(t.Context(), dir, "audit.db", state.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Lock(t.Context(), "pid 1 on elsewhere", 0); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"state", "list"}, 0, "message.a\n"},
		{[]string{"state", "show", "message.a"}, 0, "K1"},
		{[]string{"state", "export"}, 0, `"type":"end"`},
		{[]string{"state", "rm", "-auto-approve", "message.a"}, 75, "pid 1 on elsewhere"},
		{[]string{"state", "mv", "-auto-approve", "message.a", "message.b"}, 75, "pid 1 on elsewhere"},
		{[]string{"state", "import", filepath.Join(dir, "main.audit.hcl")}, 75, "pid 1 on elsewhere"},
		{[]string{"doctor"}, 75, "pid 1 on elsewhere"},
	} {
		if status, out := run(tt.args...); status != tt.status || !strings.Contains(out, tt.want) {
			t.Errorf("%v: exit status %d, %s", tt.args, status, out)
		}
	}
}
