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

// A Step is one message to ask, or one whose audience is recorded anew without a
// call.
type Step struct {
	// Message is what asking and recording need. Title and Tags are left out: a
	// plan of a million messages is held in memory.
	Message *job.Message
	Action  Action
	Cause   Cause
	// Pages is how many calls it is expected to take; an interrupted reading's
	// earlier pages are not among them. 0: its audience alone is recorded.
	Pages int
	// ReplaceAudience records the manifest's audience anew.
	ReplaceAudience bool
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

// Steps yields what there is to do: first the audiences to record, then the
// messages to ask in the order of asking: the longest expected chain first, since
// pages come one after the other and the run ends with the last of them; then the
// soonest closing windows; then the manifest's order.
func (p *Plan) Steps() iter.Seq[Step] {
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
	// failing says that it failed by itself when it was last asked.
	failing bool
	// deferred is why nothing pays for it; empty when it is asked.
	deferred Cause
}

func newAsk(m *job.Message, r *job.Record, d Decision, now time.Time) *ask {
	a := &ask{message: *m, closes: m.ClosesAt(), pages: expectedPages(m, r, now)}
	if d.Action == ActionRefresh {
		a.read = r.Last.FinishedAt
	}
	a.failing = r != nil && r.Failure != nil && r.Failure.Runs > 0
	if !d.Action.Asks() {
		a.pages = 0
	}
	a.message.Title, a.message.Tags = "", nil
	// A row's cells may share one string: the key would keep all of it.
	a.message.ID.ProcessQueryKey = strings.Clone(m.ID.ProcessQueryKey)
	a.message.OpenConversationID = strings.Clone(m.OpenConversationID)
	return a
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

// askingOrder has what takes no call first.
func askingOrder(a, b *ask) int {
	return cmp.Or(
		cmp.Compare(min(a.pages, 1), min(b.pages, 1)),
		cmp.Compare(b.pages, a.pages),
		compareInstants(a.closes, b.closes),
		cmp.Compare(a.position, b.position),
	)
}

// payingOrder is what is paid first when there isn't enough for all: the soonest
// closing windows, then what was never read, then the oldest readings. What keeps
// failing comes between the two last, whatever its window.
func payingOrder(a, b *ask) int {
	return cmp.Or(
		compareInstants(a.window(), b.window()),
		cmp.Compare(a.rank(), b.rank()),
		a.read.Compare(b.read),
		cmp.Compare(a.position, b.position),
	)
}

// window is the end of the window by which the message is paid for.
func (a *ask) window() time.Time {
	if a.failing {
		return time.Time{}
	}
	return a.closes
}

func (a *ask) rank() int {
	switch {
	case a.failing:
		return 1
	case a.read.IsZero():
		return 0
	default:
		return 2
	}
}

// sooner is the first of two instants of which the zero one never comes.
func sooner(a, b time.Time) time.Time {
	if compareInstants(a, b) <= 0 {
		return a
	}
	return b
}

// compareInstants compares two instants of which the zero one never comes.
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
