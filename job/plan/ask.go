package plan

import (
	"cmp"
	"iter"
	"strings"
	"time"

	"notifyaudit/job"
)

// pageSize is the most readers on a page, and what the client asks for.
const pageSize = 200

// A Step is one message to ask.
type Step struct {
	// Message is what asking and recording need. Title and Tags are left out: a
	// plan of a million messages is held in memory.
	Message *job.Message
	Action  Action
	Cause   Cause
	// Pages is how many calls it is expected to take, 1 or more; an interrupted
	// reading's earlier pages are not among them.
	Pages int
	// ReplaceAudience records the manifest's audience anew.
	ReplaceAudience bool
}

// Asks yields the messages to ask in the order of asking: the longest expected
// chain first, since pages come one after the other and the run ends with the
// last of them; then the soonest closing windows; then the manifest's order.
func (p *Plan) Asks() iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for _, a := range p.asks {
			step := Step{
				Message: &a.message, Action: a.part.Action, Cause: a.part.Cause,
				Pages: a.pages, ReplaceAudience: a.part.Cause == CauseReplaced,
			}
			if !yield(step) {
				return
			}
		}
	}
}

// An ask is a message to ask, as long as the plan is held.
type ask struct {
	message job.Message
	// closes is when the window closes; zero is never, as far as is known.
	closes time.Time
	// read is the end of the last reading; zero when there is none.
	read  time.Time
	pages int
	// position is its place among the asks of the manifest.
	position int
	group    *Group
	part     *Part
	// deferred is why nothing pays for it; empty when it is asked.
	deferred Cause
}

func newAsk(m *job.Message, r *job.Record, d Decision, now time.Time) *ask {
	a := &ask{message: *m, closes: m.ClosesAt(), pages: expectedPages(m, r, now)}
	if d.Action == ActionRefresh {
		a.read = r.Last.FinishedAt
	}
	a.message.Title, a.message.Tags = "", nil
	// A row's cells may share one string: the key would keep all of it.
	a.message.ID.ProcessQueryKey = strings.Clone(m.ID.ProcessQueryKey)
	a.message.OpenConversationID = strings.Clone(m.OpenConversationID)
	return a
}

// expectedPages foretells the calls of a reading that goes well: everybody may
// have read what was never read, and those of the last reading what was. The
// pages before a cursor are paid for.
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

func askingOrder(a, b *ask) int {
	return cmp.Or(
		cmp.Compare(b.pages, a.pages),
		sooner(a.closes, b.closes),
		cmp.Compare(a.position, b.position),
	)
}

// payingOrder is who is paid first when not all can be: the soonest closing
// windows, then what was never read, then the oldest readings.
func payingOrder(a, b *ask) int {
	return cmp.Or(
		sooner(a.closes, b.closes),
		a.read.Compare(b.read), // the zero time of the never read is before all
		cmp.Compare(a.position, b.position),
	)
}

// sooner compares two instants of which the zero one never comes.
func sooner(a, b time.Time) int {
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
