package manifest_test

import (
	"strings"
	"testing"
)

// TestWarningsOfProviders: a secret as a default, and an endpoint that is no host of
// the vendor's, are worth a word.
func TestWarningsOfProviders(t *testing.T) {
	const secret = "variable \"app_secret\" {\n  sensitive = true\n  default = \"hunter2-canary\"\n}\n"
	for text, want := range map[string]string{
		secret + providerBlock: "NOTIFYAUDIT_VAR_app_secret_FILE",
		"provider \"dingtalk\" {\n  endpoint = \"https://api.dingtalk.con\"\n  access_token = var.t\n}\nvariable \"t\" {\n  default = join(\"\", [\"a\"])\n}": `Did you mean "api.dingtalk.com"?`,
		"provider \"dingtalk\" {\n  endpoint = \"https://gateway.example\"\n  access_token = var.t\n}\nvariable \"t\" {\n  default = join(\"\", [\"a\"])\n}":  `DingTalk's are`,
	} {
		_, diags := load(t, options(folder(t, map[string]string{"a.audit.hcl": text + "\n" + message("")})))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, want) || strings.Contains(diags[0].Detail+diags[0].Snippet, "hunter2") {
			t.Errorf("got %v, want %s", diags, want)
		}
	}
	simulated := options(folder(t, map[string]string{"a.audit.hcl": secret + providerBlock + "\n" + message("")}))
	simulated.Simulator = true
	if _, diags := load(t, simulated); len(diags) > 0 {
		t.Errorf("for the simulator: %v", diags)
	}
}
