package manifest_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/manifest"
)

// provider is a provider block that is as good as any, with its variable. The
// secret is not written out, which would be a warning.
const (
	providerBlock = `
provider "dingtalk" {
  app_key    = "key"
  app_secret = var.app_secret
}`
	provider = providerBlock + `
variable "app_secret" {
  type      = string
  sensitive = true
  default   = join("-", ["hunter2", "canary"])
}
`
)

// folder writes files and returns where they are.
func folder(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// options are those of a folder, on a day in 2026.
func options(dir string) manifest.Options {
	return manifest.Options{
		Path: dir,
		Now:  func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) },
	}
}

// load loads a folder that has no mistakes.
func load(t *testing.T, opts manifest.Options) (*manifest.Manifest, manifest.Diagnostics) {
	t.Helper()
	m, diags := manifest.Load(t.Context(), opts)
	if diags.HasErrors() {
		t.Fatalf("the manifest doesn't load: %v", diags)
	}
	return m, diags
}

// messages reads all messages.
func messages(t *testing.T, m *manifest.Manifest) []job.Message {
	t.Helper()
	var all []job.Message
	for msg, err := range m.Messages() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, msg)
	}
	return all
}
