package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// TestSecretsAreNotShown makes mistakes around a sensitive value and looks for
// it in everything that comes out.
func TestSecretsAreNotShown(t *testing.T) {
	const canary = "hunter2-canary"
	tests := map[string]string{
		"as a title":            message("title = var.app_secret"),
		"in a template":         message(`title = "x${var.app_secret}"`),
		"in a local":            "locals {\n  a = upper(var.app_secret)\n}\n" + message("title = local.a"),
		"failing function":      message(`title = timeadd(var.app_secret, "1h")`),
		"failing duration":      message(`title = timeadd("2026-11-20T09:00:00Z", var.app_secret)`),
		"failing number":        message("target = tonumber(var.app_secret)"),
		"failing number of it":  message("target = var.app_secret"),
		"failing JSON":          message("title = jsondecode(var.app_secret)"),
		"failing regex":         message(`title = regex("[${var.app_secret}", "x")`),
		"failing format":        message(`title = format("%d", var.app_secret)`),
		"file of that name":     message("title = file(var.app_secret)"),
		"key of an object":      message("title = { for k in [1, 2] : var.app_secret => k }"),
		"as a time":             message("sent_at = var.app_secret"),
		"as an endpoint":        hr("endpoint = var.app_secret"),
		"as a duration":         hr("timeout = var.app_secret"),
		"as a path":             "audience \"a\" {\n  source = var.app_secret\n}",
		"as a report":           "report \"json\" {\n  path = var.app_secret\n}",
		"failing validation":    "variable \"y\" {\n  default = 1\n  validation {\n    condition = false\n    error_message = \"not ${var.app_secret}\"\n  }\n}",
		"written out":           "provider \"dingtalk\" {\n  alias = \"hr\"\n  app_key = \"\"\n  app_secret = \"" + canary + "\" + 1\n}",
		"written out, unclosed": "provider \"dingtalk\" {\n  alias = \"hr\"\n  app_secret = \"" + canary + "\n}",
		"unsuitable default":    "variable \"z\" {\n  type = number\n  sensitive = true\n  default = \"" + canary + "\"\n}",
		"as an index":           message(`title = { a = 1 }[var.app_secret]`),
		"in try":                message(`title = try(timeadd(var.app_secret, "1h"))`),
		"as the provider":       message("provider = var.app_secret"),
		"as user ids":           message("not_delivered = [var.app_secret]"),
		"as tags":               message("tags = { a = var.app_secret }"),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"main.audit.hcl": text, "provider.audit.hcl": provider})
			_, diags := manifest.Load(t.Context(), options(dir))
			if !diags.HasErrors() {
				t.Error("there is no mistake to show")
			}
			if shown := fmt.Sprintf("%#v", diags); strings.Contains(strings.ToLower(shown), canary) {
				t.Errorf("the secret is in %s", shown)
			}
		})
	}
}

// TestSecretsOnOneLine shows that of several secrets on a line that can't be read
// none is shown.
func TestSecretsOnOneLine(t *testing.T) {
	text := `{"provider": {"dingtalk": {"app_secret": "hunter2-canary", "access_token": "x" "y"}}}`
	_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl.json": text})))
	if shown := fmt.Sprintf("%#v", diags); !diags.HasErrors() || strings.Contains(shown, "hunter2") {
		t.Errorf("got %s", shown)
	}
}

func TestSecretInTheManifestIsAWarning(t *testing.T) {
	dir := folder(t, map[string]string{
		"main.audit.hcl": "provider \"dingtalk\" {\n  app_key = \"k\"\n  app_secret = \"hunter2-canary\"\n}\n" + message(""),
	})
	m, diags := load(t, options(dir))
	if len(diags) != 1 || diags[0].Line != 3 || !strings.Contains(diags[0].Detail, "NOTIFYAUDIT_VAR_app_secret_FILE") {
		t.Errorf("got %v", diags)
	}
	if want := "  app_secret = (sensitive)"; len(diags) > 0 && diags[0].Snippet != want {
		t.Errorf("got snippet %q, want %q", diags[0].Snippet, want)
	}
	if shown := fmt.Sprintf("%+v %#v", m.Providers, m.Providers); strings.Contains(shown, "hunter2") {
		t.Errorf("the secret is in %s", shown)
	}
}

func TestHashHasNoSecrets(t *testing.T) {
	text := map[string]string{"main.audit.hcl": titled("type = string\n default = \"d\"", "var.x")}
	hash := func(change func(*manifest.Options)) string {
		opts := options(folder(t, text))
		change(&opts)
		m, _ := load(t, opts)
		return m.Hash
	}
	first := hash(func(*manifest.Options) {})
	if again := hash(func(*manifest.Options) {}); again != first {
		t.Errorf("the same manifest hashes to %s and %s", first, again)
	}
	if other := hash(func(o *manifest.Options) { o.Vars = []string{"app_secret=other"} }); other != first {
		t.Error("a sensitive value is in the hash")
	}
	if other := hash(func(o *manifest.Options) { o.Vars = []string{"x=other"} }); other == first {
		t.Error("a variable's value is not in the hash")
	}
}
