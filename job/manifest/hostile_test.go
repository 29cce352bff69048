package manifest_test

import (
	"runtime"
	"strings"
	"testing"

	"notifyaudit/job/longtest"
	"notifyaudit/job/manifest"
)

// TestManyMistakes loads files with a mistake in every second byte: what is told
// of them is bounded.
func TestManyMistakes(t *testing.T) {
	n := longtest.N(10_000, 150_000)
	tests := map[string]string{
		"arguments set again":    "locals {\n" + strings.Repeat("a = 1\n", n) + "}",
		"characters on one line": "locals { a = " + strings.Repeat("“ ", 200_000) + "}",
		"blocks nobody knows":    strings.Repeat("x {}\n", n),
		"arguments nobody knows": "audit {\n" + strings.Repeat("a", 500_000) + " = 1\n}",
		"unfinished lines":       strings.Repeat("a =\n", n),
		"quotation marks":        strings.Repeat("a = \"\n", n),
		"a line of secrets":      "locals { a = \"" + strings.Repeat("secret = \\\"x\\\" ", 50_000) + "\" \n b = nothing() }",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl": text, "provider.audit.hcl": provider})))
			runtime.ReadMemStats(&after)
			if !diags.HasErrors() {
				t.Error("it loaded")
			}
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<30 {
				t.Errorf("it allocated %d MiB", allocated>>20)
			}
			size := 0
			for _, d := range diags {
				size += len(d.String()) + len(d.Snippet)
			}
			if size > 1<<20 {
				t.Errorf("%d diagnostics of %d bytes", len(diags), size)
			}
		})
	}
}

// FuzzAuditvars looks for crashes in files of values, and for the secret in what
// is told of them.
func FuzzAuditvars(f *testing.F) {
	for _, seed := range []string{
		"", "x = 1", "x = [1, {a = \"b\"}]\n", "x = \"${x}\"", "x = file(\"/proc/self/environ\")", "x = <<EOT\na\nEOT\n", "x {\n}\n", "y = 1\nx = 2\nx = 3",
		"s = \"other-secret-canary\"\nx = (", "s = upper(\"hunter\")", "x = [for i in range(10) : i]", "x = null", "x = 1e999999999", "\ufeffx = 1", strings.Repeat("x = [", 70),
	} {
		f.Add(seed)
	}
	const main = "variable \"x\" {\n  type = any\n  default = 1\n}\nvariable \"s\" {\n  type = string\n  sensitive = true\n  default = \"\"\n}\n" +
		"message \"a\" {\n  process_query_key = \"K\"\n  title = try(tostring(var.x), \"none\")\n}\n"
	f.Fuzz(func(t *testing.T, values string) {
		dir := folder(t, map[string]string{"main.audit.hcl": main, "provider.audit.hcl": provider, "v.auto.auditvars": values})
		m, diags := manifest.Load(t.Context(), options(dir))
		if (m == nil) != diags.HasErrors() {
			t.Errorf("got manifest %v with diagnostics %v", m, diags)
		}
		for _, d := range diags {
			if strings.Contains(d.String()+d.Snippet, "hunter2-canary") || strings.Contains(d.Detail, "PATH=") {
				t.Errorf("the secret is in %v", d)
			}
		}
	})
}
