package term

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHarmless(t *testing.T) {
	for in, want := range map[string]string{
		"福利 benefits 😀\n\tmore":               "福利 benefits 😀\n\tmore",
		"\x1b]0;title\x07":                    "\ufffd]0;title\ufffd",
		"\x1b[2J\x1b[1;1H":                    "\ufffd[2J\ufffd[1;1H",
		"\x1b[31mred":                         "\ufffd[31mred",
		"\x1b[1;31mours\x1b[0m":               "\x1b[1;31mours\x1b[0m",
		"\x1b[8mhidden":                       "\ufffd[8mhidden",
		"\x1b[1;31":                           "\ufffd[1;31",
		"\u009b2J":                            "\ufffd2J",
		"\x9b2J":                              "\ufffd2J",
		"over\rwritten\b\b":                   "over\ufffdwritten\ufffd\ufffd",
		"pay\u202egpj.exe\u2066":              "pay\ufffdgpj.exe\ufffd",
		"a\u2028b\u2029c\x7f":                 "a\ufffdb\ufffdc\ufffd",
		"\x1bP1$r0m\x1b\\ \x1b_x\x1b\\ \x1b^": "\ufffdP1$r0m\ufffd\\ \ufffd_x\ufffd\\ \ufffd^",
	} {
		if got := sanitize(in, true); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := sanitize("\x1b[1;31mx\x1b[0m", false); strings.Contains(got, "\x1b") {
		t.Errorf("without colours there is %q", got)
	}
}

func TestOneLine(t *testing.T) {
	if got := oneLine("a\n\nPlan: nothing\tto do\r\n"); got != "a Plan: nothing to do" {
		t.Errorf("%q", got)
	}
}

// FuzzHarmless: whatever somebody puts into a text, the terminal gets no escape
// sequence but our colours, and nothing is added.
func FuzzHarmless(f *testing.F) {
	for _, seed := range []string{"", "x", "\x1b[0m", "\x1b[1;31m\x1b[", "\x1b\x1b[0m", "\u009b", "\xff\x1b", "\u202e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := sanitize(text, true)
		left := got
		for _, sgr := range []string{"0", Bold, Dim, Red, Green, Yellow, Cyan} {
			left = strings.ReplaceAll(left, "\x1b["+sgr+"m", "")
		}
		if !utf8.ValidString(got) || !isClean(left) {
			t.Errorf("%q becomes %q", text, got)
		}
		if again := sanitize(got, true); again != got {
			t.Errorf("%q becomes %q and then %q", text, got, again)
		}
	})
}
