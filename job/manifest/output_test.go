package manifest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"notifyaudit/job/manifest"
)

// everyInput is a folder of an audit with an input of every kind, in every format
// that a report could be written over. What each of them is, is in the values.
func everyInput(t *testing.T, more string) (manifest.Options, map[string]string) {
	t.Helper()
	dir := folder(t, map[string]string{
		"main.audit.hcl": provider + `
provider "dingtalk" {
  alias        = "hr"
  access_token = var.token
  ca_file      = "ca.json"
}
variable "token" {
  type      = string
  sensitive = true
}
variable "x" { type = string }
audience "staff" { source = "people.csv" }
audience "others" { source = "others.xlsx" }
messages "p" {
  source = "messages.csv"
  kind   = "group"
  title  = "${file("note.md")}${file("pagé.html")}${file("data.json")}"
}
messages "q" {
  source = "rows.jsonl"
}
` + more,
		"more.audit.hcl.json":      "{}",
		"a.auto.auditvars.json":    "{}",
		"given/values.auditvars":   `x = "1"`,
		"given/mounted.json":       "token",
		"given/scenario.json":      "{}",
		"people.csv":               "user_id\nu1\n",
		"messages.csv":             "process_query_key\nk1\n",
		"rows.jsonl":               `{"process_query_key":"k2"}`,
		"note.md":                  "note",
		"pagé.html":                "page",
		"data.json":                "data",
		"ca.json":                  "certificate",
		"elsewhere/keep.txt":       "",
		"state/audit.db":           "",
		"state/audit.db-wal":       "",
		"state/other.xlsx":         "",
		"elsewhere/unrelated.html": "",
	})
	workbook(t, filepath.Join(dir, "others.xlsx"), [][]any{{"user_id"}, {"u9"}})
	opts := options(dir)
	at := func(name string) string { return filepath.Join(dir, name) }
	opts.VarFiles = []string{at("given/values.auditvars")}
	opts.Environ = map[string]string{"NOTIFYAUDIT_VAR_token_FILE": at("given/mounted.json")}
	opts.Scenario = at("given/scenario.json")
	return opts, map[string]string{
		"main.audit.hcl":         "a file of the manifest",
		"more.audit.hcl.json":    "a file of the manifest",
		"a.auto.auditvars.json":  "a file with values of variables",
		"given/values.auditvars": "a file with values of variables",
		"given/mounted.json":     "the value of a variable",
		"given/scenario.json":    "the scenario of the simulator",
		"people.csv":             "a table that the manifest reads",
		"others.xlsx":            "a table that the manifest reads",
		"messages.csv":           "a table that the manifest reads",
		"rows.jsonl":             "a table that the manifest reads",
		"note.md":                "a file that the manifest reads",
		"pagé.html":              "a file that the manifest reads",
		"data.json":              "a file that the manifest reads",
		"ca.json":                "a certificate that the manifest names",
		"audit.db":               "the state",
		"audit.db-wal":           "a part of the state",
		"audit.db-shm":           "a part of the state",
		"audit.db-journal":       "a part of the state",
		"audit.db.lock":          "a part of the state",
		".credential-12ab.lock":  "the lock of a credential",
	}
}

// spellings are other names of a file below dir, by how they differ. Those that
// need links make them.
func spellings(t *testing.T, dir, name string) map[string]string {
	t.Helper()
	link := func(name string) string {
		return filepath.Join("elsewhere", strings.ReplaceAll(name, "/", "-"))
	}
	all := map[string]string{
		"as it is":           name,
		"taken apart":        norm.NFD.String(name),
		"with dots":          filepath.Join("elsewhere", "x") + "/../../" + name,
		"in another case":    strings.ToUpper(strings.TrimSuffix(name, filepath.Ext(name))) + filepath.Ext(name),
		"by a link":          link("link-" + name),
		"by a linked folder": filepath.Join("folder", name),
	}
	for at, target := range map[string]string{all["by a link"]: filepath.Join(dir, name), "folder": "."} {
		if err := os.Symlink(target, filepath.Join(dir, at)); err != nil && !os.IsExist(err) {
			t.Fatal(err)
		}
	}
	hard := link("hard-" + name)
	if err := os.Link(filepath.Join(dir, name), filepath.Join(dir, hard)); err == nil {
		all["by a hard link"] = hard
	}
	return all
}

