package job_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"notifyaudit/job"
)

// The second implementation: the contract's sentences over sets, with no thought
// for speed. It shares nothing with the first but the types of its input.

type set map[string]bool

func setOf(ids []string) set {
	s := set{}
	for _, id := range ids {
		s[id] = true
	}
	return s
}

// A figure is what the contract says of one message.
type figure struct {
	read, unread, unknown, outside int
	rate                           float64
	hasRate                        bool
}

// "read = readers in the audience. unread = audience − read, where there is a
// reading; without one the audience is unknown, never unread. Readers outside the
// audience are counted and listed apart, never in the rate." "With only a size:
// readers / size, and more readers than size is shown as the contradiction it is,
// not clipped." "Without an audience: no rate." "Recalled messages are outside".
func naive(r *job.Result) figure {
	var f figure
	if r.Reading != nil && r.Reading.SendStatus == "RECALLED" {
		return f
	}
	readers := set{}
	for _, reader := range r.Readers {
		readers[reader.UserID] = true
	}
	switch r.Audience.Form {
	case job.AudienceUnknown:
		return f
	case job.AudienceSized:
		if r.Reading == nil {
			f.unknown = r.Audience.Size
			return f
		}
		f.read, f.unread = len(readers), r.Audience.Size-len(readers)
	case job.AudienceListed:
		audience := setOf(r.Audience.UserIDs)
		if r.Reading == nil {
			f.unknown = len(audience)
			return f
		}
		for id := range audience {
			if readers[id] {
				f.read++
			}
		}
		f.unread = len(audience) - f.read
		for id := range readers {
			if !audience[id] {
				f.outside++
			}
		}
	}
	if f.read+f.unread > 0 {
		f.rate, f.hasRate = float64(f.read)/float64(f.read+f.unread), true
	}
	return f
}

var drawIDs = rapid.SliceOfN(rapid.StringMatching(`[a-f]{1,2}`), 0, 12)

var drawResult = rapid.Custom(func(t *rapid.T) *job.Result {
	r := &job.Result{}
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0:
	case 1:
		r.Audience = job.Sized(rapid.IntRange(0, 6).Draw(t, "size"))
	default:
		r.Audience = job.Listed("staff", drawIDs.Draw(t, "audience"))
	}
	if rapid.IntRange(0, 3).Draw(t, "reading") > 0 {
		status := rapid.SampledFrom([]job.SendStatus{job.SendSuccess, job.SendSuccess, job.SendSuccess, job.SendRecalled}).Draw(t, "status")
		r.Reading = &job.Reading{StartedAt: time.Unix(1, 0), SendStatus: status}
		for _, id := range slices.Compact(slices.Sorted(slices.Values(drawIDs.Draw(t, "readers")))) {
			r.Readers = append(r.Readers, job.Reader{UserID: id, FirstSeenAt: time.Unix(9, 0), NotSeenAt: time.Unix(5, 0)})
		}
	}
	r.Message.Target = rapid.SampledFrom([]float64{0, 0.1, 0.5, 1}).Draw(t, "target")
	return r
})

func TestCountIsTheContracts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawResult.Draw(t, "result")
		r.Count()
		want := naive(r)
		got := figure{read: r.Counts.Read, unread: r.Counts.Unread, unknown: r.Counts.Unknown, outside: r.Outside}
		got.rate, got.hasRate = r.ReadRate()
		if got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		met, known := r.TargetMet()
		possible := want.unread >= 0
		if wantKnown := want.hasRate && possible && r.Message.Target > 0; known != wantKnown || met != (wantKnown && want.rate >= r.Message.Target) {
			t.Fatalf("target %v met: %t, %t at a rate of %v", r.Message.Target, met, known, want.rate)
		}
	})
}

