package manifest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

// titled is a manifest whose audit's title is the value of variable x.
func titled(declaration, title string) string {
	return provider + message("") + "\nvariable \"x\" {\n" + declaration + "\n}\naudit { title = " + title + " }\n"
}

func TestWhereValuesComeFrom(t *testing.T) {
	mounted := filepath.Join(t.TempDir(), "x")
	powershell := filepath.Join(t.TempDir(), "x")
	for path, text := range map[string]string{mounted: "\ufeffmounted\r\n", powershell: "\xff\xfem\x00\r\x00\n\x00"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	varFile := filepath.Join(t.TempDir(), "prod.vars")
	if err := os.WriteFile(varFile, []byte("x = \"var-file\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		auto bool
		opts manifest.Options
		want string
	}{
		{name: "default", want: "default"},
		{name: "environment", opts: manifest.Options{Environ: map[string]string{"NOTIFYAUDIT_VAR_x": "env"}}, want: "env"},
		{name: "auto file over environment", auto: true, opts: manifest.Options{Environ: map[string]string{"NOTIFYAUDIT_VAR_x": "env"}}, want: "auto"},
		{name: "file over auto file", auto: true, opts: manifest.Options{VarFiles: []string{varFile}}, want: "var-file"},
		{name: "flag over file", opts: manifest.Options{VarFiles: []string{varFile}, Vars: []string{"x=flag=1"}}, want: "flag=1"},
		{name: "later flag", opts: manifest.Options{Vars: []string{"x=a", "x=b"}}, want: "b"},
		{
			name: "mounted file over all", auto: true,
			opts: manifest.Options{Vars: []string{"x=flag"}, Environ: map[string]string{"NOTIFYAUDIT_VAR_x": "env", "NOTIFYAUDIT_VAR_x_FILE": mounted}},
			want: "mounted",
		},
		{name: "mounted file in UTF-16", opts: manifest.Options{Environ: map[string]string{"NOTIFYAUDIT_VAR_x_FILE": powershell}}, want: "m"},
		{name: "undeclared in the environment", opts: manifest.Options{Environ: map[string]string{"NOTIFYAUDIT_VAR_y": "1", "NOTIFYAUDIT_VAR_y_FILE": "/none"}}, want: "default"},
		{name: "default before the simulator's", opts: manifest.Options{Simulator: true}, want: "default"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"main.audit.hcl": titled(`default = "default"`, "var.x")}
			if tt.auto {
				files["a.auto.auditvars"] = `x = "auto"`
			}
			opts := tt.opts
			opts.Path = folder(t, files)
			if m, _ := load(t, opts); m.Title != tt.want {
				t.Errorf("got %q, want %q", m.Title, tt.want)
			}
		})
	}
}

func TestValuesOfTypes(t *testing.T) {
	tests := []struct{ declaration, raw, title, want string }{
		{"type = string", "a b", "var.x", "a b"},
		{"type = string", "007", "var.x", "007"},
		{"type = number", "7", "format(\"%03d\", var.x)", "007"},
		{"type = bool", "true", "var.x ? \"yes\" : \"no\"", "yes"},
		{"type = list(string)", `["a", "b"]`, "join(\"+\", var.x)", "a+b"},
		{"type = map(number)", `{ a = 1 }`, "var.x.a", "1"},
		{"type = object({ a = string, b = optional(string, \"B\") })", `{ a = "A" }`, "\"${var.x.a}${var.x.b}\"", "AB"},
		{"default = \"d\"\n nullable = false", "x", "var.x", "x"},
		{"description = \"any\"", "[1]", "var.x", "[1]"},
	}
	for _, tt := range tests {
		t.Run(tt.declaration, func(t *testing.T) {
			opts := options(folder(t, map[string]string{"main.audit.hcl": titled(tt.declaration, tt.title)}))
			opts.Vars = []string{"x=" + tt.raw}
			if m, _ := load(t, opts); m.Title != tt.want {
				t.Errorf("got %q, want %q", m.Title, tt.want)
			}
		})
	}
}

