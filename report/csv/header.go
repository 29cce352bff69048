package csv

import (
	"slices"
	"time"

	"notifyaudit/report"
	"notifyaudit/report/words"
)

// telling is how many columns at its beginning tell a header from another program's.
const telling = 3

// IsHeader reports whether these are the columns of a file that Write makes, by their
// names or by their labels in any language. An earlier version may have had fewer.
func IsHeader(header []string) bool {
	if len(header) < telling {
		return false
	}
	for _, columns := range [][]string{messageColumns(), unreadColumns(), problemColumns(), indexColumns()} {
		columns = append(columns, simulatedColumn)
		for _, known := range [][]string{columns, labels(columns, report.English), labels(columns, report.Chinese)} {
			if slices.Equal(header[:telling], known[:telling]) && subset(header, known) {
				return true
			}
		}
	}
	return false
}

func labels(columns []string, language report.Language) []string {
	w := words.New(language, time.UTC)
	labels := make([]string, len(columns))
	for i, name := range columns {
		labels[i] = w.Column(name)
	}
	return labels
}

// subset reports whether known has all of columns.
func subset(columns, known []string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(known, c) })
}
