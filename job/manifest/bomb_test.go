package manifest_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"notifyaudit/job/longtest"
	"notifyaudit/job/manifest"
)

// doubling makes n locals, each twice the one before.
func doubling(n int, first, next string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "locals {\n  l0 = %s\n", first)
	for i := range n {
		fmt.Fprintf(&b, "  l%d = %s\n", i+1, strings.ReplaceAll(next, "X", fmt.Sprintf("local.l%d", i)))
	}
	fmt.Fprintf(&b, "}\nmessage \"a\" {\n  process_query_key = \"k\"\n  title = length(local.l%d)\n}\n", n)
	return b.String()
}

// manyIDs is a table of ids.
func manyIDs(n int) string {
	var b strings.Builder
	b.WriteString("id\n")
	for i := range n {
		fmt.Fprintf(&b, "r%d\n", i)
	}
	return b.String()
}

// TestJSONBombs does the same in the JSON syntax, whose texts are templates.
func TestJSONBombs(t *testing.T) {
	doubled := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"locals": {"l0": "0123456789"`)
		for i := range n {
			fmt.Fprintf(&b, `, "l%d": "${local.l%d}${local.l%d}"`, i+1, i, i)
		}
		return b.String() + "}}"
	}
	tests := map[string]string{
		"lists":   `{"locals": {"a": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}}",
		"objects": strings.Repeat(`{"locals":`, 10_000),
		"doubled": doubled(40),
		"texts":   `{"locals": {"a": "` + strings.Repeat("${", 10_000) + strings.Repeat("}", 10_000) + `"}}`,
		"sum":     `{"locals": {"a": "${` + strings.Repeat("1+", 100_000) + `1}"}}`,
		"NUL":     "{\"locals\": {\"a\": \"\x00\"}}",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{"main.audit.hcl.json": text})))
			runtime.ReadMemStats(&after)
			if len(errorsOf(diags)) != 1 {
				t.Errorf("got %v, want one error", diags)
			}
			if peak := after.Sys - before.Sys; peak > 1<<30 {
				t.Errorf("it took %d MiB", peak>>20)
			}
		})
	}
}

// TestBombs loads inputs that would overflow the stack or fill the memory.
func TestBombs(t *testing.T) {
	deep := func(open, middle, end string, n int) string {
		return "locals {\n  a = " + strings.Repeat(open, n) + middle + strings.Repeat(end, n) + "\n}"
	}
	tests := map[string]string{
		"templates":         deep(`"${`, `"x"`, `}"`, 100_000),
		"brackets":          deep("[", "1", "]", 100_000),
		"parentheses":       deep("(", "1", ")", 100_000),
		"objects":           deep("{a=", "1", "}", 100_000),
		"blocks":            strings.Repeat("audit {\n", 100_000),
		"unclosed":          "locals { a = " + strings.Repeat("(", 100_000),
		"negations":         deep("!", "true", "", 100_000),
		"minuses":           deep("-", "1", "", 100_000),
		"sum":               deep("1+", "1", "", 100_000),
		"sum over lines":    "locals {\n  a = (" + strings.Repeat("1+\n", 100_000) + "1)\n}",
		"conditions":        deep("true?1:", "2", "", 100_000),
		"indexes":           "locals {\n  b = [1]\n  a = local.b" + strings.Repeat("[local.b[0]]", 50_000) + "\n}",
		"dots":              "locals {\n  a = local.b" + strings.Repeat(".x", 100_000) + "\n}",
		"directives":        "locals {\n  a = \"" + strings.Repeat("%{if true}", 90_000) + "\"\n}",
		"1 MiB":             strings.Repeat("# comment\n", 200_000),
		"NUL":               "locals {\n  a = \"\x00\"\n}",
		"doubled texts":     doubling(40, `"0123456789"`, `"${X}${X}"`),
		"doubled lists":     doubling(40, `[1, 2]`, `[X, X]`),
		"doubled concat":    doubling(40, `[1, 2]`, `concat(X, X)`),
		"doubled join":      doubling(40, `"0123456789"`, `join("", [X, X])`),
		"doubled format":    doubling(40, `"0123456789"`, `format("%s%s", X, X)`),
		"doubled replace":   doubling(40, `"xxxxxxxxxx"`, `replace(X, "x", "xx")`),
		"doubled regex":     doubling(40, `"xxxxxxxxxx"`, `replace(X, "/x/", "xx")`),
		"doubled for":       doubling(40, `[1, 2]`, `[for i in [1, 2] : X]`),
		"doubled try":       doubling(40, `"0123456789"`, `try("${X}${X}", "x")`),
		"deep JSON":         message(`title = jsondecode(file("deep.json"))`),
		"for_each of range": forEach("{ for i in range(1000000000) : i => i }", ""),
		"heavy instances":   doubling(17, `"0123456789"`, `"${X}${X}"`) + forEach("toset(flatten([for a in range(10) : [for b in range(100) : \"${a}-${b}\"]]))", "title = \"${each.key}${local.l17}\""),
		"deep YAML":         message(`title = yamldecode(join("", [for i in range(1000) : "- - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - "]))`),
		"YAML brackets":     message(`title = yamldecode(file("deep.json"))`),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "doubled ") || name == "heavy instances" {
				longtest.Require(t) // TestLimits has some of them
			}
			files := map[string]string{"main.audit.hcl": text, "provider.audit.hcl": provider}
			if strings.Contains(text, "deep.json") {
				files["deep.json"] = strings.Repeat("[", 1<<20)
			}
			dir := folder(t, files)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, diags := manifest.Load(t.Context(), options(dir))
			runtime.ReadMemStats(&after)
			if !diags.HasErrors() {
				t.Errorf("it loaded")
			}
			const most = 1 << 30
			if peak := after.Sys - before.Sys; peak > most {
				t.Errorf("it took %d MiB", peak>>20)
			}
		})
	}
}

// FuzzGuard looks for crashes, and for the other file's secret.
func FuzzGuard(f *testing.F) {
	for _, seed := range []string{
		"", hr("timeout = var.app_secret"), message("title = timeadd(var.app_secret, \"1h\")"), message("title = \"${upper(\"x\")}\""), "locals {\n a = \"%{if true}x%{endif}\"\n}",
		"locals {\n a = <<EOT\n${1}\nEOT\n}", "]]]}}}", strings.Repeat("[", 70), "locals { a = !-!-1 }", "\"${\"${",
	} {
		f.Add([]byte(seed))
	}
	for _, data := range manifest.Starter() {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := folder(t, map[string]string{"main.audit.hcl": string(data), "provider.audit.hcl": provider})
		m, diags := manifest.Load(t.Context(), options(dir))
		if (m == nil) != diags.HasErrors() {
			t.Errorf("got manifest %v with diagnostics %v", m, diags)
		}
		for _, d := range diags {
			if bytes.Contains([]byte(d.String()+d.Snippet), []byte("hunter2-canary")) {
				t.Errorf("the secret is in %v", d)
			}
		}
	})
}
