package checks

import (
	"time"

	"github.com/zclconf/go-cty/cty"

	"notifyaudit/job"
)

// metricNames are the metrics that every message has.
func metricNames() []string {
	return []string{"read_rate", "read", "unread", "audience_size", "status"}
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
}

// add counts one more message.
func (s *sum) add(r *job.Result) {
	s.mixed = s.mixed || s.totals.Messages > 0 && s.status != r.Status
	s.status = r.Status
	s.totals.Add(r)
	s.hasAudience = s.hasAudience || r.HasCounts()
	s.hasReading = s.hasReading || r.HasCounts() && r.Reading != nil
	if r.Message.SentAt.After(s.youngest) {
		s.youngest = r.Message.SentAt
	}
}

// values are the metrics by name; unknown makes a value of one that isn't known,
// by its type.
func (s *sum) values(unknown func(cty.Type) cty.Value) map[string]cty.Value {
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
		"status":        unknown(cty.String),
		"messages":      integer(s.totals.Messages, true),
	}
	if rate, known := counts.ReadRate(); known {
		values["read_rate"] = cty.NumberFloatVal(rate)
	}
	if s.totals.Messages > 0 && !s.mixed {
		values["status"] = cty.StringVal(string(s.status))
	}
	return values
}
