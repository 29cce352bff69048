package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// forms are the four credentials, each of a provider of its own.
const forms = `
variable "s" {
  sensitive = true
  default   = join("-", ["hunter2", "canary"])
}
provider "dingtalk" {
  app_key    = "key"
  app_secret = var.s
}
provider "dingtalk" {
  alias        = "isv"
  suite_key    = "suite"
  suite_secret = var.s
  suite_ticket = var.s
  auth_corp_id = "ding9f50b15bccd16741"
}
provider "dingtalk" {
  alias         = "unified"
  client_id     = "client"
  client_secret = var.s
  corp_id       = "ding9f50b15bccd16741"
}
provider "dingtalk" {
  alias        = "hand"
  access_token = var.s
}
`

func TestCredentialForms(t *testing.T) {
	m, diags := load(t, options(folder(t, map[string]string{"a.audit.hcl": forms + message("")})))
	if len(diags) > 0 {
		t.Errorf("got %v", diags)
	}
	isv, unified, hand := m.Providers[1], m.Providers[2], m.Providers[3]
	if isv.SuiteKey != "suite" || isv.AuthCorpID != "ding9f50b15bccd16741" || isv.AppKey != "" {
		t.Errorf("third-party app: %+v", isv)
	}
	if unified.ClientID != "client" || unified.CorpID != "ding9f50b15bccd16741" || unified.AppKey != "" {
		t.Errorf("unified app: %+v", unified)
	}
	for name, secret := range map[string]job.Secret{
		"suite_secret": isv.SuiteSecret, "suite_ticket": isv.SuiteTicket, "client_secret": unified.ClientSecret, "access_token": hand.AccessToken,
	} {
		if secret.Reveal() != "hunter2-canary" {
			t.Errorf("%s is %q", name, secret.Reveal())
		}
	}
	// The two apps spend the same organisation's calls.
	want := []string{"key", "ding9f50b15bccd16741", "ding9f50b15bccd16741", hand.Credential()}
	for i, p := range m.Providers {
		if p.Limit.QuotaGroup != want[i] {
			t.Errorf("%s: quota group %q, want %q", p.Name, p.Limit.QuotaGroup, want[i])
		}
	}
}

// A corp id from a sensitive variable still tells the organisations apart, without
// being shown.
func TestQuotaGroupOfASecretCorpID(t *testing.T) {
	var text strings.Builder
	text.WriteString("variable \"corp\" {\n  sensitive = true\n  default = \"corpcanary\"\n}\n")
	for i, corp := range []string{"var.corp", "var.corp", `"other"`} {
		fmt.Fprintf(&text, "provider \"dingtalk\" {\n  alias = \"p%d\"\n  client_id = \"c%d\"\n  client_secret = \"s\"\n  corp_id = %s\n}\n", i, i, corp)
	}
	m, _ := load(t, options(folder(t, map[string]string{"a.audit.hcl": text.String()})))
	groups := []string{m.Providers[0].Limit.QuotaGroup, m.Providers[1].Limit.QuotaGroup, m.Providers[2].Limit.QuotaGroup}
	if groups[0] != groups[1] || groups[0] == groups[2] || strings.Contains(groups[0], "corpcanary") || groups[0] == "" {
		t.Errorf("quota groups %q", groups)
	}
}

func TestCredentialMistakes(t *testing.T) {
	block := func(arguments ...string) string {
		return "provider \"dingtalk\" {\n  " + strings.Join(arguments, "\n  ") + "\n}\n" +
			"variable \"s\" {\n  sensitive = true\n  default = join(\"-\", [\"hunter2\", \"canary\"])\n}\n"
	}
	for name, tt := range map[string]struct {
		text string
		line int
		want string
		says []string
	}{
		"none": {block(), 1, "Credential missing", []string{"app_key and app_secret; or", "access_token"}},
		"no ticket": {
			block(`suite_key = "k"`, "suite_secret = var.s", `auth_corp_id = "c"`), 1,
			"Missing required argument",
			[]string{"suite_ticket", "pushed"},
		},
		"the console's words for an internal app": {
			block(`client_id = "k"`, "client_secret = var.s"), 1,
			"Missing required argument",
			[]string{"corp_id", "app_key and app_secret"},
		},
		"an app and an organisation": {
			block(`app_key = "k"`, "app_secret = var.s", `corp_id = "c"`), 4,
			"Two credentials",
			[]string{"corp_id is set in addition to app_key and app_secret", "quota_group"},
		},
		"two apps": {
			block(`app_key = "k"`, "app_secret = var.s", `suite_key = "k"`, "suite_secret = var.s"), 4,
			"Two credentials",
			[]string{"suite_key and suite_secret are set in addition to app_key and app_secret", "client_id, client_secret and corp_id"},
		},
		"a path for a corp id": {
			block(`client_id = "k"`, "client_secret = var.s", `corp_id = "../x"`), 4,
			"Unsuitable value",
			[]string{"corp_id", "letters and digits"},
		},
		"an empty client": {block(`client_id = ""`, "client_secret = var.s", `corp_id = "c"`), 2, "Empty value", []string{"client_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl": tt.text})))
			diags = errorsOf(diags)
			if len(diags) != 1 {
				t.Fatalf("got %d errors, want 1: %v", len(diags), diags)
			}
			checkDiagnostic(t, diags[0], fmt.Sprintf("main.audit.hcl:%d", tt.line), tt.want, tt.says)
		})
	}
}
