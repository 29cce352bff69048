package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sanitize makes a text safe to write to a terminal. Texts of the API, a manifest, a
// roster or an imported state are not trusted: an escape sequence in them could hide
// lines, forge lines or run a command of the terminal. Control characters and those
// that change the direction of a line become U+FFFD, and so do escape sequences other
// than the colours of Paint.
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

// Clean replaces control characters, and those that change the direction of a line,
// by U+FFFD.
func Clean(text string) string { return sanitize(text, false) }

func isClean(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !isCleanRune(r) })
}

// isCleanRune reports whether a character is none of these: a control character other
// than a line break or a tab, a line or paragraph separator, a directional formatting
// character (UAX #9).
func isCleanRune(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return false
	}
	return !unicode.IsControl(r)
}

// colorLength is the length of the escape sequence that text begins with, if Paint
// writes such a sequence; else 0.
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

// oneLine joins the lines of a text that has to stay on one line, such as a cell of a
// table.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\t\r") {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}
