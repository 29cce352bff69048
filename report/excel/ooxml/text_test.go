package ooxml

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"plain":              {"benefits 福利 😀", "benefits 福利 😀"},
		"empty":              {"", ""},
		"tab and line":       {"a\tb\nc", "a\tb\nc"},
		"line ends":          {"a\r\nb\rc\n", "a\nb\nc\n"},
		"control characters": {"a\x00b\x08c\x1fd", "a\ufffdb\ufffdc\ufffdd"},
		"escape sequence":    {"\x1b[31mred", "\ufffd[31mred"},
		"not UTF-8":          {"a\xff\xfeb\xe4\xb8", "a\ufffd\ufffdb\ufffd\ufffd"},
		"surrogate":          {"a\xed\xa0\x80b", "a\ufffd\ufffd\ufffdb"},
		"not characters":     {"a\ufffeb\uffffc", "a\ufffdb\ufffdc"},
		"replaced already":   {"a\ufffdb", "a\ufffdb"},
		"formula":            {"=1+1", "=1+1"},
		"as long as it may":  {strings.Repeat("a", MaxText), strings.Repeat("a", MaxText)},
		"too long":           {strings.Repeat("a", MaxText+1), strings.Repeat("a", MaxText-1) + "…"},
		"long in bytes only": {strings.Repeat("福", MaxText), strings.Repeat("福", MaxText)},
		"too long in pairs":  {strings.Repeat("😀", MaxText/2+1), strings.Repeat("😀", MaxText/2) + "…"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Clean(test.in); got != test.want {
				t.Errorf("got %.80q, want %.80q", got, test.want)
			}
		})
	}
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"a & b <c> \"d\"":  "a &amp; b &lt;c&gt; &quot;d&quot;",
		"_x0041_":          "_x005F_x0041_",
		"__x00e9_":         "__x005F_x00e9_",
		"_x004_ _xGGGG_":   "_x004_ _xGGGG_",
		"_x005F_x0041_":    "_x005F_x005F_x005F_x0041_",
		"]]>":              "]]&gt;",
		"snake_case_name_": "snake_case_name_",
	}
	for in, want := range tests {
		if got := string(AppendText([]byte("|"), in)); got != "|"+want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
