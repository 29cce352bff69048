//go:build unix

package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"notifyaudit/job/longtest"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state/postgres/pgtest"
)

// TestPostgresDelivers: a run whose state is in a database mails its workbook and publishes
// its success; when the database is gone people are told at the third run.
func TestPostgresDelivers(t *testing.T) {
	longtest.Require(t)
	t.Parallel()
	server := pgtest.Own(t)
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.backend(fmt.Sprintf("backend \"postgres\" {\n    url = %q\n    schema = \"mailed\"\n  }", server.URL().Reveal()))
	a.write("metrics.audit.hcl", "metrics \"textfile\" { path = \"audit.prom\" }\n")
	a.write("deliver.audit.hcl", a.mailTarget("always"))
	a.runs(0, "apply", "-auto-approve")
	if sent := a.sent()["<hr@example.com>"]; strings.Join(sent.files, " ") != "福利 2026-11-28.xlsx" {
		t.Errorf("mailed: %+v", sent)
	}
	text, err := os.ReadFile(filepath.Join(a.dir, "audit.prom"))
	_, value, _ := strings.Cut(string(text), "notifyaudit_last_success_timestamp_seconds{audit=\"福利通知\"} ")
	value, _, _ = strings.Cut(value, "\n")
	if at, wrong := strconv.ParseFloat(value, 64); err != nil || wrong != nil || int64(at) != a.now.Unix() {
		t.Errorf("the latest success is %q: %v", value, err)
	}
	a.office.answer("550 no such user", "")
	a.now = a.now.Add(24 * time.Hour)
	a.runs(3, "apply", "-auto-approve") // it is owed now, in the database
	server.Stop(t)
	for i, want := range []int{0, 0, 1, 0} {
		a.office.answer("", "")
		a.runs(75, "apply", "-auto-approve")
		if got := a.noticed(); len(got) != want {
			t.Errorf("run %d without the database: %q", i, got)
		}
	}
	server.Start(t)
	a.runs(0, "deliver")
	if sent := a.sent()["<hr@example.com>"]; strings.Join(sent.files, " ") != "福利 2026-11-29.xlsx" {
		t.Errorf("mailed then: %+v", sent)
	}
}
