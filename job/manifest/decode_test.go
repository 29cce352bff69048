package manifest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// contract is the example of the contract with other values.
const contract = `
audit {
  title     = "Q4 benefits notices"
  language  = "zh-CN"
  timezone  = "Asia/Shanghai"
  retention = "180d"
  refresh {
    after      = "2h"
    age        = 0.2
    stop_after = "10d12h"
  }
  backend "sqlite" {
    path   = "state/audit.db"
    create = false
  }
}
variable "app_key" { type = string }
variable "app_secret" {
  type      = string
  sensitive = true
}
locals {
  opens = "${local.what} opens"
  what  = upper("benefits")
}
provider "dingtalk" {
  app_key    = var.app_key
  app_secret = var.app_secret
  robot_code = "dingabc"
}
provider "dingtalk" {
  alias        = "hr"
  endpoint     = "http://127.0.0.1:8080/"
  access_token = var.app_secret
  proxy_url    = "http://proxy.example.com:3128"
  limit {
    requests_per_second = 40
    requests_per_month  = 0
    requests_per_run    = 7
    quota_group         = "acme"
  }
  retry {
    max_attempts  = 3
    min_backoff   = "2s"
    max_backoff   = "30s"
    give_up_after = "5m"
  }
  timeout = "3s"
}
audience "staff" { source = "staff.csv" }
audience "pair" { user_ids = ["u2", "u1"] }
message "benefits" {
  kind                 = "group"
  process_query_key    = " Kna0123= "
  open_conversation_id = "cid6KeB=="
  title                = local.opens
  sent_at              = "2026-11-20T09:00:00+08:00"
  window               = "24h"
  audience             = audience.staff
  not_delivered        = ["u2"]
  target               = 0.9
  campaign             = "q4"
  tags                 = { owner = "c&b" }
}
message "hr_note" {
  provider          = dingtalk.hr
  process_query_key = "k2"
  robot_code        = "dinghr"
  audience          = 2
}
messages "payslips" {
  source   = "payslips.csv"
  key      = "employee"
  columns  = { process_query_key = "query_key", title = "subject", sent_at = "sent", audience = "recipient" }
  roster   = audience.staff
  sent_at  = "2026-11-20 09:00"
  target   = 0.5
}
report "excel" "main" {
  path      = "out/q4-${run.date}.xlsx"
  sheets    = ["summary", "unread"]
  campaigns = ["q4"]
}
report "csv" {
  directory = "out/csv"
  headers   = "labels"
}
report "json" { path = "out/${run.id}.json" }
`

// lineOf is the line of the contract's example in which a text stands.
func lineOf(text string) int {
	before, _, _ := strings.Cut(contract, text)
	return strings.Count(before, "\n") + 1
}

func contractManifest(t *testing.T) *manifest.Manifest {
	t.Helper()
	opts := options(folder(t, map[string]string{
		"main.audit.hcl": contract,
		"staff.csv":      "user_id,name,department,joined,left,floor\nu2,B,Sales,2026-11-21,,2\nu1,A,Sales,,2026-11-19,\nu3,C,HR,2026-11-20,2026-11-20,3\nu1,A again,,,,\n",
		"payslips.csv":   "employee,query_key,subject,sent,recipient,not_delivered\ne1,k1,Your payslip,2026-11-21 10:00,u9;u1,u1; u1\ne2,k2,,,staff,\ne3,k3,,,12,\n",
	}))
	opts.Environ = map[string]string{"NOTIFYAUDIT_VAR_app_key": "dingkey", "NOTIFYAUDIT_VAR_app_secret": "hunter2-canary"}
	m, _ := load(t, opts)
	return m
}

