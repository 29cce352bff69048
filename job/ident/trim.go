package ident

import (
	"strings"
	"unicode"
)

// trim removes white space and invisible characters at both ends.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// invisible reports a character without a shape that isn't white space: a format
// character such as a zero-width space, a soft hyphen, a mark of direction or a
// byte order mark, and what Unicode ignores by default.
func invisible(r rune) bool {
	const brailleBlank = '\u2800'
	return r >= 0x80 && (unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == brailleBlank)
}

func control(r rune) bool { return unicode.IsControl(r) }

// unguarded takes off what keeps a spreadsheet from making a number or a formula
// of a text: '000123 and ="000123" are 000123. Quotation marks at both ends are
// no guard, nor are two in a row.
func unguarded(text string) string {
	if rest, found := strings.CutPrefix(text, "'"); found && !strings.HasPrefix(rest, "'") && !strings.HasSuffix(rest, "'") {
		text = trim(rest)
	}
	if inner, found := strings.CutPrefix(text, `="`); found {
		if inner, found = strings.CutSuffix(inner, `"`); found && !strings.Contains(inner, `"`) {
			return trim(inner)
		}
	}
	return text
}
