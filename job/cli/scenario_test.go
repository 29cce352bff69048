package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What the shell's <(command) gives can be read once.
func TestScenarioFromAPipe(t *testing.T) {
	dir := t.TempDir()
	manifest := strings.Replace(rowsOf, "SOURCE", "rows.csv", 1)
	for name, text := range map[string]string{"a.audit.hcl": manifest, "rows.csv": "process_query_key\nK\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := w.WriteString(`{"messages": [{"kind": "private_chat", "key": "K", "readers": ["u1"]}]}`); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	scenario := fmt.Sprintf("/dev/fd/%d", r.Fd())
	must(t, 0, time.Now(), "--manifest", dir, "--simulator", "--scenario", scenario, "apply", "-auto-approve")
}
