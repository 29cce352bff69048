package metrics

import (
	"time"

	"notifyaudit/job"
)

// A Change compares the end of the latest run with the end of the run before it, over
// the same messages and the same people. A message that was not read again contributes
// nothing; one that was read for the first time is not among them.
type Change struct {
	// Rate is the difference of the weighted rates of these messages.
	Rate float64
	// Messages counts them.
	Messages int
	// Oldest and Newest bound the times of the readings behind the earlier rate.
	Oldest, Newest time.Time
}

// Change is what has changed since the run before the latest; false when no message
// can be compared.
func (t *Totals) Change() (Change, bool) {
	c := &t.change
	if c.known == 0 {
		return Change{}, false
	}
	return Change{
		Rate: float64(c.now-c.before) / float64(c.known), Messages: c.messages, Oldest: c.oldest, Newest: c.newest,
	}, true
}

type changeSum struct {
	before, now, known, messages int
	oldest, newest               time.Time
}

func (c *changeSum) add(r *job.Result, runID string) {
	before, at, known := Before(r, runID)
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

// Before is how many of the audience in force had read a message at the end of the run
// before the latest, by its reading of an instant; false when there was none, and where
// the figures are withheld.
func Before(r *job.Result, runID string) (read int, at time.Time, known bool) {
	if runID == "" || r.Reading == nil || !r.HasCounts() || r.Contradicts() || r.Counts.Known() == 0 || r.Counts.Withheld > 0 || r.Pooled > 0 {
		return 0, time.Time{}, false
	}
	if r.Reading.RunID != runID {
		return r.Counts.Read, r.Reading.StartedAt, true
	}
	if r.Previous == nil {
		return 0, time.Time{}, false
	}
	if r.Anonymous {
		return r.Previous.Read, r.Previous.StartedAt, true
	}
	earlier := Observations(r, []job.Reading{*r.Previous, *r.Reading})
	if len(earlier) < 2 {
		return 0, time.Time{}, false
	}
	return earlier[0].Counts.Read, r.Previous.StartedAt, true
}

// changeOf is the change of one message's rate.
func changeOf(r *job.Result, runID string) (float64, bool) {
	before, _, known := Before(r, runID)
	if !known {
		return 0, false
	}
	return float64(r.Counts.Read-before) / float64(r.Counts.Known()), true
}