func TestFunctions(t *testing.T) {
	tests := []struct{ expression, want string }{
		{`trimspace(file("note.txt"))`, "a note"},
		{`csvdecode("a,b\n1,2")[0].b`, "2"},
		{`jsondecode("{\"a\": [1, \"x\"]}").a[1]`, "x"},
		{`try(var.nothing.at.all, "none")`, ""},
		{`try(tonumber("x"), "none")`, "none"},
		{`can(tonumber("x")) ? "yes" : "no"`, "no"},
		{`coalesce(null, "", "c")`, "c"},
		{`lookup({ a = "A" }, "b", "B")`, "B"},
		{`merge({ a = 1 }, { a = 2 }).a`, "2"},
		{`join(",", concat(["a"], ["b"]))`, "a,b"},
		{`format("%s-%03d-%5.1f%%", "a", 7, 1.25)`, "a-007-  1.2%"},
		{`formatdate("YYYY-MM-DD", timeadd("2026-11-20T23:30:00Z", "1h"))`, "2026-11-21"},
		{`regex("[0-9]+", "ab12")`, "12"},
		{`replace("a-b", "-", "+")`, "a+b"},
		{`replace("a1b22", "/[0-9]+/", "<$0>")`, "a<1>b<22>"},
		{`split(",", "a,b")[1]`, "b"},
		{`"${lower("A")}${upper("b")}"`, "aB"},
		{`"${length("äö")}${length([1, 2, 3])}"`, "23"},
		{`join("", concat(keys({ b = 1, a = 2 }), values({ b = "x", a = "y" })))`, "abyx"},
		{`join("", toset(["b", "a", "b"]))`, "ab"},
		{`tostring(tonumber("1.50"))`, "1.5"},
		{`tostring(max(1, 3, 2) + min(4, 5) + ceil(0.2) + floor(1.9))`, "9"},
		{`join(",", [for n in range(3) : "n${n}" if n != 1])`, "n0,n2"},
		{`join(",", distinct(flatten([["a"], ["a", "b"]])))`, "a,b"},
		{`contains(["a"], "a") ? tomap({ k = "v" }).k : ""`, "v"},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			dir := folder(t, map[string]string{"main.audit.hcl": provider + message("") + "\naudit {\n title = " + tt.expression + "\n}", "note.txt": " a note\n"})
			m, diags := manifest.Load(t.Context(), options(dir))
			if tt.want == "" {
				if !diags.HasErrors() {
					t.Error("an undeclared variable was passed over")
				}
				return
			}
			if m == nil || m.Title != tt.want {
				t.Errorf("got %+v, want %q: %v", m, tt.want, diags)
			}
		})
	}
}

func TestUnsuitableValues(t *testing.T) {
	tests := []struct {
		name string
		opts manifest.Options
		want string
		says string
	}{
		{"unknown -var", manifest.Options{Vars: []string{"xx=1"}}, "Undeclared variable", `Did you mean "x"?`},
		{"-var without a value", manifest.Options{Vars: []string{"x"}}, "Unsuitable -var", "name=value"},
		{"wrong type", manifest.Options{Vars: []string{"x=5"}}, "Unsuitable value", "list(number)"},
		{"wrong element", manifest.Options{Vars: []string{`x=["canary"]`}}, "Unsuitable value", "list(number)"},
		{"no expression", manifest.Options{Vars: []string{`x=[canary`}}, "Unsuitable value", "no HCL expression"},
		{"var-file missing", manifest.Options{VarFiles: []string{"/none.auditvars"}}, "Values not readable", "not exist"},
		{"mounted file missing", manifest.Options{Environ: map[string]string{"NOTIFYAUDIT_VAR_x_FILE": "/none"}}, "Value not readable", "NOTIFYAUDIT_VAR_x_FILE"},
		{"mounted file is a folder", manifest.Options{Environ: map[string]string{"NOTIFYAUDIT_VAR_x_FILE": os.TempDir()}}, "Value not readable", "folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := tt.opts
			opts.Path = folder(t, map[string]string{"main.audit.hcl": titled("type = list(number)\n default = []\n sensitive = true", `"t"`)})
			_, diags := manifest.Load(t.Context(), opts)
			if len(diags) != 1 || diags[0].Summary != tt.want || !strings.Contains(diags[0].Detail, tt.says) {
				t.Errorf("got %v, want %s with %q", diags, tt.want, tt.says)
			}
			if strings.Contains(fmt.Sprint(diags), "canary") {
				t.Errorf("the sensitive value is in %v", diags)
			}
		})
	}
}

func TestUndeclaredInAFileIsAWarning(t *testing.T) {
	dir := folder(t, map[string]string{"main.audit.hcl": provider + message(""), "a.auto.auditvars": "app_secrt = \"canary\"\n"})
	_, diags := load(t, options(dir))
	if len(diags) != 1 || diags[0].File != "a.auto.auditvars" || !strings.Contains(diags[0].Detail, `Did you mean "app_secret"?`) {
		t.Errorf("got %v", diags)
	}
	if strings.Contains(fmt.Sprintf("%#v", diags), "canary") {
		t.Errorf("a value is in %+v", diags)
	}
}

// TestValuesInJSON shows that a file of values may be JSON, as Terraform's.
func TestValuesInJSON(t *testing.T) {
	varFile := filepath.Join(t.TempDir(), "prod.json")
	if err := os.WriteFile(varFile, []byte("\ufeff{\"x\": [\"one\", \"two\"]}"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"main.audit.hcl":        titled("type = list(string)", `join("+", var.x)`),
		"b.auto.auditvars":      `x = ["native"]`,
		"b.auto.auditvars.json": `{"x": ["auto", "json"]}`,
	}
	opts := options(folder(t, files))
	if m, _ := load(t, opts); m.Title != "auto+json" {
		t.Errorf("got %q from the folder", m.Title)
	}
	opts.VarFiles = []string{varFile}
	if m, _ := load(t, opts); m.Title != "one+two" {
		t.Errorf("got %q from the flag", m.Title)
	}
	files["b.auto.auditvars.json"] = "{\n\"x\": [1,}\n"
	_, diags := manifest.Load(t.Context(), options(folder(t, files)))
	if len(diags) != 1 || diags[0].File != "b.auto.auditvars.json" || diags[0].Line != 2 {
		t.Errorf("got %v", diags)
	}
}
