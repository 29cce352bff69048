// Package words has everything that the reports say, in both languages, and how
// they write numbers, times and lists.
//
// A text has a key, and the verbs of package fmt where something is put into it.
package words

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"sync"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/percent"
)

// A phrase is a text in both languages.
type phrase struct{ en, zh string }

func (p phrase) in(lang report.Language) string {
	if lang == report.Chinese {
		return p.zh
	}
	return p.en
}

// table is phrases, put together at its first use: a report looks into it many times.
//
//nolint:gochecknoglobals // a constant
var table = sync.OnceValue(phrases)

// phrases returns everything that the reports say, by key.
func phrases() map[string]phrase {
	all := make(map[string]phrase)
	for _, some := range []map[string]phrase{
		columnPhrases(), numberPhrases(), sheetPhrases(), statusPhrases(), summaryPhrases(),
		problemPhrases(), findingPhrases(), changedPhrases(), meaningPhrases(), notePhrases(), pagePhrases(), chatPhrases(), mailPhrases(), noticePhrases(), remindPhrases(),
	} {
		maps.Copy(all, some)
	}
	return all
}

// A Printer writes in one language and one time zone.
type Printer struct {
	Language report.Language
	Location *time.Location

	texts map[string]phrase
}

// New returns a printer; "" is English, and nil is UTC.
func New(lang report.Language, location *time.Location) *Printer {
	if lang != report.Chinese {
		lang = report.English
	}
	if location == nil {
		location = time.UTC
	}
	return &Printer{Language: lang, Location: location, texts: table()}
}

// Say returns the text of a key; of a key without one, the key.
func (w *Printer) Say(key string, args ...any) string {
	p, known := w.texts[key]
	switch {
	case !known:
		return key
	case len(args) == 0:
		return p.in(w.Language)
	default:
		return fmt.Sprintf(p.in(w.Language), args...)
	}
}

// Count says how many of something there are: "1 message", "1,200 messages". The
// text of one has the key with ".one" behind it.
func (w *Printer) Count(key string, n int) string {
	if n == 1 {
		key += ".one"
	}
	return w.Say(key, w.Number(n))
}

// Number writes a whole number in groups of three digits.
func (w *Printer) Number(n int) string { return report.Grouped(n) }

// Percent says a share: as it is shown in a cell, without a digit that is 0. It is never
// 0 or 100 of what is not quite so, nor across another share that it is compared with.
func (w *Printer) Percent(share float64, others ...float64) string {
	return w.Say("percent", strings.TrimSuffix(percent.Format(share, others...), ".0"))
}

// Range says a rate of which only the bounds are shown: "≥ 90 %", "≤ 10 %",
// "58–62 %". It is rounded outwards.
func (w *Printer) Range(low, high float64) string {
	const tens, slack = 10, 1e-9
	switch {
	case high >= 1 && low > 0:
		return w.Say("band.above", w.Say("percent", strconv.Itoa(int(low*tens+slack)*tens)))
	case low <= 0 && high < 1:
		return w.Say("band.below", w.Say("percent", strconv.Itoa(int(math.Ceil(high*tens-slack))*tens)))
	}
	return w.Bounds(low, high)
}

// Bounds says two bounds of a share, rounded outwards: "58–62 %".
func (w *Printer) Bounds(low, high float64) string {
	const slack = 1e-9
	from, to := math.Floor(low*100+slack), math.Ceil(high*100-slack)
	return w.Say("percent", fmt.Sprintf("%.0f–%.0f", from, to))
}

// Band is what stands in the place of a rate that is withheld; "" where it isn't.
func (w *Printer) Band(c job.Counts) string {
	low, high, known := c.RateRange()
	if !known || low == high {
		return ""
	}
	return w.Range(low, high)
}

// Known says beside a rate that it is not of the whole audience: "based on 12 % of
// recipients"; "" when it is.
func (w *Printer) Known(c job.Counts) string {
	coverage, some := c.Coverage()
	if !some || c.Unknown == 0 {
		return ""
	}
	if c.Known() == 0 {
		return w.Say("known.nothing")
	}
	return w.Say("known.part", w.Percent(coverage))
}

// When is a time to the minute; "" for the zero time.
func (w *Printer) When(t time.Time) string { return report.Minute(t, w.Location) }

// Day is the date of a time.
func (w *Printer) Day(t time.Time) string { return t.In(w.Location).Format(time.DateOnly) }

// Date is the date of a time for people, with the day of the week: "Friday, 20 November",
// "11月20日（周五）".
func (w *Printer) Date(t time.Time) string {
	t = t.In(w.Location)
	if w.Language == report.Chinese {
		weekday := []rune("日一二三四五六")[t.Weekday()]
		return fmt.Sprintf("%d月%d日（周%c）", t.Month(), t.Day(), weekday)
	}
	return t.Format("Monday, 2 January")
}

// Between is one time, or two when they differ in print.
func (w *Printer) Between(oldest, newest time.Time) string {
	from, to := w.When(oldest), w.When(newest)
	if from == to {
		return from
	}
	return w.Say("between", from, to)
}

// Span is a length of time in days, or in hours where it isn't whole days.
func (w *Printer) Span(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return w.Count("days", int(d/day))
	}
	if d%time.Hour == 0 {
		return w.Count("hours", int(d/time.Hour))
	}
	return d.String()
}

// List separates things with commas.
func (w *Printer) List(items []string) string { return strings.Join(items, w.Say("separator.list")) }

// Column is the header of a column by its key; a key without a label is its own.
func (w *Printer) Column(key string) string {
	if label := w.Say("column." + key); label != "column."+key {
		return label
	}
	return key
}
