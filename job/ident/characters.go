package ident

import (
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// characters refuses what no identifier holds.
func (k Kind) characters(id string) error {
	const nextLine = '\u0085' // a control character that Unicode counts as white space
	for _, r := range id {
		switch {
		case '0' <= r && r <= '9', 'A' <= r && r <= 'z' && r != '[' && r != ']' && r != '`', r == '+', r == '/', r == '=': // most
		case r == '\n' || r == '\r':
			return k.refuse(Several, id, "holds a line break", "write one identifier, without line breaks")
		case unicode.IsSpace(r) && r != nextLine:
			advice := "write one identifier, without blanks"
			if k == UserID {
				advice = "write one user id, without blanks; a list has ; between them"
			}
			return k.refuse(Blank, id, "holds a blank", advice)
		case control(r) || invisible(r):
			return k.refuse(Invisible, id, "holds a character that can't be seen", "type it anew, or write "+shown(visible(id)))
		case r == unicode.ReplacementChar || unicode.Is(unicode.Co, r):
			return k.refuse(NotUnicode, id, "has lost a character in a conversion", "copy it again from where it was sent")
		case strings.ContainsRune(";；,，、|｜", r):
			return k.refuse(Several, id, "holds a separator", "write one identifier")
		case r >= '！' && r <= '～': // the full-width forms of ASCII
			return k.refuse(FullWidth, id, "is written in full-width characters", "write "+shown(width.Narrow.String(id)))
		case r >= utf8.RuneSelf && unicode.IsDigit(r):
			return k.refuse(Foreign, id, "holds a digit of another script", "write it with 0 to 9")
		case strings.ContainsRune(`"“”‘’„«»`+"`", r):
			return k.refuse(Quoted, id, "holds quotation marks", "write it without them")
		case strings.ContainsRune("<>{}[]", r):
			return k.refuse(Placeholder, id, "holds brackets, as a placeholder or a list does", "write the value itself, without brackets")
		case r == '*' || r == '…':
			return k.refuse(Placeholder, id, "is only a part, the rest of which is masked or cut off", "write the whole value")
		case r >= '‐' && r <= '―' || r == '−':
			return k.refuse(Foreign, id, "holds a dash that a text program has made of a hyphen", "write -")
		case k != UserID && r >= utf8.RuneSelf:
			return k.refuse(Foreign, id, "holds "+shown(string(r))+", which the API doesn't use in it", "copy it again from where it was sent")
		}
	}
	if strings.HasPrefix(id, "'") {
		return k.refuse(Quoted, id, "holds quotation marks", "write it without them")
	}
	return nil
}

// link refuses an address with a scheme.
func (k Kind) link(id string) error {
	rest, mail := strings.CutPrefix(strings.ToLower(id), "mailto:")
	if phone, found := strings.CutPrefix(rest, "tel:"); mail || found {
		return k.refuse(Labelled, id, "is a link", "write only "+shown(id[len(id)-len(phone):]))
	}
	if strings.Contains(id, "://") {
		return k.refuse(Labelled, id, "is a link", "write only the value")
	}
	return nil
}

// escaped refuses what URLs, HTML and JSON make of other characters.
func (k Kind) escaped(id string) error {
	const again = "copy it again from where it was sent"
	if plain := html.UnescapeString(id); plain != id && strings.Contains(id, ";") {
		return k.refuse(Encoded, id, "is encoded for HTML", "write "+shown(plain))
	}
	if _, after, found := strings.Cut(id, `\u`); found && hexadecimals(after, 4) {
		return k.refuse(Encoded, id, "is escaped for JSON", again)
	}
	_, after, found := strings.Cut(id, "%")
	switch {
	case !found:
		return nil
	case !hexadecimals(after, 2):
		return k.refuse(Foreign, id, "holds a percent sign", again)
	}
	advice := again
	if plain, err := url.PathUnescape(id); err == nil {
		advice = "write " + shown(plain)
	}
	return k.refuse(Encoded, id, "is encoded for a URL", advice)
}

// hexadecimals reports whether text begins with n hexadecimal digits.
func hexadecimals(text string, n int) bool {
	return len(text) >= n && strings.Trim(text[:n], "0123456789abcdefABCDEF") == ""
}

// opaque refuses what is no key, code or conversation id, which the vendor makes
// of ASCII characters. Base64 has = at its end only.
func (k Kind) opaque(id string) error {
	switch i := strings.IndexByte(id, '='); {
	case strings.Contains(id, "..."):
		return k.refuse(Placeholder, id, "is only a part, the rest of which is masked or cut off", "write the whole value")
	case strings.Contains(id, `\`):
		return k.refuse(Encoded, id, "holds a backslash, as a value escaped for a program does", "write it without escapes")
	case strings.Contains(id, "'"):
		return k.refuse(Quoted, id, "holds quotation marks", "write it without them")
	case strings.ContainsAny(id, "()"):
		return k.refuse(Placeholder, id, "holds brackets", "write the value itself, without brackets")
	case i > 0 && strings.Trim(id[i:], "=") != "":
		return k.refuse(Several, id, "goes on behind the = at its end", "write one identifier")
	}
	return nil
}

// label finds what stands behind a name and a colon or an equals sign, as in
// processQueryKey: abc. A user id may hold both, so its label must be a name that
// people give to user ids; Base64 has = at its end.
func (k Kind) label(id string) (value string, found bool) {
	i := strings.IndexAny(id, ":：=＝")
	if i <= 0 {
		return "", false
	}
	value = strings.TrimRight(strings.TrimLeft(id[i:], ":：=＝ \t\"'"), " \t\"'")
	if value == "" || strings.HasPrefix(value, "//") {
		return "", false
	}
	name := plainName(id[:i])
	if k == UserID {
		return value, slices.Contains([]string{"id", "uid", "userid", "staffid", "employeeid", "jobnumber", "工号", "员工号", "用户id", "员工id"}, name)
	}
	assigned := id[i] == '=' || strings.HasPrefix(id[i:], "＝")
	return value, !assigned || strings.HasSuffix(name, "key") || strings.HasSuffix(name, "id") || strings.HasSuffix(name, "code")
}

// plainName is a name without what people write differently.
func plainName(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", `"`, "", "'", "").Replace(strings.ToLower(name))
}

func visible(id string) string {
	return strings.Map(func(r rune) rune {
		if control(r) || invisible(r) {
			return -1
		}
		return r
	}, id)
}
