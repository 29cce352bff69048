// Package headline says in a few sentences what the figures of a report mean, and how far
// they can be relied on: for people who read nothing else.
package headline

import (
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
	"notifyaudit/report/percent"
	"notifyaudit/report/words"
)

// Of returns the headline of figures.
func Of(in *report.Input, f *metrics.Overall, w *words.Printer) report.Headline {
	h := &writer{in: in, figures: f, words: w}
	trust, verdict := h.verdict()
	return report.Headline{Sentences: h.sentences(), Trust: trust, Verdict: verdict}
}

// Text joins the sentences of a headline.
func Text(h report.Headline, w *words.Printer) string {
	return strings.Join(h.Sentences, w.Say("separator.sentence"))
}

type writer struct {
	in      *report.Input
	figures *metrics.Overall
	words   *words.Printer
}

func (h *writer) sentences() []string {
	var all []string
	for _, said := range []string{h.rate(), h.remind(), h.change(), h.usual(), h.coverage()} {
		if said != "" {
			all = append(all, said)
		}
	}
	return all
}

// rate says how many have read, and what that is beside the target. It names what the rate
// is of where that is not everybody, so that nobody takes it for the number of recipients.
func (h *writer) rate() string {
	w, c := h.words, h.figures.Counts
	low, high, known := c.RateRange()
	if !known {
		return w.Say("headline.nothing")
	}
	target, hasTarget := h.figures.Target()
	if low != high {
		return w.Say("headline.band", w.Range(low, high))
	}
	var thresholds []float64
	if hasTarget {
		thresholds = append(thresholds, target)
	}
	rate := w.Percent(low, thresholds...)
	beside := ""
	switch {
	case !hasTarget:
	case low >= target:
		beside = w.Say("headline.reached", w.Percent(target))
	default:
		beside = w.Say("headline.below", trimmed(percent.Format(target-low)), w.Percent(target))
	}
	whole := "headline.rate"
	if c.Unknown > 0 {
		whole = "headline.part"
	}
	return w.Say(h.counted(whole), w.Number(c.Read), w.Number(c.Known()), rate, beside)
}

// counted returns the key of what is said of people, or of deliveries.
func (h *writer) counted(key string) string {
	if h.figures.CountsPeople() {
		return key + ".people"
	}
	return key + ".deliveries"
}

func trimmed(number string) string { return strings.TrimSuffix(number, ".0") }

// remind says how many people to remind, and the departments with the most of them; ""
// where people are not shown, and where all have read.
func (h *writer) remind() string {
	w, d := h.words, &h.figures.Remind
	if !h.in.Privacy.Named() || h.figures.Bridge.Total() == 0 {
		return ""
	}
	if d.People() == 0 {
		return w.Say("headline.remind.none")
	}
	said := w.Count("headline.remind", d.People())
	switch of := d.Departments(); {
	case len(of) == 0:
	case len(of) == 1 && of[0].People == d.People():
		said += w.Say("headline.remind.all", of[0].Name)
	case len(of) == 1:
		said += w.Say("headline.remind.in", w.Number(of[0].People), of[0].Name)
	default:
		said += w.Say("headline.remind.two", w.Number(of[0].People), of[0].Name, w.Number(of[1].People), of[1].Name)
	}
	return w.Say("headline.end", said)
}

// change says how many more have read since the readings compared with.
func (h *writer) change() string {
	c, known := h.figures.Change()
	if !known {
		return ""
	}
	at := h.words.Date(c.Newest)
	switch {
	case c.Read > 0:
		return h.words.Say(h.counted("headline.more"), h.words.Number(c.Read), at)
	case c.Read < 0:
		return h.words.Say(h.counted("headline.fewer"), h.words.Number(-c.Read), at)
	default:
		return h.words.Say("headline.same", at)
	}
}

func (h *writer) coverage() string {
	coverage, known := h.figures.Counts.Coverage()
	switch {
	case !known || coverage == 0:
		return ""
	case h.figures.Counts.Unknown == 0:
		return h.words.Say("headline.covered")
	default:
		return h.words.Say("headline.coverage", h.words.Percent(coverage))
	}
}
