package cli_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"notifyaudit/job/longtest"
	"notifyaudit/job/simulator/scenario"
)

// managedAudit is an audit whose report is split by manager. Of the managers 李 and 王
// have an address, 赵 none, and u6 has no manager.
func managedAudit(t *testing.T) *mailedAudit {
	t.Helper()
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("staff.csv", "user_id,name,manager,email\nl1,李,,li@example.com\nw1,王,,Wang <wang@example.com>\nz1,赵,,n/a\n"+
		"u1,Canary-One,李,\nu2,Canary-Two,李,\nu3,Canary-Three,王,\nu4,Canary-Four,赵,\nu6,Canary-Six,,\n")
	a.write("deliver.audit.hcl", strings.NewReplacer(`["excel"]`, `["excel.chase", "json"]`, "to =", "cc = [\"boss@example.com\"]\n  to =").Replace(a.mailTarget("always"))+chaseReport)
	return a
}

// A sentMail is what a post office took.
type sentMail struct {
	id, subject, text string
	// files are the names of what is attached.
	files []string
}

// sent are the mails since the last call, by recipients.
func (a *mailedAudit) sent() map[string]sentMail {
	a.t.Helper()
	mails, _ := a.office.taken()
	all := make(map[string]sentMail)
	for _, raw := range mails {
		m, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			a.t.Fatal(err)
		}
		to := m.Header.Get("To") + m.Header.Get("Cc")
		if _, again := all[to]; again {
			a.t.Errorf("two mails to %s", to)
		}
		subject, texts, attached := mailParts(a.t, raw)
		one := sentMail{id: m.Header.Get("Message-ID"), subject: subject, text: strings.Join(texts, "\n")}
		for _, file := range attached {
			name, data, _ := strings.Cut(file, ": ")
			one.files = append(one.files, name)
			folder := filepath.Join(a.dir, "out")
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				folder = filepath.Join(folder, "chase")
			}
			if written, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(written) != data {
				a.t.Errorf("%s is not what was written: %v", name, err)
			}
		}
		slices.Sort(one.files)
		all[to] = one
	}
	return all
}

const toHR = "<hr@example.com><boss@example.com>"

// TestDeliversToManagers: each manager gets the file of their people and nothing of
// others; the target's own recipients get the index and what no manager could be sent.
func TestDeliversToManagers(t *testing.T) {
	a := managedAudit(t)
	if said := a.runs(0, "validate"); !strings.Contains(said, "email.hr sends the files of report excel.chase to 2 managers, and those of 1 without") {
		t.Errorf("validate says %s", said)
	}
	said := a.runs(0, "apply", "-auto-approve")
	mails := a.sent()
	if len(mails) != 3 {
		t.Fatalf("%d mails: %v", len(mails), mails)
	}
	for to, want := range map[string]string{
		"<li@example.com>": "李.xlsx", "<wang@example.com>": "王.xlsx",
		toHR: "audit.json index.csv none.xlsx 赵.xlsx",
	} {
		if got := strings.Join(mails[to].files, " "); got != want || mails[to].subject != "福利通知" {
			t.Errorf("%s got %q, %s; want %s", to, mails[to].subject, got, want)
		}
	}
	li, own := mails["<li@example.com>"].text, mails[toHR].text
	if !strings.Contains(li, "您是以下人员的直属主管") || strings.Contains(li, "Three") || strings.Contains(li, "王") || strings.Contains(li, "赵") {
		t.Errorf("the manager reads %s", li)
	}
	if !strings.Contains(own, "没有直属主管的人员") || !strings.Contains(own, "赵") || strings.Contains(own, "王") {
		t.Errorf("HR reads %s", own)
	}
	if strings.Contains(said, "example.com") || strings.Contains(said, "李") || !strings.Contains(said, "sent to their managers: 2, with the index: 2.") {
		t.Errorf("apply says %s", said)
	}
	if kept := a.runs(0, "state", "export"); strings.Contains(kept, "email.hr/") {
		t.Error("the state keeps parts of what is settled")
	}
	a.runs(0, "deliver")
	if mails = a.sent(); len(mails) > 0 {
		t.Errorf("sent again: %v", mails)
	}
	a.now = a.now.Add(24 * time.Hour)
	a.runs(0, "apply", "-auto-approve")
	if mails = a.sent(); len(mails) != 3 {
		t.Errorf("%d mails the next day", len(mails))
	}
}

