// Package problems collects what a reader of the figures should know: messages that could
// not be read, unexpected readers, people who were purged or erased, texts that had to be
// changed.
package problems

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
	"notifyaudit/report"
	"notifyaudit/report/words"
)

// A Collector takes in the results one by one.
type Collector struct {
	in    *report.Input
	words *words.Printer
	// now is the latest run's time, by which messages are late.
	now    time.Time
	groups map[groupKey]*group
	texts  textCheck
	departures
	// pooled counts the messages without a row of their own.
	pooled int
}

// New returns a collector for the results of an input.
func New(in *report.Input, w *words.Printer) *Collector {
	return &Collector{in: in, words: w, now: in.Run.LastSeen(), groups: make(map[groupKey]*group)}
}

// Add takes in a message.
func (c *Collector) Add(r *job.Result) {
	c.texts.message(r)
	if r.Pooled > 0 {
		c.pooled += r.Pooled
		return
	}
	c.message(r)
}

// Findings returns everything that was found, the gravest first. Missing are wanted
// campaigns without a message; nameless is the number of people without a name.
func (c *Collector) Findings(missing []string, nameless int) []report.Finding {
	c.texts.directory(c.in.Directory, c.hides)
	all := c.runFindings(missing)
	for _, g := range c.sorted() {
		all = append(all, c.groupFinding(g))
	}
	all = append(all, c.in.Findings...)
	if t := &c.texts.replaced; t.count > 0 {
		all = append(all, c.finding(report.SeverityWarning, "replaced", t.count, t.examples))
	}
	if t := &c.texts.cut; t.count > 0 {
		all = append(all, c.finding(report.SeverityWarning, "cut", t.count, t.examples))
	}
	for _, n := range []struct {
		key   string
		count int
	}{{"aggregate", c.minimum()}, {"pooled", c.pooled}, {"erased", len(c.erased)}, {"nameless", nameless}} {
		if n.count > 0 {
			all = append(all, c.finding(report.SeverityInfo, n.key, n.count, nil))
		}
	}
	slices.SortStableFunc(all, func(x, y report.Finding) int {
		return cmp.Compare(gravity(x.Severity), gravity(y.Severity))
	})
	return all
}

// minimum is the smallest group of an aggregate report; 0 for a named one.
func (c *Collector) minimum() int {
	if c.in.Privacy.Named() {
		return 0
	}
	return c.in.Privacy.Minimum()
}

// hides reports whether a person of the rosters must not be named.
func (c *Collector) hides(userID string) bool {
	return c.in.Erased != nil && c.in.Erased(userID)
}

func (c *Collector) finding(severity, key string, count int, examples []string) report.Finding {
	return report.Finding{
		Severity: severity, What: c.words.Say("problem." + key), Count: count,
		Means: c.words.Say("mean." + key), Ask: c.words.Say("ask." + askOf(key)),
		Examples: strings.Join(examples, c.words.Say("separator.examples")),
		Do:       c.words.Say("do." + key),
	}
}

func (c *Collector) runFindings(missing []string) []report.Finding {
	var all []report.Finding
	switch run := c.in.Run; {
	case run == nil:
		all = append(all, c.finding(report.SeverityError, "never", 1, nil))
	case !run.Complete:
		all = append(all, c.finding(report.SeverityError, "run", 1, []string{run.ID}))
	}
	if len(missing) > 0 {
		all = append(all, c.finding(report.SeverityWarning, "no_campaign", len(missing), missing[:min(len(missing), maxExamples)]))
	}
	return all
}

// gravity orders severities; unknown ones come last.
func gravity(severity string) int {
	i := slices.Index([]string{report.SeverityError, report.SeverityWarning, report.SeverityInfo}, severity)
	if i < 0 {
		return 3
	}
	return i
}
