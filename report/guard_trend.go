package report

import (
	"notifyaudit/job"
)

// trend yields the messages that have a row, with the readings that may be shown.
// Of one whose figures are withheld that is the last one alone: what was read
// before would narrow them down.
func (g *guard) trend(yield func(Past, error) bool) {
	batch := make([][2]*job.Result, 0, historyBatch)
	flush := func() bool {
		raw := make([]*job.Result, len(batch))
		for i, r := range batch {
			raw[i] = r[0]
		}
		all, err := g.raw.readings(raw)
		if err != nil {
			yield(Past{}, err)
			return false
		}
		for i, r := range batch {
			if !yield(Past{Result: r[1], Observations: banded(r[1], Observations(r[0], all[i]))}, nil) {
				return false
			}
		}
		batch = batch[:0]
		return true
	}
	for r, err := range g.shown() {
		if err != nil {
			yield(Past{}, err)
			return
		}
		if batch = append(batch, r); len(batch) == cap(batch) && !flush() {
			return
		}
	}
	flush()
}

// banded withholds from observations what is withheld from the message, and what a
// band stands for.
func banded(shown *job.Result, all []Observation) []Observation {
	if len(all) == 0 {
		return nil
	}
	if shown.Counts.Withheld > 0 {
		last := all[len(all)-1]
		last.Counts = shown.Counts
		return []Observation{last}
	}
	for i := range all {
		c := &all[i].Counts
		if low, high, is := bandOf(c.Read, c.Known()); is {
			c.Read, c.Unread, c.Withheld = low, c.Known()-high, high-low
		}
	}
	return all
}
