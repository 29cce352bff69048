// Package order has the order of names in a language.
package order

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"notifyaudit/report"
)

// Last compares two items of which some come last.
func Last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// Collator returns the order of names in a language; Chinese is sorted by pronunciation.
// It is not safe for concurrent use.
func Collator(lang report.Language) *collate.Collator {
	if lang == report.Chinese {
		return collate.New(language.SimplifiedChinese)
	}
	return collate.New(language.English)
}