func TestAudit(t *testing.T) {
	m := contractManifest(t)
	if m.Title != "Q4 benefits notices" || m.Language != "zh-CN" || m.Location.String() != "Asia/Shanghai" || m.DataDir != m.Dir {
		t.Errorf("got %q, %q, %v, %q", m.Title, m.Language, m.Location, m.DataDir)
	}
	if want := (job.Refresh{After: 2 * time.Hour, Age: 0.2, StopAfter: 252 * time.Hour}); m.Refresh != want {
		t.Errorf("got refresh %+v, want %+v", m.Refresh, want)
	}
	if m.Retention != 180*24*time.Hour {
		t.Errorf("got retention %v", m.Retention)
	}
	if want := (manifest.Backend{Path: "state/audit.db"}); m.Backend != want {
		t.Errorf("got backend %+v, want %+v", m.Backend, want)
	}
}

func TestDefaults(t *testing.T) {
	m, _ := load(t, options(folder(t, map[string]string{"a.audit.hcl": provider + message("")})))
	if m.Title != "Notification audit" || m.Language != "en" || m.Location != time.UTC || m.Refresh != job.DefaultRefresh() || m.Retention != 0 {
		t.Errorf("got %q, %q, %v, %+v, %v", m.Title, m.Language, m.Location, m.Refresh, m.Retention)
	}
	if want := (manifest.Backend{Path: "audit.db", Create: true}); m.Backend != want {
		t.Errorf("got backend %+v, want %+v", m.Backend, want)
	}
	p := m.Providers[0]
	want := job.Provider{
		Name: "dingtalk", Endpoint: "https://api.dingtalk.io", AppKey: "key", AppSecret: p.AppSecret, ProxyURL: p.ProxyURL,
		Limit:   job.Limit{RequestsPerSecond: 20, MaxInFlight: 20, RequestsPerMonth: 5000, Reserve: 500, QuotaGroup: "key"},
		Retry:   job.Retry{MaxAttempts: 6, MinBackoff: time.Second, MaxBackoff: time.Minute, GiveUpAfter: 15 * time.Minute},
		Timeout: 10 * time.Second,
	}
	if p != want || p.AppSecret.Reveal() != "hunter2-canary" || !p.ProxyURL.IsZero() {
		t.Errorf("got provider %+v, want %+v", p, want)
	}
	msg := messages(t, m)[0]
	if msg.Title != "message.a" || msg.Campaign != "a" || msg.ID.Kind != job.PrivateChat || msg.Audience.Form != job.AudienceUnknown {
		t.Errorf("got %+v", msg)
	}
}

func TestProviders(t *testing.T) {
	m := contractManifest(t)
	hr, found := m.Provider("dingtalk.hr")
	if !found || len(m.Providers) != 2 {
		t.Fatalf("got providers %+v", m.Providers)
	}
	want := job.Provider{
		Name: "dingtalk.hr", Endpoint: "http://127.0.0.1:8080", AccessToken: hr.AccessToken, ProxyURL: hr.ProxyURL,
		Limit:   job.Limit{RequestsPerSecond: 40, MaxInFlight: 40, RequestsPerRun: 7, QuotaGroup: "acme"},
		Retry:   job.Retry{MaxAttempts: 3, MinBackoff: 2 * time.Second, MaxBackoff: 30 * time.Second, GiveUpAfter: 5 * time.Minute},
		Timeout: 3 * time.Second,
	}
	if *hr != want || hr.AccessToken.Reveal() != "hunter2-canary" || hr.ProxyURL.Reveal() != "http://proxy.example.com:3128" {
		t.Errorf("got %+v, want %+v", *hr, want)
	}
	if _, found := m.Provider("dingtalk.none"); found {
		t.Error("found a provider that isn't there")
	}
}

func TestQuotaGroupIsNoSecret(t *testing.T) {
	m, _ := load(t, options(folder(t, map[string]string{
		"a.audit.hcl": `provider "dingtalk" { access_token = var.app_secret }` + "\n" + provider[len(providerBlock):] + message(""),
	})))
	p := m.Providers[0]
	if p.Limit.QuotaGroup != p.Credential() {
		t.Errorf("got quota group %q, want the credential's fingerprint", p.Limit.QuotaGroup)
	}
}

