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

// Count writes a number with narrow spaces between its thousands: 12 345.
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

// Plural returns "1 message" or "2 messages".
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

// Time writes a time in a zone, to the minute; "–" for the zero time.
func Time(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// Sentence makes a text begin with a capital letter and end with a full stop.
func Sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// People returns "1 person" or "2 people".
func People(n int) string {
	if n == 1 {
		return "1 person"
	}
	return Count(n) + " people"
}

// DidYouMean returns the end of a sentence: a full stop, and a question for the most
// similar of the candidates if one is similar enough.
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
