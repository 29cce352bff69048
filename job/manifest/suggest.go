package manifest

import (
	"slices"
	"strings"
	"unicode"

	"github.com/agext/levenshtein"
)

// nearest finds the known name that somebody probably meant: equal but for case
// and separators, or a few letters away; "" when none is near.
func nearest(given string, known []string) string {
	bare := plain(given)
	best, distance := "", tolerance(given)+1
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
func tolerance(given string) int {
	const short = 4
	n := len([]rune(given))
	if n < short {
		return min(1, n-1) // no letter is like another one
	}
	return max(2, n/3)
}

// didYouMean is a sentence that begins with a space, or nothing.
func didYouMean(given string, known []string) string {
	if name := nearest(given, known); name != "" {
		return " Did you mean " + quote(name) + "?"
	}
	return ""
}

// didYouMeanOr also lists what there is when nothing is near.
func didYouMeanOr(given string, known []string, lead string) string {
	if s := didYouMean(given, known); s != "" || len(known) == 0 {
		return s
	}
	return " " + lead + " " + listed(known) + "."
}

// quote puts a text in quotation marks, cut and cleaned for a sentence.
func quote(s string) string {
	const most = 80
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return `"` + s + `"`
}