func TestMessages(t *testing.T) {
	m := contractManifest(t)
	shanghai := m.Location
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, shanghai)
	// On the 20th u1 had left, u2 had not joined, u3 was there for the day.
	staff := job.Audience{Form: job.AudienceListed, Size: 1, UserIDs: []string{"u3"}, Roster: "staff"}
	payslip := func(line int, employee, key string) job.Message {
		return job.Message{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.PrivateChat, ProcessQueryKey: key},
			Address: `messages.payslips["` + employee + `"]`, Title: `messages.payslips["` + employee + `"]`,
			Campaign: "payslips", RobotCode: "dingabc", SentAt: at, Target: 0.5,
			Source: job.Position{File: "payslips.csv", Line: line},
		}
	}
	first, second, third := payslip(2, "e1", "k1"), payslip(3, "e2", "k2"), payslip(4, "e3", "k3")
	first.Title, first.SentAt = "Your payslip", time.Date(2026, 11, 21, 10, 0, 0, 0, shanghai)
	first.Audience, first.NotDelivered = job.Listed("staff", []string{"u1", "u9"}), []string{"u1"}
	second.Audience = staff
	third.Audience = job.Listed("staff", []string{"12"}) // no size: other cells are user ids
	want := []job.Message{
		{
			ID:      job.MessageID{Provider: "dingtalk", Kind: job.Group, ProcessQueryKey: "Kna0123="},
			Address: "message.benefits", Title: "BENEFITS opens", Campaign: "q4",
			RobotCode: "dingabc", OpenConversationID: "cid6KeB==", SentAt: at, Window: 24 * time.Hour,
			Audience: staff, NotDelivered: []string{"u2"}, Target: 0.9, Tags: map[string]string{"owner": "c&b"},
			Source: job.Position{File: "main.audit.hcl", Line: lineOf(`message "benefits"`)},
		},
		{
			ID:      job.MessageID{Provider: "dingtalk.hr", Kind: job.PrivateChat, ProcessQueryKey: "k2"},
			Address: "message.hr_note", Title: "message.hr_note", Campaign: "hr_note", RobotCode: "dinghr",
			Audience: job.Sized(2), Source: job.Position{File: "main.audit.hcl", Line: lineOf(`message "hr_note"`)},
		},
		first, second, third,
	}
	if diff := cmp.Diff(want, messages(t, m)); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, messages(t, m)); diff != "" {
		t.Errorf("the second time (-want +got):\n%s", diff)
	}
	if m.Count != len(want) {
		t.Errorf("got Count %d, want %d", m.Count, len(want))
	}
}

func TestDirectory(t *testing.T) {
	m := contractManifest(t)
	u3, found := m.Directory.Person("staff", "u3")
	want := &job.Person{
		UserID: "u3", Name: "C", Department: "HR",
		Joined:   time.Date(2026, 11, 20, 0, 0, 0, 0, m.Location),
		Left:     time.Date(2026, 11, 21, 0, 0, 0, 0, m.Location),
		Segments: map[string]string{"floor": "3"},
	}
	if diff := cmp.Diff(want, u3); !found || diff != "" {
		t.Errorf("u3 (-want +got):\n%s", diff)
	}
	if pair, found := m.Directory.Roster("pair"); !found || pair.Len() != 2 || pair.Source != "" {
		t.Errorf("got roster %+v of the list", pair)
	}
	wantFindings := []manifest.Finding{
		{Kind: manifest.DuplicatePerson, Roster: "staff", Source: "staff.csv", Examples: []string{"u1"}, Count: 1},
		{Kind: manifest.UnknownPerson, Roster: "staff", Source: "staff.csv", Examples: []string{"u9", "12"}, Count: 2},
	}
	if diff := cmp.Diff(wantFindings, m.Findings); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

func TestReports(t *testing.T) {
	m := contractManifest(t)
	// 17:00 on the 20th in London is past midnight in Shanghai.
	reports, diags := m.Reports(manifest.RunValues{ID: "run-1", StartedAt: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)})
	want := []manifest.Report{
		{Format: "excel", Name: "main", Path: "out/q4-2026-11-21.xlsx", Sheets: []string{"summary", "unread"}, Campaigns: []string{"q4"}, People: "named", Channel: job.ChannelMail},
		{Format: "csv", Path: "out/csv", Labels: true, People: "named"},
		{Format: "json", Path: "out/run-1.json", People: "named"},
	}
	if diff := cmp.Diff(want, reports, cmpopts.EquateComparable(job.Secret{})); len(diags) > 0 || diff != "" {
		t.Errorf("diagnostics %v, reports (-want +got):\n%s", diags, diff)
	}
	if _, diags := m.Reports(manifest.RunValues{ID: "../../escaped"}); len(diags) != 1 || diags[0].Summary != "Path outside of the data folder" {
		t.Errorf("got %v for a path that the run leads out of the folder", diags)
	}
}

