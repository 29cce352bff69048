package ooxml

import (
	"strings"
	"unicode/utf8"
)

// MaxText is the length of the longest text in a cell, in UTF-16 code units:
// "Total number of characters that a cell can contain" in Microsoft's
// "Excel specifications and limits".
const MaxText = 32767

// Ellipsis ends a text that was cut.
const Ellipsis = '…'

// Clean returns the text as a cell can hold it. Bytes that aren't UTF-8 and
// characters that XML 1.0 can't hold (its production 2, Char) become U+FFFD,
// line ends become \n as XML's own rule makes them, and a text over MaxText is
// cut and marked. A text that needs none of it is returned as it is.
func Clean(s string) string {
	if len(s) <= MaxText && isClean(s) {
		return s
	}
	return truncate(replace(s))
}

func isClean(s string) bool {
	for i, r := range s {
		if r == '\r' || !isChar(r) {
			return false
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

// isChar reports whether XML 1.0 can hold the character.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

func replace(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		switch {
		case r == '\r' && strings.HasPrefix(s[i:], "\r\n"):
		case r == '\r':
			b.WriteByte('\n')
		case !isChar(r):
			b.WriteRune(utf8.RuneError)
		default: // what isn't UTF-8 is ranged over as U+FFFD
			b.WriteRune(r)
		}
	}
	return b.String()
}

func truncate(s string) string {
	units, room := 0, 0
	for i, r := range s {
		width := 1
		if r >= 0x10000 {
			width = 2
		}
		if units+width <= MaxText-1 {
			room = i + utf8.RuneLen(r)
		}
		if units += width; units > MaxText {
			return s[:room] + string(Ellipsis)
		}
	}
	return s
}

// EscapeString returns a cleaned text as a value of the type ST_Xstring (ECMA-376
// part 1, 22.9.2.19), in which _xHHHH_ is an escaped character: the underscore of a
// literal one is escaped itself. excelize writes texts of cells without it.
func EscapeString(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if isEscape(s[i:]) {
			b.WriteString(escapedUnderscore)
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

const escapedUnderscore = "_x005F_"

// AppendText appends a cleaned text as the content of an XML element of the type
// ST_Xstring, as EscapeString escapes it.
func AppendText(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var with string
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '"':
			with = "&quot;"
		case '_':
			if !isEscape(s[i:]) {
				continue
			}
			with = escapedUnderscore
		default:
			continue
		}
		dst = append(dst, s[from:i]...)
		dst = append(dst, with...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// isEscape reports whether s begins with _xHHHH_.
func isEscape(s string) bool {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return false
		}
	}
	return true
}
