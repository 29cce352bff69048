package excel

import (
	"strings"
	"unicode/utf8"
)

// maxText is the length of the longest text in a cell, in UTF-16 code units:
// "Total number of characters that a cell can contain" in Microsoft's
// "Excel specifications and limits".
const maxText = 32767

// cutMark stands at the end of a text that was cut.
const cutMark = '…'

// clean returns the text as a cell can hold it. Bytes that aren't UTF-8 and
// characters that XML 1.0 can't hold (its production 2, Char) become U+FFFD,
// line ends become \n as XML's own rule makes them, and a text over maxText is
// cut and marked. A text that needs none of it is returned as it is.
func clean(s string) string {
	if len(s) <= maxText && isClean(s) {
		return s
	}
	return cut(replace(s))
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

func cut(s string) string {
	units, room := 0, 0
	for i, r := range s {
		width := 1
		if r >= 0x10000 {
			width = 2
		}
		if units+width <= maxText-1 {
			room = i + utf8.RuneLen(r)
		}
		if units += width; units > maxText {
			return s[:room] + string(cutMark)
		}
	}
	return s
}

// appendText appends a cleaned text as the content of an XML element.
//
// A literal _xHHHH_ would be read as an escaped character (ST_Xstring, ECMA-376
// part 1, 22.9.2.19), so its underscore is escaped itself.
func appendText(dst []byte, s string) []byte {
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
			with = "_x005F_"
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
