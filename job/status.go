package job

import (
	"math"
	"time"
)

// A Status is where a message stands, as the reports say it.
type Status string

// The statuses of a message.
const (
	StatusCurrent    Status = "current"    // a complete reading from this run
	StatusSettled    Status = "settled"    // everybody has read it: never asked again
	StatusFresh      Status = "fresh"      // read before and not due yet
	StatusFrozen     Status = "frozen"     // can't be asked any more: the last reading stands
	StatusRecalled   Status = "recalled"   // taken back by the sender
	StatusPending    Status = "pending"    // being sent, or not generated yet
	StatusNotAsked   Status = "not_asked"  // no run has asked it yet
	StatusDeferred   Status = "deferred"   // put off: the quota did not pay for it
	StatusRejected   Status = "rejected"   // the last answer was final
	StatusIncomplete Status = "incomplete" // pages arrived that can't be believed
	StatusFailed     Status = "failed"     // gave up for now: asked again next run
)

// Statuses are all statuses, in the order in which people are shown them.
func Statuses() []Status {
	return []Status{
		StatusCurrent, StatusSettled, StatusFresh, StatusFrozen, StatusRecalled,
		StatusPending, StatusNotAsked, StatusDeferred, StatusRejected, StatusIncomplete, StatusFailed,
	}
}

// Refresh says when a message that was read is asked again. The zero value asks
// it at every run; DefaultRefresh is the manifest's default.
type Refresh struct {
	// After is the shortest time between two readings of a message.
	After time.Duration
	// Age is a share, 0 or more: a message is not asked again before Age times
	// its age at the last reading has passed since. Without a time of sending
	// the age counts from the first answer about it.
	Age float64
	// StopAfter is the age past which a message that was read is not asked
	// again; 0 never stops.
	StopAfter time.Duration
}

// DefaultRefresh is often when young, seldom when old, never after a month.
func DefaultRefresh() Refresh {
	return Refresh{After: time.Hour, Age: 0.1, StopAfter: 30 * 24 * time.Hour}
}

// Wait is how long after a reading the message is not asked again, given its age at
// that reading: the longer of After and the share of the age; the longest duration
// where it would be longer still. A negative age is none.
func (r Refresh) Wait(age time.Duration) time.Duration {
	share := time.Duration(math.MaxInt64)
	if product := r.Age * float64(max(0, age)); product < math.MaxInt64 {
		share = time.Duration(product)
	}
	return max(r.After, share)
}

// The two times that tell "not generated yet" from "gone": the vendor has one
// code, processQueryKey.expireTime, for both.
const (
	// GenerationTime is how long after sending a message without data is taken
	// for not generated yet.
	GenerationTime = 30 * time.Minute
	// GonePatience is how long a message that was never read, and whose time of
	// sending isn't known, is taken for not generated yet, from its first answer.
	GonePatience = 24 * time.Hour
	// GoneConfirmation is the least time between the two answers that prove a
	// message gone.
	GoneConfirmation = time.Hour
)

// JudgeExpired says what a processQueryKey.expireTime answer at now makes of a
// message: StatusPending, to be asked again, or StatusFrozen, gone for good.
func JudgeExpired(m *Message, r *Record, now time.Time) Status {
	if !m.SentAt.IsZero() && now.Sub(m.SentAt) <= GenerationTime {
		return StatusPending
	}
	if m.SentAt.IsZero() && r.Last == nil && (!r.Asked() || now.Sub(r.FirstAskedAt) < GonePatience) {
		return StatusPending
	}
	if r.ExpiredSince.IsZero() || now.Sub(r.ExpiredSince) < GoneConfirmation {
		return StatusPending
	}
	return StatusFrozen
}

// What makes an answer final whose code no page lists: so many runs in a row that
// had it, the first of them so long ago.
const (
	FinalRuns = 4
	FinalSpan = 3 * time.Hour
)

// JudgeUnlisted says what an answer with a code that no page lists makes of a
// message, once its row is counted (see [Failure.Follow]): StatusFailed, to be asked
// again, or StatusRejected when that would not help.
func JudgeUnlisted(f *Failure) Status {
	if f.Same >= FinalRuns && f.At.Sub(f.Since) >= FinalSpan {
		return StatusRejected
	}
	return StatusFailed
}

// JudgeUnsent says what the answer that the result of sending isn't known makes of
// a message at now: StatusPending while its window is open, and without a known
// window for GonePatience after the first answer about it; then StatusFrozen.
func JudgeUnsent(m *Message, r *Record, now time.Time) Status {
	closes := m.ClosesAt()
	if closes.IsZero() && r.Asked() {
		closes = r.FirstAskedAt.Add(GonePatience)
	}
	if closes.IsZero() || now.Before(closes) {
		return StatusPending
	}
	return StatusFrozen
}
