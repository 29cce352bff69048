package ident

import (
	"slices"
	"strconv"
	"strings"
)

// date reports a date or a time of day, as spreadsheets and programs write them.
// 20261127, 2026-01 and 11-27 may be identifiers.
func date(id string) bool {
	const longest = 40
	if len(id) > longest || !strings.ContainsAny(id, "0123456789") {
		return false
	}
	if strings.ContainsAny(id, "年月") {
		return strings.Trim(id, "0123456789年月日号 :时分秒") == ""
	}
	if clockTime(id) {
		return true
	}
	day := withoutClock(id)
	for _, separator := range []string{"-", "/", "."} {
		if strings.Contains(day, separator) {
			return dateFields(strings.Split(day, separator), separator)
		}
	}
	return false
}

// withoutClock cuts a time of day off behind a date.
func withoutClock(id string) string {
	for i := range id {
		if (id[i] == ' ' || id[i] == 'T') && i+1 < len(id) && id[i+1] >= '0' && id[i+1] <= '9' && strings.Contains(id[i:], ":") {
			return id[:i]
		}
	}
	return id
}

// clockTime reports 9:30 and 09:30:00.
func clockTime(id string) bool {
	if n := strings.Count(id, ":"); n != 1 && n != 2 {
		return false
	}
	for f := range strings.SplitSeq(id, ":") {
		if digits(f) == 0 || len(f) > 2 {
			return false
		}
	}
	return true
}

// dateFields reports whether the fields are a day, a month and a year in any
// order, or two of them with the month in words.
func dateFields(fields []string, separator string) bool {
	const most = 3
	if len(fields) > most {
		return false
	}
	years, days, months := 0, 0, 0
	for _, f := range fields {
		switch n, err := strconv.Atoi(f); {
		case err != nil && monthName(f):
			months++
		case err != nil || digits(f) == 0:
			return false
		case len(f) == 4 && n >= 1900 && n < 2200:
			years++
		case len(f) <= 2 && n <= 99:
			days++
		default:
			return false
		}
	}
	if months > 0 {
		return months == 1 && years <= 1
	}
	if len(fields) < most {
		return separator == "/" && days > 0
	}
	// Three short numbers with hyphens between them may be an identifier.
	return years == 1 && days == 2 || days == most && separator != "-"
}

// monthName knows the months in English, whole or by their first three letters.
func monthName(word string) bool {
	word = strings.ToLower(word)
	return slices.ContainsFunc([]string{
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
	}, func(month string) bool { return word == month || word == month[:3] || word == "sept" })
}
