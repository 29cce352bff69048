package report

import (
	"slices"
	"strings"
	"time"

	"notifyaudit/job"
)

// departures are those of whom there are counts and nothing else: the people of
// purged messages, and persons who were erased.
type departures struct {
	// purged counts the messages whose people were purged, between first and last.
	purged      int
	first, last time.Time
	erased      map[string]struct{}
}

// departed takes in one more message.
func (t *troubles) departed(r *job.Result) {
	if r.Purged() {
		t.purged++
		if t.first.IsZero() || r.PurgedAt.Before(t.first) {
			t.first = r.PurgedAt
		}
		if r.PurgedAt.After(t.last) {
			t.last = r.PurgedAt
		}
		t.note(troublePurged, nil, 1, label(&r.Message))
	}
	for _, id := range erasedAmong(r.Audience.UserIDs) {
		t.erase(id)
	}
	readers, _ := slices.BinarySearchFunc(r.Readers, job.Reader{UserID: job.ErasedPrefix}, job.CompareUserIDs)
	for ; readers < len(r.Readers) && strings.HasPrefix(r.Readers[readers].UserID, job.ErasedPrefix); readers++ {
		t.erase(r.Readers[readers].UserID)
	}
}

func (d *departures) erase(id string) {
	if !job.Erased(id) {
		return
	}
	if d.erased == nil {
		d.erased = make(map[string]struct{})
	}
	d.erased[id] = struct{}{}
}

// erasedAmong are the ids of a sorted list that may stand for an erased person.
func erasedAmong(sorted []string) []string {
	from, _ := slices.BinarySearch(sorted, job.ErasedPrefix)
	to := from
	for to < len(sorted) && strings.HasPrefix(sorted[to], job.ErasedPrefix) {
		to++
	}
	return sorted[from:to]
}

// days are when people were purged.
func (d *departures) days(w *words) string {
	from, to := w.day(d.first), w.day(d.last)
	if from == to {
		return from
	}
	return w.say("between", from, to)
}

// noteDepartures says of whom there are counts alone.
func (b *book) noteDepartures(n *notes) {
	d := &b.troubles.departures
	if d.purged > 0 {
		n.add("mode", n.words.say("mode.purged"), n.words.say("mode.purged.text", n.words.count("n.messages", d.purged), d.days(n.words)))
	}
	if people := len(d.erased); people > 0 {
		n.add("mode", n.words.say("mode.erased"), n.words.say("mode.erased.text", n.words.count("n.people", people)))
	}
}
