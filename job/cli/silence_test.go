package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job/longtest"
	"notifyaudit/job/simulator/scenario"
)

// noticed are the subjects and texts of the mails since the last call.
func (a *mailedAudit) noticed() (all []string) {
	a.t.Helper()
	mails, _ := a.office.taken()
	for _, raw := range mails {
		subject, texts, attached := mailParts(a.t, raw)
		if len(attached) > 0 {
			a.t.Errorf("%d files are attached", len(attached))
		}
		all = append(all, subject+": "+texts[0])
	}
	return all
}

// backend has the state elsewhere.
func (a *mailedAudit) backend(block string) {
	a.t.Helper()
	main, err := os.ReadFile(filepath.Join(a.dir, "main.audit.hcl"))
	if err != nil {
		a.t.Fatal(err)
	}
	a.write("main.audit.hcl", strings.Replace(string(main), "audit {\n", "audit {\n  "+block+"\n", 1))
}

// TestNoNewDataWithoutAState: where the state can't be had people are told so once, by the
// manifest alone, until it can.
func TestNoNewDataWithoutAState(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.backend("backend \"sqlite\" { create = var.create }")
	a.write("create.audit.hcl", "variable \"create\" { default = false }\n")
	a.write("deliver.audit.hcl", a.mailTarget("always"))
	a.write("second.audit.hcl", strings.Replace(a.mailTarget("check_failed"), `"hr"`, `"checks"`, 1))
	a.runs(78, "apply", "-auto-approve")
	if got := a.noticed(); len(got) != 1 || !strings.Contains(got[0], "没有新数据：福利通知: 没有新数据：审计的状态数据无法使用") {
		t.Errorf("an empty volume: %q", got)
	}
	a.runs(78, "apply", "-auto-approve")
	if got := a.noticed(); len(got) != 0 {
		t.Errorf("told again: %q", got)
	}
	a.runs(0, "-var", "create=true", "apply", "-auto-approve")
	a.office.taken()
	if err := os.Remove(filepath.Join(a.dir, "audit.db")); err != nil {
		t.Fatal(err)
	}
	a.office.answer("550 no such user", "")
	a.runs(78, "apply", "-auto-approve")
	a.office.answer("", "")
	for _, want := range []int{1, 0} { // what was not taken is sent by the next run
		a.runs(78, "apply", "-auto-approve")
		if got := a.noticed(); len(got) != want {
			t.Errorf("lost again: %q, want %d", got, want)
		}
	}
}

// TestNoNewDataOfAnotherAuditsState: on another audit's volume, which is left as it is.
func TestNoNewDataOfAnotherAuditsState(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.runs(0, "apply", "-auto-approve")
	b := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	main, err := os.ReadFile(filepath.Join(b.dir, "main.audit.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	b.write("main.audit.hcl", strings.NewReplacer("福利通知", "安全", `"k"`, `"k2"`).Replace(string(main)))
	b.write("deliver.audit.hcl", b.mailTarget("always"))
	b.runs(78, "--data-dir", a.dir, "apply", "-auto-approve")
	b.runs(78, "--data-dir", a.dir, "apply", "-auto-approve")
	if got := b.noticed(); len(got) != 1 {
		t.Errorf("told %q", got)
	}
	a.runs(0, "apply", "-auto-approve")
}

// TestNoNewDataBesideAnotherRun: a state that another run holds is silence of nobody; a
// credential that another audit holds is, at the third run.
func TestNoNewDataBesideAnotherRun(t *testing.T) {
	longtest.Require(t)
	arrived, release := make(chan struct{}, 1), make(chan struct{})
	good := serveAPI(t, scenario.Scenario{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case arrived <- struct{}{}:
		default:
		}
		<-release
		good.ServeHTTP(w, r)
	}))
	t.Cleanup(slow.Close)
	program := realProgram(t)
	a := newMailedAudit(t, slow.URL)
	a.write("deliver.audit.hcl", a.mailTarget("always"))
	cache := "XDG_CACHE_HOME=" + t.TempDir()
	first := launch(t, []string{cache}, program, "--manifest", a.dir, "apply", "-auto-approve")
	<-arrived
	for range 3 {
		launch(t, []string{cache}, program, "--manifest", a.dir, "apply", "-auto-approve").ends(75)
	}
	if got := a.noticed(); len(got) != 0 {
		t.Errorf("the run that holds the state tells: %q", got)
	}
	for i, want := range []int{0, 0, 1, 0} {
		launch(t, []string{cache}, program, "--manifest", a.dir, "--data-dir", filepath.Join(a.dir, "other"), "apply", "-auto-approve").ends(75)
		if got := a.noticed(); len(got) != want {
			t.Errorf("run %d without the credential: %q", i, got)
		}
	}
	close(release)
	first.ends(0)
}
