package metrics

import (
	"time"

	"notifyaudit/job"
)

// A Change compares the latest readings with those before the instant compared with, over the
// same messages and the same people. A message that was not read since contributes 0; a
// message that was first read since is not part of it.
type Change struct {
	// Rate is the difference of the weighted rates of these messages.
	Rate float64
	// Read is the difference of the numbers of those who have read.
	Read int
	// Messages is how many are compared.
	Messages int
	// Oldest and Newest bound the times of the readings behind the earlier rate.
	Oldest, Newest time.Time
}

// Change returns the change since the instant compared with; false if no message can be
// compared.
func (t *Totals) Change() (Change, bool) {
	c := &t.change
	if c.known == 0 {
		return Change{}, false
	}
	return Change{
		Rate: float64(c.now-c.before) / float64(c.known), Read: c.now - c.before, Messages: c.messages, Oldest: c.oldest, Newest: c.newest,
	}, true
}

type changeSum struct {
	before, now, known, messages int
	oldest, newest               time.Time
}

func (c *changeSum) add(r *job.Result, compared time.Time) {
	before, at, known := Before(r, compared)
	if !known {
		return
	}
	c.before += before
	c.now += r.Counts.Read
	c.known += r.Counts.Known()
	c.messages++
	if c.oldest.IsZero() || at.Before(c.oldest) {
		c.oldest = at
	}
	if at.After(c.newest) {
		c.newest = at
	}
}

// Before returns how many of the audience in force had read a message by the latest reading
// that began before an instant, and the time of that reading; false if there was none, and
// if the figures are withheld.
func Before(r *job.Result, compared time.Time) (read int, at time.Time, known bool) {
	exact := r.Counts.Known() > 0 && r.Counts.Withheld == 0 && r.Pooled == 0
	switch {
	case compared.IsZero() || r.Reading == nil || !r.HasCounts() || r.Contradicts() || !exact:
		return 0, time.Time{}, false
	case r.Reading.StartedAt.Before(compared):
		return r.Counts.Read, r.Reading.StartedAt, true
	case r.Previous == nil:
		return 0, time.Time{}, false
	case r.Anonymous:
		return r.Previous.Read, r.Previous.StartedAt, true
	}
	earlier := Observations(r, []job.Reading{*r.Previous, *r.Reading})
	if len(earlier) < 2 {
		return 0, time.Time{}, false
	}
	return earlier[0].Counts.Read, r.Previous.StartedAt, true
}

// changeOf returns the change of one message's rate.
func changeOf(r *job.Result, compared time.Time) (float64, bool) {
	before, _, known := Before(r, compared)
	if !known {
		return 0, false
	}
	return float64(r.Counts.Read-before) / float64(r.Counts.Known()), true
}
