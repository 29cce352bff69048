package manifest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
	"notifyaudit/job/manifest/delivery"
)

// deliveries are report and deliver blocks; every secret is a variable.
const deliveries = `
report "excel" { path = "out/q4-${run.date}.xlsx" }
report "excel" "hr" { path = "out/hr.xlsx" }
report "markdown" { path = "out/summary.md" }
report "json" { path = "out/audit.json" }
deliver "email" "hr" {
  host     = "smtp.example.com"
  username = "audit"
  password = var.app_secret
  from     = "审计 <audit@example.com>"
  to       = ["HR <hr@example.com>", "boss@example.com"]
  cc       = ["c@example.com"]
  subject  = "Q4 ${run.date}"
  on       = "problem"
  reports  = ["excel.hr"]
}
deliver "s3" "archive" {
  endpoint   = "https://oss-cn-hangzhou.aliyuncs.com"
  bucket     = "audits"
  prefix     = "/${run.date}/"
  access_key = "LTAI"
  secret_key = var.app_secret
}
deliver "dingtalk" "group" {
  webhook = "http://127.0.0.1:9/robot/send?access_token=${var.app_secret}"
  secret  = var.app_secret
}
deliver "webhook" "intake" {
  url   = "https://intake.example.com/audits"
  token = var.app_secret
}
`

func TestDeliveries(t *testing.T) {
	dir := folder(t, map[string]string{"main.audit.hcl": deliveries, "provider.audit.hcl": provider})
	m, _ := load(t, options(dir))
	targets, diags := m.Deliveries(manifest.RunValues{ID: "r1", StartedAt: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)})
	if diags.HasErrors() || len(targets) != 4 {
		t.Fatalf("%d targets, %v", len(targets), diags)
	}
	var labels, reports []string
	for _, target := range targets {
		labels = append(labels, target.Label())
		reports = append(reports, strings.Join(target.Reports, " "))
	}
	if diff := cmp.Diff([]string{"email.hr", "s3.archive", "dingtalk.group", "webhook.intake"}, labels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"excel.hr", "excel excel.hr markdown json", "markdown", "json"}, reports); diff != "" {
		t.Error(diff)
	}
	e := *targets[0].Email
	secret := e.Password.Reveal()
	e.Password = job.Secret{}
	if diff := cmp.Diff(delivery.Email{
		Host: "smtp.example.com", Port: 587, TLS: "starttls", Username: "audit", From: "审计 <audit@example.com>",
		To: []string{"HR <hr@example.com>", "boss@example.com"}, CC: []string{"c@example.com"},
		Subject: "Q4 2026-11-28", MaxAttachments: 10_000_000,
	}, e, cmp.AllowUnexported(e.Password)); diff != "" || secret == "" || targets[0].On != delivery.Problem {
		t.Errorf("%s, on %s", diff, targets[0].On)
	}
	if s := targets[1].S3; s.Host != "oss-cn-hangzhou.aliyuncs.com" || s.Plain || s.Prefix != "2026-11-28" || s.SecretKey.Reveal() != secret {
		t.Errorf("got %+v", s)
	}
}

func TestTextfile(t *testing.T) {
	for text, want := range map[string]string{
		`metrics "textfile" { path = "metrics/audit.prom" }`:                                     "",
		`metrics "textfiles" { path = "audit.prom" }`:                                            "Unknown metrics",
		`metrics "textfile" { path = "audit.txt" }`:                                              "Unsuitable path",
		`metrics "textfile" { path = "../audit.prom" }`:                                          "Path outside of the data folder",
		`metrics "textfile" {}`:                                                                  "Missing required argument",
		"metrics \"textfile\" { path = \"a.prom\" }\nmetrics \"textfile\" { path = \"b.prom\" }": "Two blocks with one name",
	} {
		m, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl": text, "provider.audit.hcl": provider})))
		diags = errorsOf(diags)
		if want == "" && (len(diags) > 0 || m.Textfile != "metrics/audit.prom") || want != "" && (len(diags) != 1 || diags[0].Summary != want) {
			t.Errorf("%s: got %v, want %q", text, diags, want)
		}
	}
}

