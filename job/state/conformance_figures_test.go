package state_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"notifyaudit/job"
	"notifyaudit/job/state/internal/tombstone"
	"notifyaudit/job/state/personal"
	"notifyaudit/job/state/transfer"
)

// Twins are two states that live through the same history, but for the people
// who are erased from one of them.
type twins struct {
	plain, private *bench
	// fresh hears of a message only once all is over.
	fresh    *bench
	r        *rapid.T
	check    int
	people   []string
	manifest []*job.Message
	minute   int
	erased   map[string]bool
	// said is when an address or a failure's words last named somebody.
	said map[string]int
}

// Whatever is recorded, erased and purged, in whatever order: no figure changes,
// and no byte of an export names who is gone.
func testFigures(b *bench) {
	t := b.t
	w := &twins{plain: b, private: newBench(t, b.open(t)), fresh: newBench(t, b.open(t))}
	w.private.open = b.open
	rapid.Check(t, func(r *rapid.T) {
		w.check++
		w.r, w.erased, w.said = r, make(map[string]bool), make(map[string]int)
		w.draw()
		r.Repeat(map[string]func(*rapid.T){
			"reading": func(r *rapid.T) { w.reading(r) },
			"page":    func(r *rapid.T) { w.page(r) },
			"failure": func(r *rapid.T) { w.failure(r) },
			"erase":   func(r *rapid.T) { w.erase(r) },
			"run":     func(*rapid.T) { w.minute++; w.plain.next(after(w.minute)); w.private.next(after(w.minute)) },
			"": func(r *rapid.T) {
				if w.minute%6 != 0 {
					return
				}
				same(r, "figures", w.private.figures(w.manifest...), w.plain.figures(w.manifest...))
			},
		})
		same(r, "figures", w.private.figures(w.manifest...), w.plain.figures(w.manifest...))
		w.purge()
		w.revive()
		w.clear()
	})
}

// draw makes people and a manifest of every kind of audience.
func (w *twins) draw() {
	id := func(n int) string { return fmt.Sprintf("p%d-%d", n, w.check) }
	w.people = nil
	for n := range 12 {
		w.people = append(w.people, id(n))
	}
	staff := job.Listed("staff", w.people[:10])
	key := func(name string) string { return fmt.Sprint(name, "-", w.check) }
	missed := message(key("missed"), staff)
	missed.NotDelivered = rapid.SliceOfNDistinct(rapid.SampledFrom(w.people), 0, 3, rapid.ID[string]).Draw(w.r, "not delivered")
	slices.Sort(missed.NotDelivered)
	few := message(key("few"), job.Sized(4))
	few.NotDelivered = missed.NotDelivered
	w.manifest = []*job.Message{
		message(key("staff"), staff), missed, few,
		message(key("unknown"), job.Audience{}),
		rowMessage(key("lone"), id(0), job.Listed("", []string{id(0)})),
		rowMessage(key("one"), "row-1", job.Sized(1)),
		message(key("dropped"), job.Listed("", w.people[2:5])),
	}
	w.manifest[4].ID.Kind = job.PrivateChat
}

func (w *twins) message(r *rapid.T) (m *job.Message, ids []string) {
	w.minute++
	m = rapid.SampledFrom(w.manifest).Draw(r, "message")
	if m.Address != job.Block(m.Address) {
		w.said[w.people[0]] = w.minute
	}
	return m, rapid.SliceOfNDistinct(rapid.SampledFrom(w.people), 0, 4, rapid.ID[string]).Draw(r, "ids")
}

// drifted is the message after its roster changed.
func (w *twins) drifted(r *rapid.T, m *job.Message) *job.Message {
	if m.Audience.Form != job.AudienceListed || !rapid.Bool().Draw(r, "drifted") {
		return m
	}
	other := *m
	other.Audience = job.Listed("staff", append(slices.Clone(m.Audience.UserIDs[:1]), w.people[10:]...))
	return &other
}

func (w *twins) reading(r *rapid.T) {
	m, ids := w.message(r)
	replace := rapid.Bool().Draw(r, "replace")
	m = w.drifted(r, m)
	pages := 1
	if record := w.plain.recordOf(m); record != nil && record.Cursor != nil && rapid.Bool().Draw(r, "goes on") {
		pages = record.Cursor.Pages + 1
	}
	for _, side := range []*bench{w.plain, w.private} {
		c := side.reading(m, w.minute, ids...)
		c.ReplaceAudience, c.Pages = replace, pages
		must(r, side.CommitReading(side.t.Context(), c))
	}
}

func (b *bench) recordOf(m *job.Message) *job.Record {
	b.t.Helper()
	records, err := b.Records(b.t.Context(), []job.MessageID{m.ID})
	must(b.t, err)
	return records[0]
}

