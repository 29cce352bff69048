package diag

import (
	"slices"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
)

// Nearest finds the known name that was probably meant: one that differs only in
// case and separators, or in a few letters; "" when none is near.
func Nearest(written string, known []string) string {
	bare := plain(written)
	best, distance := "", tolerance(written)+1
	for _, name := range slices.Sorted(slices.Values(known)) {
		if plain(name) == bare {
			return name
		}
		if d := levenshtein.Distance(bare, plain(name), nil); d < distance {
			best, distance = name, d
		}
	}
	return best
}

// SameName reports whether two names differ at most in case and separators.
func SameName(a, b string) bool { return plain(a) == plain(b) }

// Similar reports whether a name is another one with a letter added, left out or
// exchanged, or with its letters in another order.
func Similar(a, b string) bool {
	a, b = plain(a), plain(b)
	return levenshtein.Distance(a, b, nil) <= 1 || slices.Equal(slices.Sorted(slices.Values([]rune(a))), slices.Sorted(slices.Values([]rune(b))))
}

// plain is a name in lower case and without separators.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_- ", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// tolerance is how many letters may differ: two swapped ones count as two.
func tolerance(written string) int {
	const short = 4
	n := len([]rune(written))
	if n < short {
		return min(1, n-1) // a single letter resembles no other
	}
	return max(2, n/3)
}

// DidYouMean asks for the nearest name, in a sentence that begins with a space;
// empty when none is near.
func DidYouMean(written string, known []string) string {
	if name := Nearest(written, known); name != "" {
		return " Did you mean " + Quote(name) + "?"
	}
	return ""
}

// DidYouMeanOr is DidYouMean, or lists the known names behind lead when none is
// near.
func DidYouMeanOr(written string, known []string, lead string) string {
	if s := DidYouMean(written, known); s != "" || len(known) == 0 {
		return s
	}
	return " " + lead + " " + Listed(known) + "."
}
