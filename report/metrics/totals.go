package metrics

import (
	"time"

	"notifyaudit/job"
)

// Totals has the numbers of a set of messages. The zero value is for none; messages are
// added one at a time, in constant memory.
type Totals struct {
	job.Totals

	// Oldest and Newest bound the times of the messages' readings; zero without any.
	// The time of a reading is its start: people who are not among its readers had not
	// read the message then.
	Oldest, Newest time.Time
	// HasAudience says that some message has a known audience; HasReading that one of
	// them has a reading. Without an audience no count is known, without a reading
	// neither read nor unread.
	HasAudience, HasReading bool

	sum    Sum
	target targetMean
	change changeSum
}

func (t *Totals) add(r *job.Result, compared time.Time) {
	t.Add(r)
	t.sum.Add(r)
	if r.Reading != nil {
		at := r.Reading.StartedAt
		if t.Oldest.IsZero() || at.Before(t.Oldest) {
			t.Oldest = at
		}
		if r.Pooled > 0 {
			at = r.Reading.FinishedAt // of the newest of several
		}
		if at.After(t.Newest) {
			t.Newest = at
		}
	}
	if !r.HasCounts() || r.Contradicts() {
		return
	}
	t.HasAudience = true
	t.HasReading = t.HasReading || r.Reading != nil
	t.target.add(r.Message.Target, r.Counts.Known())
	t.change.add(r, compared)
}

// finish computes the counts after the last message was added.
func (t *Totals) finish() { t.Counts = t.sum.Total() }

// Target returns the target of the whole, which can be compared with its rate: the common
// target of all messages with a rate, or the mean of their targets, weighted like their
// rates. False if any of these messages has no target, because the rate includes it.
func (t *Totals) Target() (float64, bool) { return t.target.value() }

// Targets returns how many messages with a rate have a target, how many have none, and
// whether the targets differ.
func (t *Totals) Targets() (some, none int, differ bool) {
	return t.target.messages, t.target.missing, t.target.mixed
}

// CommonTarget returns the target that all messages with a rate share; false if their
// targets differ, or one has none. The rate of a part can only be compared with this.
func (t *Totals) CommonTarget() (float64, bool) {
	if t.target.mixed {
		return 0, false
	}
	return t.target.value()
}

// TargetMet reports whether the weighted rate reaches Target; false, false
// without either.
func (t *Totals) TargetMet() (met, known bool) {
	target, hasTarget := t.Target()
	if !hasTarget {
		return false, false
	}
	return t.Counts.Meets(target)
}

// targetMean is a weighted mean of targets. Equal targets are returned as they are,
// without a rounding error.
type targetMean struct {
	common float64 // the first target
	mixed  bool
	// messages counts those that have one.
	messages int
	missing  int     // how many have none
	sum      float64 // of target × weight
	weight   int
}

// add takes in a message's target, 0 for none, with its weight.
func (t *targetMean) add(target float64, weight int) {
	if weight <= 0 {
		return
	}
	if target == 0 {
		t.missing++
		return
	}
	if t.weight == 0 {
		t.common = target
	}
	t.messages++
	t.mixed = t.mixed || target != t.common
	t.sum += target * float64(weight)
	t.weight += weight
}

// value is false when there is no target, or not for all.
func (t *targetMean) value() (float64, bool) {
	switch {
	case t.weight == 0 || t.missing > 0:
		return 0, false
	case t.mixed:
		return t.sum / float64(t.weight), true
	default:
		return t.common, true
	}
}