func (w *twins) page(r *rapid.T) {
	m, ids := w.message(r)
	tokens := []string{fmt.Sprint("t", w.minute)}
	if record := w.plain.recordOf(m); record != nil && record.Cursor != nil && rapid.Bool().Draw(r, "goes on") {
		tokens = append(slices.Clone(record.Cursor.Tokens), tokens...)
	}
	for _, side := range []*bench{w.plain, w.private} {
		must(r, side.CommitPage(side.t.Context(), side.page(m, w.minute, tokens, ids...)))
	}
}

func (w *twins) failure(r *rapid.T) {
	m, ids := w.message(r)
	keep := rapid.Bool().Draw(r, "keep")
	for _, id := range ids {
		w.said[id] = w.minute
	}
	for _, side := range []*bench{w.plain, w.private} {
		c := side.failure(m, w.minute, job.ClassInvalid)
		c.KeepCursor, c.Failure.Message = keep, "no such users: "+strings.Join(ids, ", ")
		must(r, side.CommitFailure(side.t.Context(), c))
	}
}

func (w *twins) erase(r *rapid.T) {
	id := rapid.SampledFrom(w.people).Draw(r, "erased")
	_, err := personal.Erase(w.private.t.Context(), w.private.DB, id)
	switch {
	case err == nil:
		w.erased[id] = true
	case !errors.Is(err, personal.ErrUnknownPerson):
		r.Fatal(err)
	case !w.erased[id] && slices.Contains(w.plain.userIDs(), id):
		r.Errorf("%s is in the state and was not erased", id)
	}
}

// forgot looks for an id in everything that can be exported.
func (w *twins) forgot(ids ...string) {
	w.r.Helper()
	lines := w.private.export()
	for _, id := range ids {
		if tombstone.Mentions(string(lines), func(s string) bool { return s == id }) {
			w.r.Errorf("%s is still in the state", id)
		}
	}
}

// purge takes all that is old and holds the figures against the twin's.
func (w *twins) purge() {
	b, r := w.private, w.r
	ctx := b.t.Context()
	cutoff := rapid.IntRange(max(0, w.minute-8), w.minute+2).Draw(r, "before")
	before := after(cutoff)
	want := w.plain.figures(w.manifest...)
	would, err := personal.Purgeable(ctx, &b.View, before)
	must(r, err)
	people := b.userIDs()
	took, err := personal.Purge(ctx, b.DB, personal.PurgeOptions{Before: before, NotDelivered: notDelivered(w.manifest...)}, after(w.minute+3))
	must(r, err)
	same(r, "purgeable", would, took)
	same(r, "figures after the purge", b.figures(w.manifest...), want)
	left := b.userIDs()
	gone := slices.DeleteFunc(people, func(id string) bool { return slices.Contains(left, id) })
	same(r, "people gone", len(gone), took.People)
	gone = slices.DeleteFunc(gone, func(id string) bool { return w.said[id] >= cutoff })
	for id := range w.erased {
		gone = append(gone, id)
	}
	w.forgot(gone...)

	if w.check%20 == 1 { // a state to import into takes time to make
		lines := b.export()
		other := b.other()
		must(r, transfer.Import(ctx, other.DB, bytes.NewReader(lines)))
		same(r, "exported again", string(other.export()), string(lines))
		same(r, "figures after an import", other.figures(w.manifest...), want)
	}
}

// revive reads everything anew: a message that was purged then has what a new
// state would have.
func (w *twins) revive() {
	b, r := w.private, w.r
	w.minute += 10
	for _, m := range w.manifest {
		record := b.recordOf(m)
		if record == nil || record.PurgedAt.IsZero() {
			continue
		}
		must(r, b.CommitReading(b.t.Context(), b.reading(m, w.minute, w.people[:3]...)))
		must(r, w.fresh.CommitReading(b.t.Context(), w.fresh.reading(m, w.minute, w.people[:3]...)))
		same(r, "read again", b.figures(m), w.fresh.figures(m))
		again := b.recordOf(m)
		if again.Previous != nil || !again.PurgedAt.IsZero() {
			r.Errorf("after a purge and a reading: %+v", again)
		}
	}
}

// clear keeps the states small.
func (w *twins) clear() {
	var ids []job.MessageID
	for _, m := range w.manifest {
		ids = append(ids, m.ID)
	}
	for _, side := range []*bench{w.plain, w.private, w.fresh} {
		_, err := personal.Remove(side.t.Context(), side.DB, ids)
		must(w.r, err)
	}
	left := w.private.userIDs()
	if at := slices.IndexFunc(left, func(id string) bool { return !job.Erased(id) }); at >= 0 {
		w.r.Errorf("%s is in no message any more, but in the state", left[at])
	}
}
