package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxCellText is the longest text of a cell in UTF-16 code units: "Total number
// of characters that a cell can contain" in Microsoft's "Excel specifications
// and limits". A text that is cut ends in cutMark.
const (
	MaxCellText = 32767
	cutMark     = '…'
)

// CleanText returns a text as every form of the report has it, so that the
// forms agree: what isn't UTF-8, control characters other than tab and line
// feed, and the characters that turn the direction of the rest of a line become
// U+FFFD; line ends become a line feed; a text longer than a cell can hold is cut
// and ends in "…". A text that needs none of this is returned as it is.
func CleanText(s string) string {
	cleaned, _, _ := cleanText(s)
	return cleaned
}

// SpoiltText reports what CleanText does to a text: that it replaces characters, and
// that it cuts it.
func SpoiltText(s string) (replaced, cut bool) {
	_, replaced, cut = cleanText(s)
	return replaced, cut
}

func cleanText(s string) (cleaned string, replaced, cut bool) {
	if isPlain(s) {
		return s, false, false
	}
	cleaned, replaced = replaceText(s)
	cleaned, cut = cutText(cleaned)
	return cleaned, replaced, cut
}

// isPlain finds out quickly that nothing need be done.
func isPlain(s string) bool {
	if len(s) > MaxCellText {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7F {
			return !needsCleaning(s)
		}
	}
	return true
}

func needsCleaning(s string) bool {
	for i, r := range s {
		if r == '\r' || !isHarmless(r) {
			return true
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return true
			}
		}
	}
	return false
}

// isHarmless reports whether a cell and a line of a CSV file can hold r. In addition to
// what XML 1.0 can't hold, it excludes the embeddings, overrides and isolates
// of the bidirectional algorithm (UAX #9): one that is not closed makes the rest
// of the line read in another order than it is written.
func isHarmless(r rune) bool {
	switch {
	case r == '\t' || r == '\n':
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return false
	case r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return !unicode.IsControl(r)
}

func replaceText(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	replaced := false
	for i, r := range s {
		switch {
		case r == '\r' && strings.HasPrefix(s[i:], "\r\n"):
		case r == '\r':
			b.WriteByte('\n')
		case !isHarmless(r):
			replaced = true
			b.WriteRune(utf8.RuneError)
		default:
			if r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
				replaced = true
			}
			b.WriteRune(r)
		}
	}
	return b.String(), replaced
}

func cutText(s string) (string, bool) {
	if len(s) <= MaxCellText {
		return s, false
	}
	units, room := 0, 0
	for i, r := range s {
		width := 1
		if r >= 0x10000 {
			width = 2
		}
		if units+width < MaxCellText {
			room = i + utf8.RuneLen(r)
		}
		if units += width; units > MaxCellText {
			return s[:room] + string(cutMark), true
		}
	}
	return s, false
}
