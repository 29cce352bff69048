package diag

import (
	"strconv"
	"strings"
)

// Quote puts a text in quotation marks. Control characters become spaces, and a
// long text is cut.
func Quote(s string) string {
	const most = 80
	return `"` + onLine(s, most) + `"`
}

// excerpt is a row of a table on one line.
func excerpt(row string) string {
	const most = 200
	return onLine(row, most)
}

// onLine replaces control characters and cuts a text to most characters.
func onLine(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// Listed joins names for a sentence: "a, b and c".
func Listed(names []string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// FirstOf lists texts that are the first of count: "a, b …".
func FirstOf(texts []string, count int) string {
	if count > len(texts) {
		return strings.Join(texts, ", ") + " …"
	}
	return Listed(texts)
}

// Counted is a number with its noun: "1 row", "2 rows".
func Counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Sentence makes a sentence of an error.
func Sentence(err error) string {
	text := err.Error()
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
