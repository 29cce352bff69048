package keys

import (
	"encoding/csv"
	"io"
	"mime/quotedprintable"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"notifyaudit/job/ident"
)

// scan takes the keys out of pasted text: the column of keys, if it is a table;
// every word, if each line is a list of bare words; else what is labelled as a key
// and the words that look like one.
func (f *Found) scan(text string) {
	f.pasted = true
	text = decoded(text)
	if f.scanTable(text) {
		return
	}
	if isList(text) {
		for word := range strings.FieldsFuncSeq(text, separates) {
			f.add(word)
		}
		return
	}
	f.scanProse(text)
}

// decoded undoes what mails, programs and links do to the characters of a key.
func decoded(text string) string {
	if quotedPrintable().MatchString(text) {
		if plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(text))); err == nil {
			text = string(plain)
		}
	}
	return escapes().ReplaceAllStringFunc(text, func(escape string) string {
		if escape == `\/` {
			return "/"
		}
		code, err := strconv.ParseUint(escape[len(escape)-2:], 16, 8)
		if err != nil {
			return escape
		}
		return string(rune(code))
	})
}

// quotedPrintable finds the header of a mail whose body is encoded so (RFC 2045).
func quotedPrintable() *regexp.Regexp {
	return regexp.MustCompile(`(?im)^content-transfer-encoding:\s*quoted-printable\s*$`)
}

// escapes are those of JSON and of URLs for + / = _ - and letters and digits.
func escapes() *regexp.Regexp {
	const code = `(?:2[BbDdFf]|3[0-9Dd]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa])`
	return regexp.MustCompile(`\\u00` + code + `|%` + code + `|\\/`)
}

// scanTable takes the column of keys of a pasted table, whose first line has the
// column's name among its cells; false where that is not so.
func (f *Found) scanTable(text string) bool {
	text = strings.TrimLeft(text, "\ufeff \r\n\t")
	header, _, more := strings.Cut(text, "\n")
	if !more {
		return false
	}
	for _, separator := range []rune{'\t', '|', ';', ','} {
		column := slices.IndexFunc(strings.Split(header, string(separator)), func(cell string) bool {
			return keyColumn(strings.Trim(cell, "\" \r"))
		})
		if column >= 0 {
			f.column(text, separator, column)
			return true
		}
	}
	return false
}

// column takes the cells of a column below its header.
func (f *Found) column(text string, separator rune, column int) {
	rows := csv.NewReader(strings.NewReader(text))
	rows.Comma, rows.FieldsPerRecord, rows.LazyQuotes, rows.ReuseRecord = separator, -1, true, true
	for first := true; ; first = false {
		row, err := rows.Read()
		if err != nil {
			return // io.EOF: LazyQuotes takes any other text
		}
		if first || column >= len(row) || isRule(row[column]) {
			continue
		}
		switch key, err := ident.Key.Parse(strings.Trim(row[column], " `")); {
		case err != nil:
			f.partial++
		case key != "":
			f.add(strings.Clone(key))
		}
	}
}

// isRule reports the line under a Markdown table's header.
func isRule(cell string) bool { return strings.Trim(cell, " :-") == "" }

// A label is what the word before says of a word.
type label int

const (
	noLabel  label = iota
	keyLabel       // it is a key
	noKey          // it is something else
)

// scanProse takes what is labelled as a key and the words that look like one.
func (f *Found) scanProse(text string) {
	said := noLabel
	for text != "" {
		start := strings.IndexFunc(text, func(r rune) bool { return !separates(r) })
		if start < 0 {
			return
		}
		if strings.ContainsAny(text[:start], "\r\n") {
			said = noLabel
		}
		if said == noLabel && isProperty(text[:start]) {
			said = noKey
		}
		end := start + len(text[start:])
		if i := strings.IndexFunc(text[start:], separates); i >= 0 {
			end = start + i
		}
		word, rest := strings.Trim(text[start:end], ".!?`#"), text[end:]
		cut := strings.HasSuffix(text[start:end], "...")
		name, value, assigned := strings.Cut(word, "=")
		switch of := labelOf(name); {
		case strings.Trim(word, "=") == "": // of an arrow, or of "key = value"
		case of != noLabel && value == "" && (assigned || labels(rest)):
			said = of
		case of != noLabel && assigned:
			f.word(strings.TrimLeft(value, "="), of, cut)
			said = noLabel
		default:
			f.word(word, said, cut)
			said = noLabel
		}
		text = rest
	}
}

// isProperty reports what stands between a property and its value in JSON: the
// value of a property with another name is no key.
func isProperty(between string) bool {
	between = strings.TrimLeft(between, `\`)
	return between != "" && strings.ContainsRune("\"'", rune(between[0])) && strings.Contains(between, ":") && !strings.ContainsAny(between, "[{")
}

// labels reports whether the text behind a name makes a label of it.
func labels(rest string) bool {
	rest = strings.TrimLeft(rest, " \t\\\"'`*")
	return strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "=") || strings.HasPrefix(rest, "：")
}

func labelOf(name string) label {
	switch plain := strings.NewReplacer("_", "", "-", "", `\`, "").Replace(strings.ToLower(name)); plain {
	case "processquerykey", "querykey", "carrierid":
		return keyLabel
	case "requestid", "robotcode", "openconversationid", "conversationid", "accesstoken", "token", "nexttoken",
		"appkey", "appsecret", "clientid", "clientsecret", "secret", "suitekey", "suitesecret", "suiteticket",
		"corpid", "userid", "unionid", "openid", "staffid", "msgid", "messageid", "traceid", "sign", "signature", "nonce", "etag":
		return noKey
	}
	return noLabel
}

// word takes one word, or counts it. cut says that dots follow: it goes on.
func (f *Found) word(word string, said label, cut bool) {
	for strings.HasPrefix(word, "*") && strings.HasSuffix(word, "*") && len(word) > 1 {
		word = word[1 : len(word)-1] // ** is Markdown's for bold
	}
	shown := strings.NewReplacer("*", "", "…", "").Replace(word)
	switch {
	case shown == "":
	case said == noKey, said == noLabel && !looksLikeKey(shown):
		f.passed++
	case cut || shown != word || !bare(word):
		f.partial++
	default:
		f.add(word)
	}
}

// separates reports what stands between words: it can be in no key.
func separates(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(",;:|\"'<>()[]{}?&\\，、；：。“”‘’（）【】《》", r)
}

// isList reports whether every line is one bare word, or some with commas or
// semicolons between them, and none is prose.
func isList(text string) bool {
	for line := range strings.Lines(text) {
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ';' }) {
			if word = strings.TrimSpace(word); word != "" && !bare(word) {
				return false
			}
		}
	}
	return true
}
