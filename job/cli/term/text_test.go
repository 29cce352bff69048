package term

import (
	"strings"
	"testing"
)

func TestColumns(t *testing.T) {
	for text, want := range map[string]int{
		"":                               0,
		"abc":                            3,
		"福利":                             4,
		"a福b":                            4,
		"…│█░":                           4, // one each, also where the locale is Chinese
		"12\u202f345":                    6,
		"\x1b[1;31mError:\x1b[0m 福利":     11,
		"\x1b[2m":                        0,
		"e\u0301":                        1,
		"before \x1b[36mcyan\x1b[0m end": 15,
	} {
		if got := Columns(text); got != want {
			t.Errorf("%q: %d columns, want %d", text, got, want)
		}
	}
}

func TestClipMiddle(t *testing.T) {
	tests := []struct {
		text  string
		width int
		want  string
	}{
		{"messages.payslips", 0, "messages.payslips"},
		{"messages.payslips", 17, "messages.payslips"},
		{`messages.payslips["E1001"]`, 17, `messages…"E1001"]`},
		{"年度福利登记开始", 9, "年度…开始"},
		{"abcdef", 3, "ab…"},
	}
	for _, test := range tests {
		got := ClipMiddle(test.text, test.width)
		if got != test.want {
			t.Errorf("%q to %d: %q, want %q", test.text, test.width, got, test.want)
		}
		if test.width > 0 && Columns(got) > test.width {
			t.Errorf("%q to %d: %q is %d wide", test.text, test.width, got, Columns(got))
		}
	}
}

func TestWrap(t *testing.T) {
	tests := map[string]struct {
		text, indent string
		width        int
		want         string
	}{
		"fits":            {"one two", "  ", 7, "one two"},
		"breaks":          {"one two three", "  ", 8, "one two\n  three"},
		"no width":        {"one two three", "  ", 0, "one two three"},
		"lead":            {"    one two", "  ", 8, "    one\n  two"},
		"numbers stay":    {"of 12\u202f345 calls", "", 9, "of 12\u202f345\ncalls"},
		"Chinese":         {"年度福利登记开始", "", 6, "年度福\n利登记\n开始"},
		"mixed":           {"Notice 年度福利登记", "  ", 12, "Notice 年度\n  福利登记"},
		"longer than all": {"a abcdefghij b", "", 4, "a\nabcd\nefgh\nij b"},
		"empty":           {"", "  ", 4, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Wrap(test.text, test.indent, test.width)
			if got != test.want {
				t.Errorf("got\n%q, want\n%q", got, test.want)
			}
			for line := range strings.SplitSeq(got, "\n") {
				if test.width > 0 && Columns(line) > test.width {
					t.Errorf("%q is wider than %d", line, test.width)
				}
			}
		})
	}
}

func TestBar(t *testing.T) {
	s := &Screen{}
	tests := []struct {
		rate   float64
		known  bool
		target float64
		want   string
	}{
		{0, false, 0, "░░░░░░░░░░"},
		{0, true, 0, "░░░░░░░░░░"},
		{1, true, 0, "██████████"},
		{0.5, true, 0, "█████░░░░░"},
		{0.4375, true, 0, "████▍░░░░░"},
		{0.5, true, 0.9, "█████░░░░│"},
		{0.9, true, 0.5, "█████│███░"},
		{0.5, true, 0.5, "█████│░░░░"},
		{0.45, true, 0.5, "████▌│░░░░"},
		{1, true, 1, "█████████│"},
		{1.7, true, 1, "█████████│"},
		{-0.2, true, 0.05, "│░░░░░░░░░"},
	}
	for _, test := range tests {
		if got := s.Bar(test.rate, test.known, test.target, 10); got != test.want {
			t.Errorf("%v of %v: %s, want %s", test.rate, test.target, got, test.want)
		}
		colored := &Screen{Color: true}
		if got := Columns(colored.Bar(test.rate, test.known, test.target, 10)); got != 10 {
			t.Errorf("%v of %v: %d columns in colour", test.rate, test.target, got)
		}
	}
}