// TestNoOutputIsAnInput holds every input against every output, under every name.
func TestNoOutputIsAnInput(t *testing.T) {
	opts, files := everyInput(t, "")
	m, _ := load(t, opts)
	for name, what := range files {
		for how, spelled := range spellings(t, opts.Path, name) {
			if how != "as it is" && strings.HasPrefix(name, ".credential") {
				continue // known by its name
			}
			err := m.CheckFile("json", filepath.Join(opts.Path, spelled))
			if err == nil || !strings.Contains(err.Error(), what) {
				t.Errorf("a file at %s, %s: got %v, want %s", name, how, err, what)
			}
		}
		for format, end := range map[string]string{"excel": ".xlsx", "json": ".json", "html": ".html", "markdown": ".md"} {
			path := filepath.Join(opts.Path, name)
			if err := m.CheckReport(format, path); err == nil || filepath.Ext(name) != end && !strings.Contains(err.Error(), "must end in "+end) {
				t.Errorf("a report of format %s at %s: got %v", format, name, err)
			}
		}
	}
	for _, name := range []string{"new.csv", "elsewhere/unrelated.html", "state/audit.db", "out/messages.csv", "given/new.json"} {
		if err := m.CheckFile("json", filepath.Join(opts.Path, name)); err != nil {
			t.Errorf("a file at %s: %v", name, err)
		}
	}
	if err := m.CheckReport("csv", opts.Path); err == nil || !strings.Contains(err.Error(), "messages.csv") {
		t.Errorf("a csv report over messages.csv: got %v", err)
	}
	if err := m.CheckReport("csv", filepath.Join(opts.Path, "out")); err != nil {
		t.Errorf("a csv report in a folder of its own: %v", err)
	}
}

// TestNoReportIsAnInput validates manifests with a report over each input that has
// the end of a report's name.
func TestNoReportIsAnInput(t *testing.T) {
	report := func(format, argument, path string) string {
		return fmt.Sprintf("report %q {\n  %s = %q\n}\n", format, argument, path)
	}
	tests := []struct{ name, report, what string }{
		{"a table", report("excel", "path", "others.xlsx"), "a table that the manifest reads"},
		{"a table in another case", report("excel", "path", "Others.xlsx"), "a table that the manifest reads"},
		{"a text", report("markdown", "path", "note.md"), "a file that the manifest reads"},
		{"a page", report("html", "path", "./pagé.html"), "a file that the manifest reads"},
		{"data", report("json", "path", "elsewhere/../data.json"), "a file that the manifest reads"},
		{"a certificate", report("json", "path", "ca.json"), "a certificate"},
		{"a manifest", report("json", "path", "more.audit.hcl.json"), "a file of the manifest"},
		{"values", report("json", "path", "a.auto.auditvars.json"), "a file with values"},
		{"a mounted value", report("json", "path", "given/mounted.json"), "the value of a variable"},
		{"the scenario", report("json", "path", "given/scenario.json"), "the scenario"},
		{"the folder of tables", report("csv", "directory", "."), `"messages.csv" is a table`},
		{"below a table", report("json", "path", "people.csv/report.json"), "a table that the manifest reads"},
		{"below the state", report("json", "path", "audit.db/report.json"), "the state"},
		{"by the run", "report \"json\" {\n  path = \"${replace(run.date, \"/.*/\", \"data\")}.json\"\n}\n", "a file that the manifest reads"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts, _ := everyInput(t, tt.report)
			_, diags := manifest.Load(t.Context(), opts)
			if len(diags) != 1 || diags[0].Summary != "Written over an input" || !strings.Contains(diags[0].Detail, tt.what) || diags[0].Line == 0 {
				t.Errorf("got %v, want %s", diags, tt.what)
			}
		})
	}
}

