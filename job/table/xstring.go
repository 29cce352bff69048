package table

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// xstring decodes what an xlsx writes for characters that XML can't hold:
// _x000D_ is a carriage return, and _x005F_ the underscore of a text that only
// looks like that (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
func xstring(text string) string {
	i := strings.Index(text, "_x")
	if i < 0 {
		return text
	}
	var b strings.Builder
	for ; i >= 0; i = strings.Index(text, "_x") {
		b.WriteString(text[:i])
		text = text[i:]
		r, size := escape(text)
		if size == 0 {
			b.WriteByte('_')
			text = text[1:]
			continue
		}
		text = text[size:]
		if low, more := escape(text); utf16.IsSurrogate(r) && more > 0 {
			r = utf16.DecodeRune(r, low)
			text = text[more:]
		}
		b.WriteRune(r)
	}
	b.WriteString(text)
	return b.String()
}

// escape reads _xHHHH_ at the beginning; its size is 0 when there is none.
func escape(text string) (r rune, size int) {
	const length = len("_xHHHH_")
	if len(text) < length || text[:2] != "_x" || text[length-1] != '_' {
		return 0, 0
	}
	n, err := strconv.ParseUint(text[2:length-1], 16, 16)
	if err != nil {
		return 0, 0
	}
	return rune(n), length
}

// nfc is the text in the one of Unicode's forms that names are compared in: what
// looks alike is alike, whether macOS has taken it apart or not.
func nfc(text string) string { return norm.NFC.String(text) }
