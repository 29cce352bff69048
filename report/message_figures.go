package report

import (
	"time"

	"notifyaudit/job"
)

// MessageFigures are the figures of one message as every form of the report has
// them; nil is what isn't known.
type MessageFigures struct {
	// ReadingAt is the start of the latest reading; zero without one.
	ReadingAt time.Time
	// AudienceSize, Read and Unread are nil without a known audience and for a
	// recalled message, so that they add up to the totals; Read and Unread also
	// without a reading.
	AudienceSize, Read, Unread *int
	// Readers counts everybody who was ever seen to have read it, in the audience
	// or not; nil without a reading.
	Readers *int
	// Outside counts the readers outside a listed audience; nil without a reading
	// or without such a list. A purge leaves the count.
	Outside *int
	// ReadRate and Target are from 0 to 1, save that more readers than a mere
	// head count make a rate above 1.
	ReadRate, Target *float64
	// ReadRateBand stands in the place of a rate that is withheld: "≥ 90 %"; "" where
	// the rate is shown. Read and Unread are nil then.
	ReadRateBand string
	TargetMet    *bool
}

// FiguresOf returns the figures of a message, its band in a language.
func FiguresOf(r *job.Result, lang Language) MessageFigures {
	f := MessageFigures{
		ReadingAt: readingAt(r),
		ReadRate:  known(r.ReadRate()),
		Target:    known(r.Message.Target, r.Message.Target != 0),
		TargetMet: known(r.TargetMet()),
		Readers:   known(r.ReaderCount(), r.Reading != nil && !r.Anonymous),
	}
	if !r.HasCounts() {
		return f
	}
	f.AudienceSize = new(r.Counts.Audience())
	exact := r.Reading != nil && r.Counts.Withheld == 0
	f.Read, f.Unread = known(r.Counts.Read, exact), known(r.Counts.Unread, exact)
	f.ReadRateBand = BandOf(r.Counts, lang)
	f.Outside = known(r.Outside, r.Reading != nil && !r.Anonymous && wasListed(r))
	return f
}

// BandOf is what stands in the place of a rate that is withheld; "" where it isn't.
func BandOf(c job.Counts, lang Language) string {
	low, high, known := c.RateRange()
	if !known || low == high {
		return ""
	}
	return newWords(lang, nil).band(low, high)
}

// wasListed reports whether the counts are of a list of people: of purged ones,
// unless the manifest never had more than their number.
func wasListed(r *job.Result) bool {
	return r.Audience.Form == job.AudienceListed || r.Purged() && r.Message.Audience.Form != job.AudienceSized
}

func known[T any](value T, is bool) *T {
	if !is {
		return nil
	}
	return &value
}
