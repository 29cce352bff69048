package ident

import (
	"slices"
	"strings"
	"unicode"
)

// look refuses a text that is something else as a whole: a number, a date, a
// truth value, an error, a word for nothing.
func (k Kind) look(id string) error {
	const asText = "format the column as text and enter the values again"
	switch {
	case strings.HasPrefix(id, "#") || strings.HasPrefix(id, "Err:"):
		return k.refuse(ErrorValue, id, "is an error of a spreadsheet, or begins like one", "mend the formula, or write the value itself")
	case missing(id):
		return k.refuse(Missing, id, "stands for a value that isn't there", "write the value, or remove the row")
	case k == UserID && everybody(id):
		return k.refuse(Crowd, id, "stands for everybody", "write user ids, the number of people, or the name of an audience block")
	case k == UserID && headcount(id) != "":
		return k.refuse(Crowd, id, "is a number of people with words", "write "+headcount(id))
	case boolean(id):
		return k.refuse(Boolean, id, "is a truth value", asText)
	case formula(id):
		return k.refuse(Formula, id, "is a formula", "write the value that it gives")
	case scientific(id):
		return k.refuse(DigitsLost, id, "is in scientific notation, which has lost its last digits", asText)
	case date(id):
		return k.refuse(Date, id, "is a date or a time", asText)
	}
	if whole, is := decimal(id); is {
		advice := asText
		if whole != "" {
			advice = "write " + whole
		}
		return k.refuse(NotWhole, id, "is a number that isn't a plain whole one", advice)
	}
	return nil
}

// formula reports what a spreadsheet calculates. An identifier that begins with
// = is none yet.
func formula(id string) bool {
	rest, found := strings.CutPrefix(id, "=")
	if !found {
		return false
	}
	name := strings.TrimLeft(rest, "+-")
	row := strings.TrimLeft(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	return strings.ContainsAny(rest, "()!&$\"") || len(row) < len(name) && digits(row) > 0
}

// missing reports a word that tools write for a value that isn't there. Some are
// names as well: "na" in lower case stays an identifier.
func missing(id string) bool {
	if !strings.ContainsFunc(id, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return true // "-", "--", "/", "???", "…"
	}
	const longest = 9
	if len(id) > longest {
		return false
	}
	switch strings.ToLower(id) {
	case "null", "nil", "none", "nan", "-nan", "n/a", "n.a.", "undefined", "inf", "-inf", "+inf", "infinity", "-infinity",
		"<na>", "<null>", "<none>", "<nil>", "(null)", "(none)", "(nil)", "(empty)", "(blank)", `\n`, "无", "暂无", "空":
		return true
	}
	return id == "NA" || id == "NaT"
}

// everybody reports a word for all people, which no person is called.
func everybody(id string) bool {
	return slices.Contains([]string{"all", "everyone", "everybody", "allstaff", "allusers", "allemployees", "所有人", "全员", "全体", "全体员工", "全体人员", "全部", "所有员工"},
		plainName(strings.TrimPrefix(id, "@")))
}

// headcount is the number in 300人, 约300人, ~300 and 共300; empty for anything else.
func headcount(id string) string {
	number := strings.TrimPrefix(strings.TrimPrefix(id, "共"), "约")
	number = strings.TrimLeft(number, "~～≈")
	for _, unit := range []string{"人", "名", "位", "个"} {
		number = strings.TrimSuffix(number, unit)
	}
	if number == id || digits(number) == 0 {
		return ""
	}
	return number
}

// boolean knows the truth values of files and, in capitals, those of
// spreadsheets in other languages.
func boolean(id string) bool {
	if strings.EqualFold(id, "true") || strings.EqualFold(id, "false") {
		return true
	}
	return slices.Contains([]string{"WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO", "是", "否"}, id)
}

// scientific reports a number with an exponent, as spreadsheets and programs write
// one that has lost digits: with a sign in the exponent (1E+05, 1e-07) or a decimal
// point (1.0E5). The text 1E5 has neither and is an identifier, also in a column of
// others: a key may consist of such digits. Who writes it as a number, without
// quotation marks in HCL, JSON or YAML, is told so there.
func scientific(id string) bool {
	mantissa, exponent, found := cutByte(id, "eE")
	if !found {
		return false
	}
	whole, fraction, pointed := cutByte(strings.TrimLeft(mantissa, "+-"), ".,")
	bare := strings.TrimLeft(exponent, "+-")
	return digits(whole) > 0 && (fraction == "" || digits(fraction) > 0) && digits(bare) > 0 && len(exponent)-len(bare) <= 1 &&
		(pointed || len(bare) < len(exponent))
}

// decimal reports a number with a decimal point, separators of thousands or a
// minus sign. Where its fraction is zero, whole is what it was before.
func decimal(id string) (whole string, is bool) {
	negative := strings.HasPrefix(id, "-")
	number, fraction, pointed := strings.Cut(strings.TrimLeft(id, "+-"), ".")
	plain, grouped := ungrouped(number)
	switch {
	case digits(plain) == 0 && (number != "" || fraction == ""), fraction != "" && digits(fraction) == 0:
		return "", false
	case negative || strings.Trim(fraction, "0") != "":
		return "", true
	}
	return plain, pointed || grouped
}

// ungrouped removes separators of thousands: 1,234,567.
func ungrouped(number string) (plain string, grouped bool) {
	const group = 3
	if first, _, found := strings.Cut(number, ","); !found || len(first) > group {
		return number, false
	}
	groups := strings.Split(number, ",")
	for i, g := range groups {
		if digits(g) == 0 || i > 0 && len(g) != group {
			return number, false
		}
	}
	return strings.Join(groups, ""), true
}

func cutByte(text, bytes string) (before, after string, found bool) {
	i := strings.IndexAny(text, bytes)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}