func TestFilesAreMerged(t *testing.T) {
	dir := folder(t, map[string]string{
		"b.audit.hcl": message(""), "a.audit.hcl": provider, "ignored.hcl": "nonsense",
		"c.audit.hcl": "message \"c\" {\n  process_query_key = \"c\"\n}",
	})
	m, _ := load(t, options(dir))
	var addresses []string
	for _, msg := range messages(t, m) {
		addresses = append(addresses, msg.Address)
	}
	if diff := cmp.Diff([]string{"message.a", "message.c"}, addresses); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
}

func TestByteOrderMark(t *testing.T) {
	dir := folder(t, map[string]string{"a.audit.hcl": "\ufeff" + provider + message("")})
	load(t, options(dir))
}

func TestNoProviderIsToldOnce(t *testing.T) {
	dir := folder(t, map[string]string{"a.audit.hcl": message("") + "\nmessage \"b\" {\n  process_query_key = \"b\"\n}"})
	_, diags := manifest.Load(t.Context(), options(dir))
	if len(diags) != 1 || diags[0].Summary != "Unknown provider" || !strings.Contains(diags[0].Detail, `provider "dingtalk" {`) {
		t.Errorf("got %v", diags)
	}
}

func TestUnknownProviderBlockIsToldOnce(t *testing.T) {
	dir := folder(t, map[string]string{"a.audit.hcl": "provider \"dingtak\" {}\n" + message("")})
	_, diags := manifest.Load(t.Context(), options(dir))
	if len(diags) != 1 || !strings.Contains(diags[0].Detail, `Did you mean "dingtalk"?`) {
		t.Errorf("got %v", diags)
	}
}

func TestNullCredentialIsNone(t *testing.T) {
	text := strings.Replace(provider, "app_key ", "access_token = null\n  app_key ", 1)
	m, _ := load(t, options(folder(t, map[string]string{"a.audit.hcl": text + message("")})))
	if p := m.Providers[0]; p.AppKey != "key" || !p.AccessToken.IsZero() {
		t.Errorf("got %+v", p)
	}
}

// TestRetentionAgainstRefresh warns when people are purged before their message is
// asked again: it never would be.
func TestRetentionAgainstRefresh(t *testing.T) {
	tests := map[string]struct {
		audit string
		want  string
	}{
		"longer than any wait":  {`retention = "3d"`, ""}, // 30 d · 0.1 / 1.1 is 2.7 d
		"shorter than the wait": {`retention = "2d"`, "can wait 3 days"},
		"asked once a week":     {"retention = \"6d\"\n  refresh { after = \"7d\" }", "can wait 7 days"},
		"asked for ever":        {"retention = \"2d\"\n  refresh { stop_after = \"0s\" }", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, diags := load(t, options(folder(t, map[string]string{
				"main.audit.hcl": "audit {\n  " + tt.audit + "\n}\n" + provider + message(`audience = 3`),
			})))
			said := ""
			for _, d := range diags {
				if d.Summary == "Purged before it is asked again" {
					checkDiagnostic(t, d, "main.audit.hcl:2", d.Summary, []string{tt.want})
					said = d.Detail
				}
			}
			if (said != "") != (tt.want != "") {
				t.Errorf("got %q, want %q", said, tt.want)
			}
		})
	}
}
