package report

import (
	"cmp"
	"strconv"
	"time"

	"notifyaudit/job"
)

// notes are the rows of the last sheet: a topic, an item, what is said of it.
type notes struct {
	words *words
	rows  [][]Cell
}

func (n *notes) add(topic, item, said string) {
	n.rows = append(n.rows, []Cell{Text(n.words.say("topic." + topic)), text(item), text(said)})
}

func (b *book) noteSheet() *Sheet {
	w := b.words
	n := &notes{words: w}
	b.noteFigures(n)
	for _, s := range job.Statuses() {
		n.add("statuses", w.say("status."+string(s)), w.say("explain."+string(s)))
	}
	mode := cmp.Or(b.in.Privacy.People, PeopleNamed)
	n.add("mode", w.say("mode."+string(mode)), w.say("mode."+string(mode)+".text"))
	if b.aggregate() {
		n.add("mode", w.say("mode.minimum"), w.say("mode.minimum.text", b.in.Privacy.Minimum()))
	}
	b.noteDepartures(n)
	n.add("cells", "", w.say("cells.clean"))
	b.noteOrigin(n)
	return &Sheet{
		Columns: []Column{
			w.column("topic", TypeText, 16), w.wrapped("item", 32), w.wrapped("text", 90),
		},
		Count: len(n.rows),
		Rows:  rowsOf(n.rows),
	}
}

func (b *book) noteFigures(n *notes) {
	for _, key := range []string{
		"audience_size", "people", "deliveries", "read", "unread", "unknown", "read_rate", "mean_read_rate",
		"coverage", "target", "below_target", "gap", "change", "as_of", "department", "small",
	} {
		n.add("figures", n.words.say("figure."+key), n.words.say("define."+key))
	}
	said := n.words.say("define.unread_list.any")
	if stop := b.in.Refresh.StopAfter; stop > 0 {
		said = n.words.say("define.unread_list", n.words.span(stop))
	}
	n.add("figures", n.words.say("figure.unread_list"), said)
}

// noteOrigin says where the figures come from.
func (b *book) noteOrigin(n *notes) {
	w, from := b.words, &b.in.Provenance
	for _, f := range from.Sources {
		said := "SHA-256 " + f.SHA256
		if f.ReadAs != "" {
			said = f.ReadAs + ", " + said
		}
		n.add("source", f.Path, said)
	}
	if from.Lineage != "" {
		n.add("state", w.say("state.lineage"), from.Lineage)
		if !b.aggregate() {
			n.add("state", w.say("state.serial"), strconv.FormatInt(from.Serial, 10))
		}
	}
	b.noteRun(n)
	for _, s := range from.Spending {
		calls := w.number(s.Calls)
		if s.Allowed > 0 {
			calls = w.say("calls.quota", calls, w.number(s.Allowed))
		}
		n.add("calls", w.say("calls.item", s.QuotaGroup, s.Month), calls)
	}
	n.add("tool", w.say("tool.version"), from.Version)
	n.add("tool", w.say("tool.timezone"), w.location.String())
}

func (b *book) noteRun(n *notes) {
	w, run := b.words, b.in.Run
	if run == nil {
		n.add("run", w.say("run.id"), w.say("run.never"))
		return
	}
	n.add("run", w.say("run.id"), run.ID)
	n.add("run", w.say("run.started"), w.when(run.StartedAt))
	n.add("run", w.say("run.finished"), w.when(run.FinishedAt))
	complete, _ := w.yes(run.Complete, true).Text()
	n.add("run", w.say("run.complete"), complete)
	if b.aggregate() {
		return
	}
	n.add("run", w.say("run.calls"), w.number(run.Calls))
	n.add("run", w.say("run.retries"), w.number(run.Retries))
	n.add("run", w.say("run.throttled"), w.number(run.Throttled))
}

// span is a length of time in days, or in hours where it isn't whole days.
func (w *words) span(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return w.count("days", int(d/day))
	}
	if d%time.Hour == 0 {
		return w.count("hours", int(d/time.Hour))
	}
	return d.String()
}
