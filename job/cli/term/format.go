package term

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"notifyaudit/report/percent"
)

// Count writes a number with its thousands apart: 12 345.
func Count(n int) string {
	s := strconv.Itoa(n)
	digits := strings.TrimPrefix(s, "-")
	var b strings.Builder
	b.WriteString(s[:len(s)-len(digits)])
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString("\u202f")
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Plural is "1 message", "2 messages".
func Plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return Count(n) + " " + noun
}

// Percent is "91.7 %", or "–" when there is no rate. It has as many digits as it takes
// to see on which side of 0, of 100 and of these targets the rate is.
func Percent(rate float64, known bool, targets ...float64) string {
	if !known {
		return "–"
	}
	return percent.Format(rate, targets...) + "\u202f%"
}

// Time is a time in the audit's zone, "–" for none.
func Time(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// Sentence begins with a capital and ends with a full stop.
func Sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// People is "1 person", "2 people".
func People(n int) string {
	if n == 1 {
		return "1 person"
	}
	return Count(n) + " people"
}

// DidYouMean ends a sentence, and asks after the nearest of the candidates if one
// is near.
func DidYouMean(word string, candidates []string) string {
	best, distance := "", 3
	for _, candidate := range candidates {
		if d := levenshtein.Distance(strings.ToLower(word), candidate, nil); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return "."
	}
	return fmt.Sprintf(". Did you mean %q?", best)
}