// TestPathsOfReports has paths that are wrong by themselves or beside each other.
func TestPathsOfReports(t *testing.T) {
	tests := []struct{ name, text, want, says string }{
		{"home", "report \"json\" {\n  path = \"~/out.json\"\n}", "Unsuitable path", "in full"},
		{"somebody's home", "report \"csv\" {\n  directory = \"~anna/out\"\n}", "Unsuitable path", "in full"},
		{"home of the state", "audit {\n  backend \"sqlite\" { path = \"~/audit.db\" }\n}", "Unsuitable path", "in full"},
		{"another format's end", "report \"excel\" {\n  path = \"out.csv\"\n}", "Unsuitable path", ".xlsx"},
		{"no end", "report \"json\" {\n  path = \"out\"\n}", "Unsuitable path", ".json"},
		{"a file for a folder", "report \"csv\" {\n  directory = \"out/all.csv\"\n}", "Unsuitable path", `"out/all"`},
		{"a workbook for a folder", "report \"csv\" {\n  directory = \"out.xlsx\"\n}", "Unsuitable path", "folder"},
		{"two in one file", "report \"json\" \"a\" {\n  path = \"a.json\"\n}\nreport \"json\" \"b\" {\n  path = \"./A.json\"\n}", "Two outputs in one place", "main.audit.hcl:1"},
		{"two in one folder", "report \"csv\" \"a\" {\n  directory = \"out\"\n}\nreport \"csv\" \"b\" {\n  directory = \"x/../out\"\n}", "Two outputs in one place", "messages.csv"},
		{"a file for a folder of another", "report \"json\" {\n  path = \"out/X.json\"\n}\nreport \"excel\" {\n  path = \"out/x.json/y.xlsx\"\n}", "Two outputs in one place", "folders"},
		{"a folder for a file of another", "report \"csv\" {\n  directory = \"out/a.d\"\n}\nreport \"json\" {\n  path = \"out/a.d/people.csv/x.json\"\n}", "Two outputs in one place", "folders"},
		{"metrics for a folder", "metrics \"textfile\" { path = \"out/m.prom\" }\nreport \"csv\" {\n  directory = \"out/m.prom\"\n}", "Two outputs in one place", "metrics"},
		{"the state over a table", "audit {\n  backend \"sqlite\" { path = \"rows.csv\" }\n}\n" + rows(""), "Written over an input", "a table"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, diags := manifest.Load(t.Context(), options(folder(t, map[string]string{
				"main.audit.hcl": tt.text, "provider.audit.hcl": provider + message(""), "rows.csv": "process_query_key\nk9\n",
			})))
			if len(diags) != 1 || diags[0].Summary != tt.want || !strings.Contains(diags[0].Detail, tt.says) {
				t.Errorf("got %v", diags)
			}
		})
	}
	m, _ := load(t, options(folder(t, map[string]string{"main.audit.hcl": provider + message("")})))
	for format, path := range map[string]string{"excel": "~/x.xlsx", "csv": "~/out", "json": "x.db"} {
		if m.CheckReport(format, path) == nil {
			t.Errorf("a report of format %s at %s is taken", format, path)
		}
	}
	if err := m.CheckReport("excel", "Q4.XLSX"); err != nil {
		t.Error(err)
	}
}

// TestHomeIsNotExpanded says of every path that begins with ~ why it isn't found.
func TestHomeIsNotExpanded(t *testing.T) {
	const why = "only in a shell"
	for name, tt := range map[string]struct {
		text   string
		change func(*manifest.Options)
	}{
		"a table":          {text: strings.Replace(staff, "staff.csv", "~/staff.csv", 1)},
		"file()":           {text: "locals {\n  a = file(\"~/note.txt\")\n}"},
		"a certificate":    {text: hr(`ca_file = "~/ca.pem"`)},
		"a file of values": {change: func(o *manifest.Options) { o.VarFiles = []string{"~/values.auditvars"} }},
		"a mounted value": {
			text:   "variable \"x\" {\n  default = \"\"\n}",
			change: func(o *manifest.Options) { o.Environ = map[string]string{"NOTIFYAUDIT_VAR_x_FILE": "~/x"} },
		},
		"the data folder": {change: func(o *manifest.Options) { o.DataDir = "~/audits" }},
	} {
		t.Run(name, func(t *testing.T) {
			opts := options(folder(t, map[string]string{"main.audit.hcl": tt.text, "provider.audit.hcl": provider + message("")}))
			if tt.change != nil {
				tt.change(&opts)
			}
			_, diags := manifest.Load(t.Context(), opts)
			diags = errorsOf(diags)
			if len(diags) != 1 || !strings.Contains(diags[0].Detail, why) {
				t.Errorf("got %v", diags)
			}
		})
	}
}
