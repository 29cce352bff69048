package manifest_test

import (
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// corps is a provider for each of two organisations.
const corps = `provider "dingtalk" {
  alias        = "corp"
  for_each     = { for r in csvdecode(file("corps.csv")) : r.corp => r }
  suite_key    = "suite"
  suite_secret = var.secret
  suite_ticket = var.secrets[each.key]
  auth_corp_id = each.value.id
  robot_code   = each.value.robot
  limit {
    requests_per_second = tonumber(each.value.rate)
  }
}
variable "secret" {
  type      = string
  sensitive = true
}
variable "secrets" {
  type      = map(string)
  sensitive = true
}
`

// corpFiles are a manifest of corps and what it reads.
func corpFiles(text string) map[string]string {
	return map[string]string{
		"main.audit.hcl": text,
		"corps.csv":      "corp,id,robot,rate\nacme,dinga,ra,5\n上海,dingb,rb,7\n",
		"rows.csv":       "key,org\nK1,acme\nK2,上海\nK3,\"dingtalk.corp[\"\"acme\"\"]\"\n",
	}
}

func corpOptions(t *testing.T, files map[string]string) manifest.Options {
	t.Helper()
	o := options(folder(t, files))
	o.Environ = map[string]string{"NOTIFYAUDIT_VAR_secret": "s3cret", "NOTIFYAUDIT_VAR_secrets": `{ "acme" = "ticket-a", "上海" = "ticket-b" }`}
	return o
}

func TestProviderInstances(t *testing.T) {
	m, diags := load(t, corpOptions(t, corpFiles(corps+`
message "one" {
  provider          = dingtalk.corp["acme"]
  process_query_key = "K4"
}
message "each" {
  for_each          = { acme = "K5", "上海" = "K6" }
  provider          = dingtalk.corp[each.key]
  process_query_key = each.value
}
messages "rows" {
  source   = "rows.csv"
  provider = dingtalk.corp
  columns  = { process_query_key = "key", provider = "org" }
}
`)))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var got []string
	for _, p := range m.Providers {
		got = append(got, p.Name+" "+p.AuthCorpID+" "+p.SuiteTicket.Reveal()+" "+p.Limit.QuotaGroup)
		if p.Limit.RequestsPerSecond != map[string]int{"dinga": 5, "dingb": 7}[p.AuthCorpID] {
			t.Errorf("%s has %d requests a second", p.Name, p.Limit.RequestsPerSecond)
		}
	}
	for _, msg := range messages(t, m) {
		got = append(got, msg.ID.ProcessQueryKey+" "+msg.ID.Provider+" "+msg.RobotCode)
	}
	want := `dingtalk.corp["acme"] dinga ticket-a dinga, dingtalk.corp["上海"] dingb ticket-b dingb, ` +
		`K4 dingtalk.corp["acme"] ra, K5 dingtalk.corp["acme"] ra, K6 dingtalk.corp["上海"] rb, ` +
		`K1 dingtalk.corp["acme"] ra, K2 dingtalk.corp["上海"] rb, K3 dingtalk.corp["acme"] ra`
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
}

func TestProviderInstancesInJSON(t *testing.T) {
	files := corpFiles(corps)
	files["more.audit.hcl.json"] = `{"message": {"each": {"for_each": {"acme": "K1"},
		"provider": "${dingtalk.corp[each.key]}", "process_query_key": "${each.value}"},
		"one": {"provider": "dingtalk.corp[\"上海\"]", "process_query_key": "K2"}}}`
	m, _ := load(t, corpOptions(t, files))
	all := messages(t, m)
	if len(all) != 2 || all[0].ID.Provider != `dingtalk.corp["acme"]` || all[1].ID.Provider != `dingtalk.corp["上海"]` {
		t.Errorf("got %+v", all)
	}
}

func TestProviderInstancesMistakes(t *testing.T) {
	const rows = "messages \"rows\" {\n  source = \"rows.csv\"\n  provider = dingtalk.corp\n"
	twice := strings.Replace(corps, "each.value.id", `"dinga"`, 1)
	tests := []struct {
		name, text, summary string
		says                []string
	}{
		{"no alias", strings.Replace(corps, "  alias        = \"corp\"\n", "", 1), "Missing required argument", []string{"alias", "for_each"}},
		{"alias of each", strings.Replace(corps, `"corp"`, "each.key", 1), "Reference out of place", []string{"each"}},
		{"one credential", twice, "Two providers with one credential", []string{`dingtalk.corp["上海"]`, `dingtalk.corp["acme"]`}},
		{"one mistake in all", strings.Replace(corps, "tonumber(each.value.rate)", "1000", 1), "Number out of range", []string{"2 instances", `"acme"`, `"上海"`}},
		{"unknown column", strings.Replace(corps, "each.value.robot", "each.value.bot", 1), "Unsupported attribute", []string{"2 instances"}},
		{"empty key", strings.Replace(corps, "r.corp => r", `"" => r...`, 1), "Unsuitable for_each", []string{"key"}},
		{"no key", corps + "message \"m\" {\n  provider = dingtalk.corp\n  process_query_key = \"K\"\n}", "Instance missing", []string{`dingtalk.corp["key"]`}},
		{"no default", corps + "message \"m\" {\n  process_query_key = \"K\"\n}", "Unknown provider", []string{`dingtalk.corp["acme"]`}},
		{"wrong key", corps + "message \"m\" {\n  provider = dingtalk.corp[\"acmee\"]\n  process_query_key = \"K\"\n}", "Unknown provider", []string{`dingtalk.corp["acme"]`}},
		{"wrong name in the key", corps + "message \"m\" {\n  for_each = toset([\"acme\"])\n  provider = dingtalk.corp[each.kee]\n  process_query_key = \"K\"\n}", "Undeclared reference", []string{"kee", "key"}},
		{"null key", corps + "message \"m\" {\n  provider = dingtalk.corp[null]\n  process_query_key = \"K\"\n}", "Unsuitable value", []string{"no value"}},
		{"secret key", corps + "message \"m\" {\n  provider = dingtalk.corp[var.secret]\n  process_query_key = \"K\"\n}", "Sensitive value", []string{"key in provider"}},
		{"a row without", corps + rows + "  columns = { process_query_key = \"org\" }\n}", "Instance missing", []string{"column"}},
		{"a row with another", corps + rows + "  columns = { process_query_key = \"org\", provider = \"key\" }\n}", "Unknown provider", []string{`dingtalk.corp["K1"]`}},
		{"a name twice", corps + "provider \"dingtalk\" {\n  alias = \"corp\"\n  access_token = var.secret\n}", "Two providers with one name", []string{"dingtalk.corp"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), corpOptions(t, corpFiles(tt.text)))
			for _, d := range diags {
				missing := d.Summary != tt.summary || d.Severity != manifest.SeverityError
				for _, text := range tt.says {
					missing = missing || !strings.Contains(d.Detail, text)
				}
				if !missing {
					return
				}
			}
			t.Errorf("no %q that says %q in:\n%v", tt.summary, tt.says, diags)
		})
	}
}

// TestProviderSecretInTable: a secret that is a cell of a table is one that everybody
// reads.
func TestProviderSecretInTable(t *testing.T) {
	_, diags := load(t, corpOptions(t, corpFiles(strings.Replace(corps, "var.secrets[each.key]", "each.value.robot", 1))))
	for _, d := range diags {
		if d.Severity == manifest.SeverityWarning && d.Summary == "Secret in a table" && strings.Contains(d.Detail, "var.suite_tickets[each.key]") {
			return
		}
	}
	t.Errorf("no warning in:\n%v", diags)
}
