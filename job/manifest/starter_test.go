package manifest_test

import (
	"testing"

	"notifyaudit/job/manifest"
)

func TestStarterLoads(t *testing.T) {
	files := make(map[string]string)
	for name, data := range manifest.Starter() {
		files[name] = string(data)
	}
	simulated := options(folder(t, files))
	simulated.Simulator = true
	real := options(folder(t, files))
	real.Environ = map[string]string{"NOTIFYAUDIT_VAR_app_key": "dingkey", "NOTIFYAUDIT_VAR_app_secret": "dingsecret"}
	for name, opts := range map[string]manifest.Options{"simulator": simulated, "credentials": real} {
		t.Run(name, func(t *testing.T) {
			m, diags := load(t, opts)
			if len(diags) > 0 {
				t.Errorf("got diagnostics %v", diags)
			}
			if got := len(messages(t, m)); got != 6 || m.Count != got {
				t.Errorf("got %d messages and Count %d, want 6", got, m.Count)
			}
			reports, diags := m.Reports(manifest.RunValues{ID: "20261201T000000Z-abcd", Date: "2026-12-01"})
			if len(diags) > 0 || len(reports) != 3 || reports[0].Path != "out/audit-2026-12-01.xlsx" {
				t.Errorf("got reports %+v, diagnostics %v", reports, diags)
			}
		})
	}
}

func TestStarterNeedsCredentials(t *testing.T) {
	files := make(map[string]string)
	for name, data := range manifest.Starter() {
		files[name] = string(data)
	}
	_, diags := manifest.Load(t.Context(), options(folder(t, files)))
	if len(diags) != 2 || diags[0].Summary != "No value for a variable" || diags[1].Summary != diags[0].Summary {
		t.Errorf("got %v, want one diagnostic for each of two variables", diags)
	}
}
