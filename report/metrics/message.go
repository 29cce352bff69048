package metrics

import (
	"maps"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// A Message has the numbers of one message, the same in every form of the report. What
// isn't known is nil.
type Message struct {
	// ReadingAt is the start of the latest reading; zero without one.
	ReadingAt time.Time
	// AudienceSize, Read and Unread are nil without a known audience and for a
	// recalled message, so that they add up to the totals; Read and Unread also
	// without a reading.
	AudienceSize, Read, Unread *int
	// Readers counts everybody who has read it, in the audience or not; nil without a
	// reading.
	Readers *int
	// Outside counts the readers outside a listed audience; nil without a reading
	// or without such a list. A purge leaves the count.
	Outside *int
	// ReadRate and Target are from 0 to 1; only a message that contradicts itself has a
	// rate above 1.
	ReadRate, Target *float64
	TargetMet        *bool

	// What the fields above point to: a report has many messages.
	audience, read, unread, readers, outside place[int]
	rate, target                             place[float64]
	met                                      place[bool]
}

// Fill sets m to a message's numbers, which are good until it is filled again.
func (m *Message) Fill(r *job.Result) {
	*m = Message{ReadingAt: ReadingAt(r)}
	rate, hasRate := r.ReadRate()
	met, hasMet := r.TargetMet()
	m.ReadRate = m.rate.known(rate, hasRate)
	m.Target = m.target.known(r.Message.Target, r.Message.Target != 0)
	m.TargetMet = m.met.known(met, hasMet)
	m.Readers = m.readers.known(r.ReaderCount(), r.Reading != nil && !r.Anonymous)
	if !r.HasCounts() {
		return
	}
	exact := r.Reading != nil && r.Counts.Withheld == 0
	m.AudienceSize = m.audience.known(r.Counts.Audience(), true)
	m.Read, m.Unread = m.read.known(r.Counts.Read, exact), m.unread.known(r.Counts.Unread, exact)
	m.Outside = m.outside.known(r.Outside, r.Reading != nil && !r.Anonymous && wasListed(r))
}

// A place has a number of a message, or none.
type place[T any] struct{ value T }

func (p *place[T]) known(value T, is bool) *T {
	if !is {
		return nil
	}
	p.value = value
	return &p.value
}

// wasListed reports whether the counts are of a list of people. Of purged ones only the
// number is left: it was a list if there are readers outside it, whatever the manifest
// says now, and else unless the manifest has no more than a number.
func wasListed(r *job.Result) bool {
	return r.Audience.Form == job.AudienceListed || r.Purged() && (r.Outside > 0 || r.Message.Audience.Form != job.AudienceSized)
}

// ReadingAt is the time of a message's latest reading; zero without one.
func ReadingAt(r *job.Result) (at time.Time) {
	if r.Reading != nil {
		at = r.Reading.StartedAt
	}
	return at
}

// TagText returns tags sorted by name: "owner=c&b; team=hr".
func TagText(tags map[string]string) string {
	if len(tags) == 0 {
		return ""
	}
	pairs := make([]string, 0, len(tags))
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		pairs = append(pairs, name+"="+tags[name])
	}
	return strings.Join(pairs, "; ")
}

// OpenStatuses returns the statuses of messages without an up-to-date answer.
func OpenStatuses() []job.Status {
	return []job.Status{job.StatusPending, job.StatusNotAsked, job.StatusDeferred, job.StatusRejected, job.StatusIncomplete, job.StatusFailed}
}
