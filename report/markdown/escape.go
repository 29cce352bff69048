package markdown

import (
	"strings"
	"unicode"
)

// apart stands after a character that begins a mention, a link or the like, and
// is not seen: what follows the character is then no name. A backslash would not
// do, since GitHub looks for mentions when the Markdown has already been drawn.
const apart = "\u200b"

// escape returns a text as one line of Markdown that is drawn as the text: with
// its punctuation escaped (CommonMark, section 2.4), and without mentions
// (@name), references to issues (#1, GH-1), emoji (:name:) and addresses that
// make themselves links (https://…, www.…, a@b.c).
func escape(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	var b strings.Builder
	var before, beforeThat rune
	for i, r := range s {
		if strings.ContainsRune("\\`*_[]<>#|~!$&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		after := s[i+len(string(r)):]
		switch {
		case r == '@', r == '#', r == ':' && startsName(after),
			r == '-' && isEither(beforeThat, 'g', 'G') && isEither(before, 'h', 'H'),
			isEither(r, 'w', 'W') && after != "" && after[0] == '.':
			b.WriteString(apart)
		}
		beforeThat, before = before, r
	}
	return b.String()
}

func isEither(r, a, b rune) bool { return r == a || r == b }

// startsName reports whether a colon before this begins an emoji's name or the
// rest of an address.
func startsName(s string) bool {
	if strings.HasPrefix(s, "/") {
		return true
	}
	rest := strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-")
	return rest != s && strings.HasPrefix(rest, ":")
}
