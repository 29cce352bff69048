package manifest_test

import (
	"strings"
	"testing"

	"notifyaudit/job/manifest"
)

func TestFormat(t *testing.T) {
	tests := map[string]struct{ src, want string }{
		"empty":     {"", ""},
		"canonical": {"a = 1\n", "a = 1\n"},
		"aligned":   {"audit{\n title=\"T\"\n  language =\"en\"\n}\n", "audit {\n  title    = \"T\"\n  language = \"en\"\n}\n"},
		"comments":  {"# one\na=1 # two\nbcd=2 // three\n", "# one\na   = 1 # two\nbcd = 2 // three\n"},
		"mark":      {"\ufeffa=1\n", "a = 1\n"},
		"text":      {"a=\"x  =  ${ b }\"\n", "a = \"x  =  ${b}\"\n"},
		"heredoc":   {"a=<<EOT\n  x=1\nEOT\n", "a = <<EOT\n  x=1\nEOT\n"},
		"JSON":      {"\ufeff{\"b\":{ \"x\" : [1.50,\"\\u4f60\"],\"e\":{},\r\n\"l\":[ ]},\"a\":null}", "{\n  \"b\": {\n    \"x\": [\n      1.50,\n      \"\\u4f60\"\n    ],\n    \"e\": {},\n    \"l\": []\n  },\n  \"a\": null\n}\n"},
		"Chinese":   {"福利=1\n公司年会=2\n", "福利   = 1\n公司年会 = 2\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, diagnostics := manifest.Format("x.audit.hcl", []byte(test.src))
			if len(diagnostics) > 0 || string(got) != test.want {
				t.Fatalf("got %q, %v; want %q", got, diagnostics, test.want)
			}
			again, _ := manifest.Format("x.audit.hcl", got)
			if string(again) != string(got) {
				t.Errorf("formatted again it is %q", again)
			}
		})
	}
}

func TestFormatRefuses(t *testing.T) {
	for name, src := range map[string]string{
		"syntax":    "a = \n",
		"open":      "audit {\n",
		"NUL":       "a = \"\x00\"\n",
		"too deep":  "a = " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000),
		"JSON":      "{\n  \"audit\": {\"title\": }\n}\n",
		"JSON list": "{\"a\": [1,]}",
		"deep JSON": "{\"a\": " + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}",
		"too long":  strings.Repeat("# comment\n", 200_000),
	} {
		got, diagnostics := manifest.Format("x.audit.hcl", []byte(src))
		if got != nil || !diagnostics.HasErrors() || diagnostics[0].File != "x.audit.hcl" {
			t.Errorf("%s: %d bytes, %v", name, len(got), diagnostics)
		}
	}
}