// TestDeliveryToAManagerThatFails is owed and sent alone; HR has the file meanwhile.
func TestDeliveryToAManagerThatFails(t *testing.T) {
	a := managedAudit(t)
	a.office.answer("550 <wang@example.com>: no such user", "wang")
	said := a.runs(3, "apply", "-auto-approve")
	if !strings.Contains(said, "1 of 2 mails to managers") || strings.Contains(said, "wang") {
		t.Errorf("apply says %s", said)
	}
	mails := a.sent()
	if got := strings.Join(mails[toHR].files, " "); len(mails) != 2 || got != "audit.json index.csv none.xlsx 王.xlsx 赵.xlsx" {
		t.Fatalf("%d mails, HR got %s", len(mails), got)
	}
	a.runs(3, "deliver")
	if mails = a.sent(); len(mails) != 0 {
		t.Errorf("sent again: %v", mails)
	}
	a.office.answer("", "")
	a.runs(0, "deliver")
	if mails = a.sent(); len(mails) != 1 || mails["<wang@example.com>"].files[0] != "王.xlsx" {
		t.Errorf("sent then: %v", mails)
	}
	if said = a.runs(0, "deliver"); !strings.Contains(said, "Nothing is owed.") {
		t.Errorf("deliver says %s", said)
	}
}

// TestNoticeBeforeAManagersFile: that there is no new data the target is told while a manager
// is owed a file, which is sent all the same.
func TestNoticeBeforeAManagersFile(t *testing.T) {
	a := managedAudit(t)
	a.office.answer("550 no such user", "wang")
	a.runs(3, "apply", "-auto-approve")
	a.sent()
	refuses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","message":"no"}`)
	}))
	t.Cleanup(refuses.Close)
	main, err := os.ReadFile(filepath.Join(a.dir, "main.audit.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	a.write("main.audit.hcl", regexp.MustCompile(`endpoint *= .*`).ReplaceAllString(string(main), `endpoint = "`+refuses.URL+`"`))
	a.now = a.now.Add(24 * time.Hour)
	a.runs(78, "apply", "-auto-approve")
	if mails := a.sent(); len(mails) != 1 || mails[toHR].subject != "没有新数据：福利通知" {
		t.Errorf("sent without new data: %v", mails)
	}
	a.office.answer("", "")
	a.runs(0, "deliver")
	if mails := a.sent(); len(mails) != 1 || len(mails["<wang@example.com>"].files) != 1 {
		t.Errorf("sent then: %v", mails)
	}
}

// TestMailServerGoneAmidManagers: when the server is gone nobody else is tried, and all
// that is left is sent later under the ids that it had.
func TestMailServerGoneAmidManagers(t *testing.T) {
	longtest.Require(t) // it is tried again for seconds
	a := managedAudit(t)
	a.office.answer("451 later", "wang")
	a.runs(3, "apply", "-auto-approve")
	if mails := a.sent(); len(mails) != 1 || mails["<li@example.com>"].id == "" {
		t.Fatalf("sent: %v", mails)
	}
	a.office.answer("", "")
	a.runs(0, "deliver")
	if mails := a.sent(); len(mails) != 2 || mails["<wang@example.com>"].id == "" || mails[toHR].id == "" {
		t.Errorf("sent then: %v", mails)
	}
}

// TestDeliveryThatIsRefusedToOne: the others get the mail once; what is owed is the part of
// the one that was refused.
func TestDeliveryThatIsRefusedToOne(t *testing.T) {
	a := newMailedAudit(t, serveAPI(t, scenario.Scenario{}).url)
	a.write("deliver.audit.hcl", strings.Replace(a.mailTarget("always"), `to = ["hr@`, `cc = ["boss@example.com"]
  to = ["gone@example.com", "hr@`, 1))
	delivered := func() (all []string) {
		mails, _ := a.office.taken()
		for _, raw := range mails {
			m, err := mail.ReadMessage(strings.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, m.Header.Get("Delivered-To"))
		}
		return all
	}
	a.office.answer("550 no such user", "gone")
	said := a.runs(3, "apply", "-auto-approve")
	if !strings.Contains(said, `recipient 1: 550 "no such user" (all other recipients have it)`) || strings.Contains(said, "gone@") {
		t.Errorf("apply says %s", said)
	}
	a.runs(3, "deliver")
	if got := delivered(); len(got) != 1 || got[0] != "<hr@example.com> <boss@example.com>" {
		t.Errorf("delivered: %q", got)
	}
	a.office.answer("", "")
	a.runs(0, "deliver")
	if got := delivered(); len(got) != 1 || got[0] != "<gone@example.com>" {
		t.Errorf("delivered then: %q", got)
	}
	if kept := a.runs(0, "state", "export"); strings.Contains(kept, "email.hr/") {
		t.Error("the state keeps parts of what is settled")
	}
	a.now = a.now.Add(24 * time.Hour)
	a.runs(0, "apply", "-auto-approve")
	if got := delivered(); len(got) != 1 || strings.Count(got[0], "<") != 3 {
		t.Errorf("delivered the next day: %q", got)
	}
}
