//go:build unix

package cli_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/simulator/scenario"
	"notifyaudit/job/state"
	"notifyaudit/job/state/postgres/pgtest"
)

// inDatabase has the state of an audit in a schema of a database.
func (w *audited) inDatabase(url job.Secret, schema string) {
	w.t.Helper()
	w.write("database.audit.hcl", fmt.Sprintf(`audit {
  backend "postgres" {
    url    = var.database_url
    schema = %q
  }
}

variable "database_url" {
  type      = string
  sensitive = true
}
`, schema))
	w.write("database.auto.auditvars", fmt.Sprintf("database_url = %q\n", url.Reveal()))
}

// large is an audit that takes some seconds.
func large(t *testing.T) *audited {
	t.Helper()
	w := audit(t, slices.DeleteFunc(truths(people(300)), func(x truth) bool { return x.key == "endless" }))
	w.api.scenario.Latency = scenario.Duration(100 * time.Millisecond)
	w.api.renew()
	return w
}

// asks waits until a run has sent so many more requests.
func (w *audited) asks(p *process, n int64) {
	w.t.Helper()
	n += w.api.asked.Load()
	p.until(func() bool { return w.api.asked.Load() >= n })
	if p.over() {
		w.t.Fatalf("the run is over: %s", p.out.String())
	}
}

// TestPostgresGoesOn: with the state in a database a run that was killed, a server
// that restarted and one that was gone cost nothing but time, and the figures are
// those of a file.
func TestPostgresGoesOn(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t)
	w := large(t)
	w.inDatabase(server.Pooled(), "hr")

	killed := w.apply()
	w.asks(killed, 40)
	killed.kill()
	said := w.apply().ends(75)
	if want := fmt.Sprintf("schema hr is locked by pid %d on ", killed.cmd.Process.Pid); !strings.Contains(said, want) {
		t.Errorf("the next run does not say %q:\n%s", want, said)
	}

	gone := w.start("apply", "-auto-approve", "-lock-timeout", "20s")
	w.asks(gone, 40)
	server.Stop(t)
	said = gone.ends(75)
	if !strings.Contains(said, state.ErrUnavailable.Error()) || !strings.Contains(said, "what was recorded before is safe") {
		t.Errorf("nothing is said of the server:\n%s", said)
	}
	server.Start(t)

	restarted := w.start("apply", "-auto-approve", "-lock-timeout", "20s")
	w.asks(restarted, 40)
	server.Kill(t)
	time.Sleep(time.Second)
	server.Start(t)
	if restarted.finishes(); restarted.status == 75 { // a look-up was under way
		restarted = w.start("apply", "-auto-approve", "-lock-timeout", "20s")
	}
	restarted.ends(3)
	w.exact(w.file("out/truth.json"))

	w.sameInAFile()
	w.keepsThePassword(killed, gone, restarted)
}

// TestPostgresSignalInAnOutage: a run that waits for its server ends within ten
// seconds of a signal.
func TestPostgresSignalInAnOutage(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t)
	for name, url := range map[string]job.Secret{"direct": server.URL(), "pooled": server.Pooled()} {
		w := large(t)
		w.inDatabase(url, name)
		p := w.apply()
		w.asks(p, 20)
		server.Stop(t)
		time.Sleep(2 * time.Second)
		p.signal(syscall.SIGTERM)
		signaled := time.Now()
		p.ends(75)
		if took := time.Since(signaled); took > 10*time.Second {
			t.Errorf("%s: it took %s", name, took)
		}
		server.Start(t)
	}
}

// sameInAFile moves the state into a file: the reports are those of the database.
func (w *audited) sameInAFile() {
	w.t.Helper()
	w.start("state", "export", "-o", w.file("all.jsonl")).ends(0)
	w.start("report").ends(0)
	want := readReport(w.t, w.file("out/truth.json"))
	file := w.copied()
	for _, name := range []string{"database.audit.hcl", "database.auto.auditvars"} {
		if err := os.Remove(file.file(name)); err != nil {
			w.t.Fatal(err)
		}
	}
	file.start("state", "import", file.file("all.jsonl")).ends(0)
	file.start("report").ends(0)
	if diff := cmp.Diff(want.Messages, readReport(w.t, file.file("out/truth.json")).Messages); diff != "" {
		w.t.Errorf("in the database (-) and in a file (+):\n%s", diff)
	}
}

// keepsThePassword looks for the password in all that was said and written.
func (w *audited) keepsThePassword(runs ...*process) {
	w.t.Helper()
	for _, args := range [][]string{{"plan", "-out", w.file("x.plan")}, {"show"}, {"validate"}, {"doctor"}, {"state", "list"}} {
		p := w.start(args...)
		p.finishes()
		runs = append(runs, p)
	}
	for _, p := range runs {
		if strings.Contains(p.out.String(), pgtest.Password) {
			w.t.Errorf("%v says the password:\n%s", p.cmd.Args, p.out.String())
		}
	}
	err := filepath.WalkDir(w.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".auditvars") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), pgtest.Password) {
			w.t.Errorf("%s has the password", path)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
	w.write("database.auto.auditvars", strings.Replace(w.read("database.auto.auditvars"), pgtest.Password, "not-"+pgtest.Password, 1))
	if said := w.start("plan").ends(78); strings.Contains(said, pgtest.Password) || !strings.Contains(said, "authentication failed") {
		w.t.Errorf("with a wrong password:\n%s", said)
	}
}

// TestPostgresFencesAStoppedRun: a run that was stopped for longer than its lease
// wakes up, records nothing, writes no report and ends with 75.
func TestPostgresFencesAStoppedRun(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	w := slow(t, 300*time.Millisecond)
	w.inDatabase(server.URL(), "fenced")
	stopped := w.asking()
	stopped.signal(syscall.SIGSTOP)
	elsewhere := w.copied() // another machine
	elsewhere.start("apply", "-auto-approve", "-lock-timeout", "20s").ends(0)
	elsewhere.exact(elsewhere.file("out/truth.json"))
	stopped.signal(syscall.SIGCONT)
	if said := stopped.ends(75); !strings.Contains(said, state.ErrFenced.Error()) {
		t.Errorf("the stopped run does not say that %q:\n%s", state.ErrFenced, said)
	}
	if _, err := os.Stat(w.file("out/truth.json")); err == nil {
		t.Error("the stopped run wrote a report")
	}
}
