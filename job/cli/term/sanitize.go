package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sanitize returns a text as a terminal may have it. What the API says and what
// stands in a manifest, a roster or an imported state is somebody else's: an
// escape sequence in it could hide lines, write others or run a command of the
// terminal. Control characters and those that turn the direction of a line become
// U+FFFD, and so do colours unless they are our own.
func sanitize(text string, colored bool) string {
	if isClean(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for text != "" {
		if n := colorLength(text); colored && n > 0 {
			b.WriteString(text[:n])
			text = text[n:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		if !isCleanRune(r) {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		text = text[size:]
	}
	return b.String()
}

// Clean is a text without control characters and those that turn the direction of
// a line: U+FFFD takes their place.
func Clean(text string) string { return sanitize(text, false) }

func isClean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !isCleanRune(r) })
}

// isCleanRune leaves out the control characters, the separators that begin a
// line where nobody expects it, and what turns directions (UAX #9).
func isCleanRune(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return false
	}
	return !unicode.IsControl(r)
}

// colorLength is the length of the escape sequence that text begins with, if that
// is one that paint writes; 0 otherwise.
func colorLength(text string) int {
	rest, found := strings.CutPrefix(text, "\x1b[")
	if !found {
		return 0
	}
	for _, sgr := range []string{"0", Bold, Dim, Red, Green, Yellow, Cyan} {
		if strings.HasPrefix(rest, sgr+"m") {
			return len("\x1b[") + len(sgr) + len("m")
		}
	}
	return 0
}

// oneLine is a text that must not begin another line: a cell of a table, a value
// behind its label.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\t\r") {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}
