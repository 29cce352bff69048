package metrics

import (
	"time"

	"notifyaudit/job"
)

// Totals are the numbers over a set of messages: of everything, of a campaign. The
// zero value is of none; messages are added one at a time in constant memory.
type Totals struct {
	job.Totals

	// Oldest and Newest bound the times of the messages' readings; zero when
	// there is none. The time of a reading is its start: who is not among
	// its readers had not read the message then.
	Oldest, Newest time.Time
	// HasAudience says that the audience of a message that isn't recalled is
	// known; HasReading that such a message has a reading. Without the one no
	// count is known, without the other neither read nor unread.
	HasAudience, HasReading bool

	sum    Sum
	target targetMean
	change changeSum
}

func (t *Totals) add(r *job.Result, runID string) {
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
	t.change.add(r, runID)
}

// finish says what the counts are when all messages were added.
func (t *Totals) finish() { t.Counts = t.sum.Total() }

// Target is the wanted rate of the whole, which is comparable with its rate: the
// common target of all messages with a rate, or the mean of their targets with
// the weights that their own rates have in the whole's. False when any of them
// has none: the rate is of that one too.
func (t *Totals) Target() (float64, bool) { return t.target.value() }

// Targets says how many messages with a rate have a target, and how many have none,
// and whether the targets differ.
func (t *Totals) Targets() (some, none int, differ bool) {
	return t.target.messages, t.target.missing, t.target.mixed
}

// CommonTarget is the target of every message with a rate; false when they
// differ, or any has none. Only this can stand beside the rate of a part.
func (t *Totals) CommonTarget() (float64, bool) {
	if t.target.mixed {
		return 0, false
	}
	return t.target.value()
}

// TargetMet reports whether the weighted rate reaches Target; false, false
// without either.
func (t *Totals) TargetMet() (met, known bool) {
	low, high, hasRate := t.Counts.RateRange()
	target, hasTarget := t.Target()
	if !hasRate || !hasTarget || low < target && high >= target {
		return false, false
	}
	return low >= target, true
}

// targetMean is a weighted mean of targets. While all are the same it is exactly
// that, and not what is left of it after adding and dividing.
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
