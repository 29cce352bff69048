package privacy

import (
	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

// trend yields the messages that have a row, with the readings that may be shown.
// Of one whose figures are withheld that is the last one alone: what was read
// before would narrow them down.
func (g *guard) trend(yield func(report.Series, error) bool) {
	batch := make([][2]*job.Result, 0, metrics.Batch)
	flush := func() bool {
		raw := make([]*job.Result, len(batch))
		for i, r := range batch {
			raw[i] = r[0]
		}
		all, err := metrics.Readings(&g.raw, raw)
		if err != nil {
			yield(report.Series{}, err)
			return false
		}
		for i, r := range batch {
			if !yield(report.Series{Result: r[1], Observations: banded(r[1], metrics.Observations(r[0], all[i]))}, nil) {
				return false
			}
		}
		batch = batch[:0]
		return true
	}
	for r, err := range g.shown() {
		if err != nil {
			yield(report.Series{}, err)
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
func banded(shown *job.Result, all []report.Observation) []report.Observation {
	if len(all) == 0 {
		return nil
	}
	if shown.Counts.Withheld > 0 {
		last := all[len(all)-1]
		last.Counts = shown.Counts
		return []report.Observation{last}
	}
	for i := range all {
		c := &all[i].Counts
		if low, high, is := bandOf(c.Read, c.Known()); is {
			c.Read, c.Unread, c.Withheld = low, c.Known()-high, high-low
		}
	}
	return all
}
