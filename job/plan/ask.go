package plan

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"time"

	"notifyaudit/job"
	"notifyaudit/job/shelf"
)

// pageSize is how many readers a page has at most, as the client requests.
const pageSize = 200

// A Step is one message to ask, or one whose audience is recorded anew without a
// call.
type Step struct {
	// Message is what asking and recording need, see [shelf.Shelf].
	Message *job.Message
	Action  Action
	Cause   Cause
	// Pages is how many calls it is expected to take; an interrupted reading's
	// earlier pages are not among them. 0: its audience alone is recorded.
	Pages int
	// ReplaceAudience records the manifest's audience anew.
	ReplaceAudience bool

	// shelf has the message at place; nil for a step that is of no plan.
	shelf *shelf.Shelf
	place shelf.Place
}

// On returns the message's place on a shelf. It is put there, unless the step is of a plan
// with this shelf.
func (s Step) On(on *shelf.Shelf) shelf.Place {
	if s.shelf == on {
		return s.place
	}
	return on.Put(s.Message)
}

// Asks reports whether the message is asked.
func (s Step) Asks() bool { return s.Pages > 0 }

// Sound reports whether no failure of the message is known.
func (s Step) Sound() bool {
	switch s.Cause {
	case CauseFailed, CauseIncomplete, CausePending, CauseStopped:
		return false
	default:
		return true
	}
}

// Steps yields the steps of the plan: first the audiences to record, then the messages
// to ask. Of these the longest expected chain comes first, since its pages are asked one
// after the other and the run ends with the last one; then the windows that close
// soonest; then the manifest's order.
func (p *Plan) Steps() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for _, a := range p.order {
			step := Step{
				Message: p.shelf.Get(a.place), Action: a.part.Action, Cause: a.part.Cause,
				Pages: int(a.pages), ReplaceAudience: a.part.Cause == CauseReplaced,
				shelf: &p.shelf, place: a.place,
			}
			if !yield(step) {
				return
			}
		}
	}
}

// HandOver yields the steps once more, and then the plan has none: of a million messages
// they take 60 MiB besides the messages, which stay on the plan's shelf.
func (p *Plan) HandOver() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		p.Steps()(yield)
		p.order = nil
	}
}

// Shelf has the messages of the steps.
func (p *Plan) Shelf() *shelf.Shelf { return &p.shelf }

// An ask is a message to ask, as the plan keeps it: small, since there may be a million.
type ask struct {
	// place is the message's on the plan's shelf.
	place shelf.Place
	// closes is when the window closes, in microseconds since 1970; never, as far as
	// is known, is at the end of time. read is the end of the last reading, long ago
	// when there is none.
	closes, read int64
	part         *Part
	pages        int32
	// position is its place among the asks of the manifest.
	position int32
	provider uint16
	// failing means that the last request failed because of the message itself.
	failing bool
	// deferred is why no budget pays for it.
	deferred deferral
}

// never is an instant later than all others.
const never = math.MaxInt64

// A deferral is the number of a cause of [ActionDeferred]; 0 is none.
type deferral uint8

func deferrals() []Cause { return []Cause{"", CauseMonth, CauseRefused, CauseRun, CauseMax} }

func deferredBy(cause Cause) deferral {
	return deferral(slices.Index(deferrals(), cause)) //nolint:gosec // there are five
}

// newAsk is an ask without its place.
func newAsk(m *job.Message, r *job.Record, d Decision, now time.Time) ask {
	a := ask{closes: never, read: time.Time{}.UnixMicro(), pages: int32(expectedPages(m, r, now))} //nolint:gosec // of an audience
	if closes := m.ClosesAt(); !closes.IsZero() {
		a.closes = closes.UnixMicro()
	}
	if d.Action == ActionRefresh {
		a.read = r.Last.FinishedAt.UnixMicro()
	}
	a.failing = r != nil && r.Failure != nil && r.Failure.Runs > 0
	if !d.Action.Asks() {
		a.pages = 0
	}
	return a
}

// asks are allocated by the thousand, and don't move when more are added.
type asks struct{ chunks [][]ask }

const asksPerChunk = 1024

func (k *asks) add(a ask) *ask {
	last := len(k.chunks) - 1
	if last < 0 || len(k.chunks[last]) == asksPerChunk {
		k.chunks = append(k.chunks, make([]ask, 0, asksPerChunk))
		last++
	}
	n := len(k.chunks[last])
	a.position = int32(last*asksPerChunk + n) //nolint:gosec // a manifest has fewer messages
	k.chunks[last] = append(k.chunks[last], a)
	return &k.chunks[last][n]
}

func (k *asks) all() []*ask {
	all := make([]*ask, 0, len(k.chunks)*asksPerChunk)
	for _, chunk := range k.chunks {
		for i := range chunk {
			all = append(all, &chunk[i])
		}
	}
	return all
}

// expectedPages forecasts the calls of a reading that goes well: the whole audience
// may have read a message that was never read, and as many people as before one that
// was. The pages before a cursor are paid for.
func expectedPages(m *job.Message, r *job.Record, now time.Time) int {
	readers := m.Audience.Size - len(m.NotDelivered)
	had := 0
	if r != nil {
		if r.Last != nil {
			readers = r.Last.Readers
		}
		if r.Cursor.Resumable(now) {
			readers, had = max(readers, r.Cursor.Readers), r.Cursor.Pages
		}
	}
	return max(1, (readers+pageSize-1)/pageSize-had)
}

// askingOrder puts steps without a call first.
func askingOrder(a, b *ask) int {
	return cmp.Or(
		cmp.Compare(min(a.pages, 1), min(b.pages, 1)),
		cmp.Compare(b.pages, a.pages),
		cmp.Compare(a.closes, b.closes),
		cmp.Compare(a.position, b.position),
	)
}

// payingOrder is the order in which a budget pays that isn't enough for all: the windows
// that close soonest, then messages that were never read, then the oldest readings.
// Messages that keep failing come between these last two, whatever their window.
func payingOrder(a, b *ask) int {
	return cmp.Or(
		cmp.Compare(a.window(), b.window()),
		cmp.Compare(a.rank(), b.rank()),
		cmp.Compare(a.read, b.read),
		cmp.Compare(a.position, b.position),
	)
}

// window is the end of the window by which the message is paid for.
func (a *ask) window() int64 {
	if a.failing {
		return never
	}
	return a.closes
}

func (a *ask) rank() int {
	switch {
	case a.failing:
		return 1
	case a.read == time.Time{}.UnixMicro():
		return 0
	default:
		return 2
	}
}

// sooner returns the earlier of two instants; a zero one counts as later than all.
func sooner(a, b time.Time) time.Time {
	if compareInstants(a, b) <= 0 {
		return a
	}
	return b
}

// compareInstants compares two instants; a zero one counts as later than all.
func compareInstants(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}
