package checks

import (
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
)

// metricNames are the metrics that every message has.
func metricNames() []string {
	return []string{"read_rate", "read", "unread", "audience_size", "coverage", "reading_age", "status"}
}

// countNames are the metrics that several messages have together besides: how many they
// are, and how many there are of each status.
func countNames() []string {
	names := []string{"messages"}
	for _, status := range job.Statuses() {
		names = append(names, string(status))
	}
	return names
}

// A sum is the metrics of one message or of several together. The zero value is
// that of none.
type sum struct {
	totals job.Totals
	// hasAudience and hasReading say that a count is known at all.
	hasAudience, hasReading bool
	// status is the one that all have; mixed says that there is none.
	status job.Status
	mixed  bool
	// youngest is the latest time of sending, as far as known.
	youngest time.Time
	// stalest is the oldest of the latest readings of messages that are still asked.
	stalest time.Time
	// statuses count the messages by status.
	statuses map[job.Status]int
}

// add counts one more message.
func (s *sum) add(r *job.Result) {
	s.mixed = s.mixed || s.totals.Messages > 0 && s.status != r.Status
	s.status = r.Status
	if s.statuses == nil {
		s.statuses = make(map[job.Status]int)
	}
	s.statuses[r.Status]++
	s.totals.Add(r)
	s.hasAudience = s.hasAudience || r.HasCounts()
	s.hasReading = s.hasReading || r.HasCounts() && r.Reading != nil
	if r.Message.SentAt.After(s.youngest) {
		s.youngest = r.Message.SentAt
	}
	if r.Reading != nil && ages(r.Status) && (s.stalest.IsZero() || r.Reading.FinishedAt.Before(s.stalest)) {
		s.stalest = r.Reading.FinishedAt
	}
}

// ages reports whether a reading gets stale: not that of a message that is never asked
// again.
func ages(status job.Status) bool {
	return !slices.Contains([]job.Status{job.StatusSettled, job.StatusFrozen, job.StatusRecalled}, status)
}

// values are the metrics by name at an instant; unknown makes a value of one that isn't
// known, by its type.
func (s *sum) values(now time.Time, unknown func(cty.Type) cty.Value) map[string]cty.Value {
	counts := s.totals.Counts
	integer := func(n int, known bool) cty.Value {
		if !known {
			return unknown(cty.Number)
		}
		return cty.NumberIntVal(int64(n))
	}
	values := map[string]cty.Value{
		"read_rate":     unknown(cty.Number),
		"read":          integer(counts.Read, s.hasReading),
		"unread":        integer(counts.Unread, s.hasReading),
		"audience_size": integer(counts.Audience(), s.hasAudience),
		"coverage":      unknown(cty.Number),
		"reading_age":   unknown(cty.Number),
		"status":        unknown(cty.String),
		"messages":      integer(s.totals.Messages, true),
	}
	if rate, known := counts.ReadRate(); known {
		values["read_rate"] = cty.NumberFloatVal(rate)
	}
	if coverage, known := counts.Coverage(); known {
		values["coverage"] = cty.NumberFloatVal(coverage)
	}
	if !s.stalest.IsZero() {
		values["reading_age"] = cty.NumberFloatVal(max(0, now.Sub(s.stalest).Hours()))
	}
	for _, status := range job.Statuses() {
		values[string(status)] = integer(s.statuses[status], true)
	}
	if s.totals.Messages > 0 && !s.mixed {
		values["status"] = cty.StringVal(string(s.status))
	}
	return values
}
