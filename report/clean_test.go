package report_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"notifyaudit/report"
)

func TestCleanText(t *testing.T) {
	long := strings.Repeat("好", 40000)
	for _, tt := range []struct{ name, in, want string }{
		{"nothing to do", "Benefits 福利 🙂\tand\nmore", "Benefits 福利 🙂\tand\nmore"},
		{"control characters", "a\x00b\x1bc\x7fd\u0085", "a\ufffdb\ufffdc\ufffdd\ufffd"},
		{"not UTF-8", "a\xffb\xc3", "a\ufffdb\ufffd"},
		{"a replacement character of its own", "a\ufffdb", "a\ufffdb"},
		{"noncharacters", "a\ufffeb\uffff", "a\ufffdb\ufffd"},
		{"direction", "pay\u202egpj.exe\u2066", "pay\ufffdgpj.exe\ufffd"},
		{"line ends", "a\r\nb\rc", "a\nb\nc"},
		{"longest", long[:3*32767], long[:3*32767]},
		{"too long", long, long[:3*32766] + "…"},
		{"pairs are not cut in two", strings.Repeat("🙂", 20000), strings.Repeat("🙂", 16383) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := report.CleanText(tt.in); got != tt.want {
				t.Errorf("got %.40q… of %d bytes, want %.40q… of %d", got, len(got), tt.want, len(tt.want))
			}
		})
	}
}

func FuzzCleanText(f *testing.F) {
	for _, seed := range []string{"", "=1+1", "\x00", "a\r\n", "\u202e", "\xff", strings.Repeat("x", 33000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := report.CleanText(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\u202e") {
			t.Fatalf("CleanText(%q) = %q", s, got)
		}
		if n := len(utf16.Encode([]rune(got))); n > 32767 {
			t.Fatalf("%d characters of %d bytes are left", n, len(s))
		}
		if again := report.CleanText(got); again != got {
			t.Fatalf("cleaning %q again makes %q of it", got, again)
		}
	})
}
