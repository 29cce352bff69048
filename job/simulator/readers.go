package simulator

import (
	"cmp"
	"fmt"
	"slices"

	"notifyaudit/job/simulator/scenario"
)

// A drawKey names one list of readers.
type drawKey struct {
	kind, key string
	count     int // -1: by rate
	rate      float64
}

// A readership knows who received and who read a message.
type readership struct {
	draws    draws
	messages *catalog
	// people are Options.People; nil: none.
	people func(kind, key string) []string
	drawn  map[drawKey][]string
}

// maxDrawn bounds the memory for lists of readers; pages are asked soon after
// each other, so a few lists save most of the drawing.
const maxDrawn = 64

// readers are the people who have read a message in a state, in the order in
// which pages give them out.
func (r *readership) readers(kind, key string, st scenario.State) []string {
	if st.Readers != nil {
		return st.Readers
	}
	draw := drawKey{kind: kind, key: key, count: -1}
	switch {
	case st.ReaderCount != nil:
		draw.count = *st.ReaderCount
	case st.ReadRate != nil:
		draw.rate = *st.ReadRate
	default:
		draw.rate = 0.3 + 0.7*r.draws.chance("read rate", kind, key)
	}
	if drawn, found := r.drawn[draw]; found {
		return drawn
	}
	if len(r.drawn) >= maxDrawn {
		clear(r.drawn)
	}
	r.drawn[draw] = r.draw(draw)
	return r.drawn[draw]
}

// draw orders the people by how eager they are to read this message and takes
// those in front, so that more readers always include the fewer.
func (r *readership) draw(d drawKey) []string {
	type reader struct {
		id    string
		delay float64
	}
	var crowd []reader
	known := map[string]bool{}
	for _, id := range r.candidates(d) {
		known[id] = true
		crowd = append(crowd, reader{id, r.draws.chance("reader", d.kind, d.key, id)})
	}
	slices.SortFunc(crowd, func(a, b reader) int {
		return cmp.Or(cmp.Compare(a.delay, b.delay), cmp.Compare(a.id, b.id))
	})
	ids := make([]string, 0, max(d.count, len(crowd)))
	for _, reader := range crowd {
		if d.count < 0 && reader.delay < d.rate || len(ids) < d.count {
			ids = append(ids, reader.id)
		}
	}
	for n := 1; len(ids) < d.count; n++ {
		if id := madeUpID(n); !known[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// candidates are the people that readers are drawn from, each once.
func (r *readership) candidates(d drawKey) []string {
	if d.kind == scenario.KindOneToOne {
		return r.addressees(d)
	}
	if r.people != nil {
		if people := r.people(d.kind, d.key); len(people) > 0 {
			return slices.Compact(slices.Sorted(slices.Values(people)))
		}
	}
	if d.count >= 0 {
		return madeUpIDs(1, d.count)
	}
	if d.kind == scenario.KindPrivateChat {
		// A private chat has one recipient.
		return madeUpIDs(1+int(r.draws.hash("recipient", d.key)%1000), 1)
	}
	return madeUpIDs(1, 20+int(r.draws.hash("crowd", d.kind, d.key)%280))
}

func madeUpIDs(first, count int) []string {
	ids := make([]string, count)
	for i := range ids {
		ids[i] = madeUpID(first + i)
	}
	return ids
}

func madeUpID(n int) string { return fmt.Sprintf("user%04d", n) }
