package keys

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"notifyaudit/job/longtest"
)

// FuzzScan: the keys that are picked out of pasted text are there, each once, are
// made of a key's characters and are no other text's.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"", "pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=", "a\nb\n", "a, b; c", "processQueryKey=abc=", `"process_query_key": "x"`,
		"ProcessQueryKey：abc", "processQueryKey\\\":\\\"Kna=\\\"", "key\u202e=", "see https://example.com/?q=abc= and call 2026-11-23",
		"==", "=1+1", "\x00\xff\x1b[31m", strings.Repeat("x ", 1000), "processQueryKey=" + strings.Repeat("x", 300),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := &Found{seen: map[string]bool{}}
		found.scan(text)
		for i, key := range found.Keys {
			if key == "" || !strings.Contains(decoded(text), key) || slices.Contains(found.Keys[:i], key) {
				t.Errorf("%q is no key of %q", key, text)
			}
			if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || strings.ContainsRune(`"'<>()[]{},;:|\`, r) }) {
				t.Errorf("%q is a key", key)
			}
		}
		again := &Found{seen: map[string]bool{}}
		again.scan(strings.Join(found.Keys, "\n"))
		if len(found.Keys) > 0 && !slices.ContainsFunc(found.Keys, func(key string) bool { return !bare(key) }) && !slices.Equal(again.Keys, found.Keys) {
			t.Errorf("%q has the keys %q, and these have %q", text, found.Keys, again.Keys)
		}
	})
}

func TestMillionsOfKeysAreRefused(t *testing.T) {
	longtest.Require(t)
	if _, err := Collect([]string{"-"}, strings.NewReader(manyKeys(maxKeys+10))); err == nil || !strings.Contains(err.Error(), "more than 1000000 keys") {
		t.Errorf("error %v", err)
	}
}

// manyKeys are n different keys.
func manyKeys(n int) string {
	const digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var b strings.Builder
	for i := range n {
		for rest := i; ; rest /= len(digits) {
			b.WriteByte(digits[rest%len(digits)])
			if rest < len(digits) {
				break
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}
