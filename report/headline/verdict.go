package headline

import (
	"strings"

	"notifyaudit/report"
	"notifyaudit/report/metrics"
)

const (
	// enough is the coverage below which figures say little about the whole.
	enough = 0.9
	// maxNames is how many campaigns are named.
	maxNames = 3
)

// verdict says how far the figures can be relied on. They are complete when the run asked
// everything, every message has an up-to-date answer, everybody's state is known, and no
// message contradicts itself.
func (h *writer) verdict() (report.Trust, string) {
	w, f := h.words, h.figures
	switch {
	case h.in.Run == nil:
		return report.TrustLittle, w.Say("verdict.never")
	case f.Messages == 0 && h.in.Run.Complete:
		return report.TrustFull, w.Say("verdict.empty")
	}
	said := h.doubts()
	switch {
	case len(said) == 0:
		return report.TrustFull, w.Say("verdict.complete")
	case h.little():
		said = append([]string{w.Say("verdict.incomplete")}, said...)
		return report.TrustLittle, strings.Join(said, w.Say("separator.sentence"))
	default:
		return report.TrustMost, strings.Join(said, w.Say("separator.sentence"))
	}
}

// little reports whether so much is missing that the figures say little.
func (h *writer) little() bool {
	f := h.figures
	coverage, known := f.Counts.Coverage()
	return known && coverage < enough || len(f.Missing()) > 0 || !known && f.WithoutReading == f.Messages-f.Recalled
}

// doubts are the reasons why the figures are not complete, the gravest first.
func (h *writer) doubts() []string {
	w, f := h.words, h.figures
	var said []string
	if n := f.Counts.Unknown; n > 0 {
		said = append(said, w.Say(h.counted("verdict.unknown"), w.Number(n), w.Number(f.Counts.Audience())))
	}
	if missing := f.Missing(); len(missing) > 0 {
		var names []string
		for _, c := range missing[:min(len(missing), maxNames)] {
			names = append(names, h.title(c))
		}
		if more := len(missing) - len(names); more > 0 {
			names = append(names, w.Say("verdict.more", more))
		}
		said = append(said, w.Say("verdict.missing", w.List(names)))
	}
	if !h.in.Run.Complete {
		said = append(said, w.Say("verdict.run"))
	}
	if unanswered := h.unanswered(); unanswered != "" {
		said = append(said, unanswered)
	}
	if f.Open > 0 {
		said = append(said, w.Say("verdict.open"))
	}
	if n := f.Contradictory; n > 0 {
		said = append(said, w.Say("verdict.contradictory", w.Count("n.messages", n)))
	}
	if f.Lost > 0 {
		said = append(said, w.Say("verdict.lost", w.Count("n.messages", f.Lost)))
	}
	return said
}

// unanswered says how many messages have no up-to-date answer, by status; "" if all have.
func (h *writer) unanswered() string {
	w, sum := h.words, 0
	var parts []string
	for _, status := range metrics.OpenStatuses() {
		if n := h.figures.Statuses[status]; n > 0 {
			sum += n
			parts = append(parts, w.Say("verdict.status", w.Number(n), w.Say("status."+string(status))))
		}
	}
	if sum == 0 {
		return ""
	}
	return w.Say("verdict.troubled", w.Number(sum), w.Count("n.messages", h.figures.Messages), w.List(parts))
}