// The people add up to the counts, in order, and with the readers' times.
func TestPeopleAreTheCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawResult.Draw(t, "result")
		r.Count()
		var ids []string
		states := map[job.PersonState]int{}
		readers := map[string]job.Reader{}
		for _, reader := range r.Readers {
			readers[reader.UserID] = reader
		}
		for d := range r.People() {
			ids = append(ids, d.UserID)
			states[d.State]++
			reader, seen := readers[d.UserID]
			want := job.Delivery{UserID: d.UserID, State: job.PersonUnknown}
			switch {
			case r.Reading == nil:
			case seen:
				want.State, want.FirstSeenAt, want.NotSeenAt = job.PersonRead, reader.FirstSeenAt, reader.NotSeenAt
			default:
				want.State, want.NotSeenAt = job.PersonUnread, r.Reading.StartedAt
			}
			if d != want {
				t.Fatalf("got %+v, want %+v", d, want)
			}
		}
		var outside []string
		for reader := range r.OutsideReaders() {
			outside = append(outside, reader.UserID)
		}
		listed := r.Audience.Form == job.AudienceListed && !r.Recalled()
		if !listed {
			if len(ids) > 0 {
				t.Fatalf("people %v without a list", ids)
			}
			return
		}
		if !slices.Equal(ids, r.Audience.UserIDs) {
			t.Fatalf("people %v of the audience %v", ids, r.Audience.UserIDs)
		}
		got := job.Counts{Read: states[job.PersonRead], Unread: states[job.PersonUnread], Unknown: states[job.PersonUnknown]}
		if got != r.Counts || len(outside) != r.Outside || !slices.IsSorted(outside) {
			t.Fatalf("people are %+v with %v outside, counts %+v with %d", got, outside, r.Counts, r.Outside)
		}
	})
}

// "audience_size = read + unread + unknown; the weighted rate is the rate; the
// mean of the messages' rates stands beside it. Recalled messages are outside
// all four and counted in the open." Those that can't be true are in no figure but
// their own.
func TestTotalsAreTheContracts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		results := rapid.SliceOfN(drawResult, 0, 12).Draw(t, "results")
		var got job.Totals
		var read, unread, unknown, rated, recalled, without, audience, contradictory int
		var rates float64
		for _, r := range results {
			r.Count()
			got.Add(r)
			f := naive(r)
			if recalled := r.Reading != nil && r.Reading.SendStatus == job.SendRecalled; !recalled && r.Audience.Form == job.AudienceSized &&
				(r.Audience.Size == 0 || f.unread < 0) {
				contradictory++
				continue
			}
			read, unread, unknown = read+f.read, unread+f.unread, unknown+f.unknown
			switch {
			case r.Reading == nil:
				without++
			case r.Reading.SendStatus == job.SendRecalled:
				recalled++
			}
			if r.Reading == nil || r.Reading.SendStatus != job.SendRecalled {
				audience += r.Audience.Size
			}
			if f.hasRate {
				rated++
				rates += f.rate
			}
		}
		if want := (job.Counts{Read: read, Unread: unread, Unknown: unknown}); got.Counts != want {
			t.Fatalf("counts: got %+v, want %+v", got.Counts, want)
		}
		if got.Messages != len(results) || got.Counted != rated || got.Recalled != recalled ||
			got.WithoutReading != without || got.Contradictory != contradictory || got.Counts.Audience() != audience {
			t.Fatalf("got %+v, want %d messages, %d counted, %d recalled, %d without, %d people",
				got, len(results), rated, recalled, without, audience)
		}
		same(t, "weighted rate", ratioOf(got.Counts.ReadRate()), quotient(read, read+unread))
		same(t, "coverage", ratioOf(got.Counts.Coverage()), quotient(read+unread, audience))
		mean := math.NaN()
		if rated > 0 {
			mean = rates / float64(rated)
		}
		same(t, "mean rate", ratioOf(got.MeanReadRate()), mean)
	})
}

// ratioOf is NaN for what is not known.
func ratioOf(value float64, known bool) float64 {
	if !known {
		return math.NaN()
	}
	return value
}

func quotient(a, b int) float64 {
	if b <= 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

func same(t *rapid.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-12 {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}
