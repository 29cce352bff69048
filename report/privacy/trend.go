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
	for r, err := range g.shown() {
		var all []report.Observation
		if err == nil {
			all, err = metrics.Observed(&g.raw, r[0])
		}
		if !yield(report.Series{Result: r[1], Observations: banded(r[1], all)}, err) || err != nil {
			return
		}
	}
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
