package job

// Counts are the people of one message, of a campaign, of a department, of
// everything: each in exactly one of three states.
type Counts struct {
	// Read have read it. Unread are in the audience and not among the readers of
	// a complete reading. Unknown are in an audience of which no complete reading
	// exists yet.
	//
	// With only a size and more readers than that, Unread is negative: the
	// contradiction is shown as it is, and the sums still hold.
	Read, Unread, Unknown int
	// Withheld have read it or not, and an aggregate report doesn't say who of them:
	// it shows a band in place of the exact figure. 0 everywhere else.
	Withheld int
}

// Add returns the sum of two counts.
func (c Counts) Add(d Counts) Counts {
	return Counts{
		Read: c.Read + d.Read, Unread: c.Unread + d.Unread,
		Unknown: c.Unknown + d.Unknown, Withheld: c.Withheld + d.Withheld,
	}
}

// Audience is everybody: read + unread + unknown, and who is withheld.
func (c Counts) Audience() int { return c.Known() + c.Unknown }

// Known counts those whose state is known.
func (c Counts) Known() int { return c.Read + c.Unread + c.Withheld }

// ReadRate is read / (read + unread); false when nobody's state is known, and when
// some of it is withheld.
func (c Counts) ReadRate() (float64, bool) {
	if c.Withheld > 0 {
		return 0, false
	}
	return ratio(c.Read, c.Known())
}

// RateRange bounds the read rate; the two are the same unless some of it is
// withheld. False when nobody's state is known.
func (c Counts) RateRange() (low, high float64, known bool) {
	low, known = ratio(c.Read, c.Known())
	high, _ = ratio(c.Read+c.Withheld, c.Known())
	return low, high, known
}

// Meets reports whether the read rate reaches a target; false, false without either, and
// where a withheld rate doesn't tell.
func (c Counts) Meets(target float64) (met, known bool) {
	low, high, known := c.RateRange()
	if !known || target == 0 || low < target && high >= target {
		return false, false
	}
	return low >= target, true
}

// Coverage is the known share of the audience; false for an empty audience.
func (c Counts) Coverage() (float64, bool) { return ratio(c.Known(), c.Audience()) }

func ratio(part, whole int) (float64, bool) {
	if whole <= 0 {
		return 0, false
	}
	return float64(part) / float64(whole), true
}

// Totals are the figures over a set of messages. The zero value is of none;
// Add takes messages one at a time, in any order, in constant memory.
type Totals struct {
	// Messages counts all; Counted those with a rate of their own; Recalled and
	// WithoutReading are why the others have none, besides a missing audience.
	// A recalled message is not counted as one without a reading.
	Messages, Counted, Recalled, WithoutReading int
	// Contradictory counts those whose figures can't be true; they are in no other
	// figure but Messages.
	Contradictory int
	Counts        Counts
	// low and high are the sums of the bounds of the messages' rates.
	low, high float64
}

// Add counts one more message. Those that are put together have no rate of their
// own.
func (t *Totals) Add(r *Result) {
	if r.Pooled > 0 {
		t.Messages += r.Pooled
		t.Counts = t.Counts.Add(r.Counts)
		return
	}
	t.Messages++
	if r.Recalled() {
		t.Recalled++
		return
	}
	if r.Contradicts() {
		t.Contradictory++
		return
	}
	if r.Reading == nil {
		t.WithoutReading++
	}
	t.Counts = t.Counts.Add(r.Counts)
	if low, high, known := r.RateRange(); known {
		t.Counted++
		t.low, t.high = t.low+low, t.high+high
	}
}

// MeanReadRate is the mean of the messages' own rates, in which a message to
// two people weighs as much as one to two thousand; false when none has a rate, and
// when one of them is withheld. It stands beside the weighted rate, Counts.ReadRate,
// and never for it.
func (t *Totals) MeanReadRate() (float64, bool) {
	low, high, known := t.MeanRateRange()
	return low, known && low == high
}

// MeanRateRange bounds the mean as Counts.RateRange does the rate.
func (t *Totals) MeanRateRange() (low, high float64, known bool) {
	if t.Counted == 0 {
		return 0, 0, false
	}
	return t.low / float64(t.Counted), t.high / float64(t.Counted), true
}