// TestDeliveryMistakes: each wrong field is one diagnostic with a hint, and shows no
// secret.
func TestDeliveryMistakes(t *testing.T) {
	for name, c := range map[string]struct{ was, is, want, says string }{
		"unknown type":       {`"email" "hr"`, `"emial" "hr"`, "Unknown target", `Did you mean "email"?`},
		"no name":            {`"email" "hr"`, `"email"`, "Label missing", `deliver "email" "…" { … }`},
		"unknown argument":   {`cc       =`, `bcc       =`, "Unsupported argument", "bcc"},
		"of another type":    {`bucket     = "audits"`, "bucket = \"audits\"\n  host = \"x\"", "Unsupported argument", "host"},
		"occasion":           {`"problem"`, `"problems"`, "Unknown occasion", `Did you mean "problem"?`},
		"report":             {`"excel.hr"`, `"exel.hr"`, "Unknown report", `Did you mean "excel.hr"?`},
		"host with a port":   {`"smtp.example.com"`, `"smtp.example.com:25"`, "Unsuitable host", "port = "},
		"host that is none":  {`"smtp.example.com"`, `"smtp..example.com"`, "Unsuitable host", "port = "},
		"port of a store":    {`aliyuncs.com"`, `aliyuncs.com:99999"`, "Unsuitable address", "65535"},
		"port of a robot":    {`127.0.0.1:9`, `127.0.0.1:99999`, "Unsuitable address", "65535"},
		"port of a webhook":  {`"https://intake`, `"https://intake:0/`, "Unsuitable address", "65535"},
		"encryption":         {`subject  = "Q4 ${run.date}"`, `tls = "ssl"`, "Unknown encryption", "starttls"},
		"in the open":        {`subject  = "Q4 ${run.date}"`, `tls = "none"`, "Unencrypted mail", "loopback"},
		"address":            {`"boss@example.com"`, `"boss"`, "Unsuitable address", `"boss"`},
		"no recipient":       {`["HR <hr@example.com>", "boss@example.com"]`, `[]`, "Empty value", "to"},
		"user alone":         {"  password = var.app_secret\n", "", "Missing required argument", "goes with password"},
		"run without a name": {`${run.date}"` + "\n  on", `${run.day}"` + "\n  on", "Undeclared reference", `"day"`},
		"plain store":        {`"https://oss-cn-hangzhou.aliyuncs.com"`, `"http://oss-cn-hangzhou.aliyuncs.com"`, "Unsuitable address", "https"},
		"bucket in path":     {`aliyuncs.com"`, `aliyuncs.com/audits"`, "Unsuitable endpoint", "bucket"},
		"bucket of 2":        {`bucket     = "audits"`, `bucket     = "ab"`, "Unsuitable bucket", "3 to 63"},
		"bucket's folder":    {`bucket     = "audits"`, `bucket     = "audits/x"`, "Unsuitable bucket", "prefix"},
		"bucket with dots":   {`bucket     = "audits"`, `bucket     = "audits..x"`, "Unsuitable bucket", "3 to 63"},
		"blank in a query":   {`"https://intake`, `"https://intake/?a=b c`, "Unsuitable address", "%20"},
		"no bucket":          {"  bucket     = \"audits\"\n", "", "Missing required argument", "bucket"},
		"plain robot":        {`http://127.0.0.1:9`, `http://oapi.dingtalk.com`, "Unsuitable address", "https"},
		"nothing to post":    {`report "markdown" { path = "out/summary.md" }`, "", "Report missing", `report "markdown"`},
		"two to post":        {`report "json" { path = "out/audit.json" }`, "report \"json\" { path = \"a.json\" }\nreport \"json\" \"b\" { path = \"b.json\" }", "One report", `reports = ["json.NAME"]`},
		"token shown":        {`url   = "https://intake`, `url   = "ftp://${var.app_secret}intake`, "Unsuitable address", "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(deliveries, c.was, c.is, 1)
			if text == deliveries {
				t.Fatal("nothing was changed")
			}
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl": text, "provider.audit.hcl": provider})))
			diags = errorsOf(diags)
			if len(diags) != 1 || diags[0].Summary != c.want || !strings.Contains(diags[0].Detail, c.says) || strings.Contains(diags[0].Detail, "hunter2") {
				t.Errorf("got %v, want one %q that says %q", diags, c.want, c.says)
			}
		})
	}
}
