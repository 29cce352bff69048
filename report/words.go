package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"notifyaudit/job"
)

// A phrase is a text in both languages, with the verbs of fmt.
type phrase struct{ en, zh string }

func (p phrase) in(lang Language) string {
	if lang == Chinese {
		return p.zh
	}
	return p.en
}

// words say the report's texts in its language and its time zone.
type words struct {
	lang     Language
	location *time.Location
	texts    map[string]phrase
}

func newWords(lang Language, location *time.Location) *words {
	if lang != Chinese {
		lang = English
	}
	if location == nil {
		location = time.UTC
	}
	return &words{lang: lang, location: location, texts: phrases()}
}

// say returns the text of a key; of a key without one, the key.
func (w *words) say(key string, args ...any) string {
	p, known := w.texts[key]
	switch {
	case !known:
		return key
	case len(args) == 0:
		return p.in(w.lang)
	default:
		return fmt.Sprintf(p.in(w.lang), args...)
	}
}

// count says how many of something there are: "1 message", "1,200 messages".
func (w *words) count(key string, n int) string {
	if n == 1 {
		key += ".one"
	}
	return w.say(key, w.number(n))
}

// number writes a whole number in groups of three digits.
func (w *words) number(n int) string {
	digits := strconv.Itoa(n)
	first := 1
	if n < 0 {
		first = 2
	}
	for i := len(digits) - 3; i >= first; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percent says a share in whole per cent, and never 0 or 100 of what is not
// quite so.
func (w *words) percent(share float64) string {
	text := strconv.FormatFloat(share*100, 'f', 0, 64)
	switch {
	case share > 0 && share < 0.01 && text != "1":
		text = "<1"
	case share > 0.99 && share < 1 && text != "99":
		text = ">99"
	}
	return w.say("percent", text)
}

// band says a rate that is shown as a range: "≥ 90 %", "≤ 10 %", "58–62 %". It is
// rounded outwards.
func (w *words) band(low, high float64) string {
	const tens, slack = 10, 1e-9
	switch {
	case high >= 1 && low > 0:
		return w.say("band.above", w.say("percent", strconv.Itoa(int(low*tens+slack)*tens)))
	case low <= 0 && high < 1:
		return w.say("band.below", w.say("percent", strconv.Itoa(int(math.Ceil(high*tens-slack))*tens)))
	}
	from, to := math.Floor(low*100+slack), math.Ceil(high*100-slack)
	return w.say("percent", fmt.Sprintf("%.0f–%.0f", from, to))
}

// rateOf is the read rate of counts as a cell: a number, or a band.
func (w *words) rateOf(c job.Counts) Cell {
	return w.rateBetween(c.RateRange())
}

func (w *words) rateBetween(low, high float64, known bool) Cell {
	if known && low != high {
		return Text(w.band(low, high))
	}
	return Number(low, known)
}

// share is percent for a value with a known bit; "" when it isn't known.
func (w *words) share(value float64, known bool) string {
	if !known {
		return ""
	}
	return w.percent(value)
}

// known says in words that a rate is not of the whole audience: "97 % of the
// 12 % known"; "" when it is.
func (w *words) known(c job.Counts) string {
	coverage, some := c.Coverage()
	if !some || c.Unknown == 0 {
		return ""
	}
	low, high, known := c.RateRange()
	switch {
	case !known:
		return w.say("known.nothing")
	case low != high:
		return w.say("known.part", w.band(low, high), w.percent(coverage))
	}
	rate := low
	return w.say("known.part", w.percent(rate), w.percent(coverage))
}

// when is a time to the minute in the audit's zone.
func (w *words) when(t time.Time) string { return minute(t, w.location) }

// minute is a time to the minute in a zone, nil for UTC; "" for the zero time.
func minute(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04")
}

// day is the date of a time in the audit's zone.
func (w *words) day(t time.Time) string { return t.In(w.location).Format(time.DateOnly) }

// between is one time, or two when they differ in print.
func (w *words) between(oldest, newest time.Time) string {
	from, to := w.when(oldest), w.when(newest)
	if from == to {
		return from
	}
	return w.say("between", from, to)
}

func (w *words) list(items []string) string { return strings.Join(items, w.say("separator.list")) }

// yes says whether a target is met, with a mark for those who only glance.
func (w *words) yes(met, known bool) Cell {
	switch {
	case !known:
		return Cell{}
	case met:
		return Text(w.say("yes"))
	default:
		return Text(w.say("no"))
	}
}

// ColumnLabel is the header of a column in a language: of the sheets' columns
// and of the columns of the CSV files, by their keys. A key without a label is
// its own.
func ColumnLabel(key string, lang Language) string {
	p, known := columnPhrases()["column."+key]
	if !known {
		return key
	}
	return p.in(lang)
}
