package runner

import (
	"sync"

	"notifyaudit/job"
)

// An Outcome is what became of one asked message.
type Outcome string

// The outcomes.
const (
	OutcomeRead       Outcome = "read"
	OutcomePending    Outcome = "pending"
	OutcomeFrozen     Outcome = "frozen"
	OutcomeRejected   Outcome = "rejected"
	OutcomeIncomplete Outcome = "incomplete"
	OutcomeFailed     Outcome = "failed"
	OutcomeDeferred   Outcome = "deferred" // the quota ended before its turn
)

// Unreadable reports whether the message was asked and could not be read: its
// being put off or not ready yet is something else.
func (o Outcome) Unreadable() bool {
	return o == OutcomeRejected || o == OutcomeIncomplete || o == OutcomeFailed
}

func outcomeOf(s job.Status) Outcome { return Outcome(s) }

// An Event is one step of a run: a page with more behind it, or the end of a
// message.
type Event struct {
	Message *job.Message
	// Outcome is empty for a page with more behind it.
	Outcome Outcome
	// Err says why there is no reading; nil with OutcomeRead.
	Err  *job.AnswerError
	Cost job.Cost
}

// A Summary is what a run did.
type Summary struct {
	// Planned counts the tasks; Outcomes what became of those asked; NotAsked
	// the rest, whatever the reason.
	Planned, NotAsked int
	Outcomes          map[Outcome]int
	Cost              job.Cost
	// Stops are in the order in which they happened.
	Stops []job.Stop
}

// Asked counts the messages that were asked to their end.
func (s Summary) Asked() int { return s.Planned - s.NotAsked }

// Unreadable counts the messages that were asked and could not be read.
func (s Summary) Unreadable() int {
	n := 0
	for o, messages := range s.Outcomes {
		if o.Unreadable() {
			n += messages
		}
	}
	return n
}

// A tally adds up what the workers do.
type tally struct {
	mu      sync.Mutex
	observe func(Event)
	sum     Summary
}

func newTally(observe func(Event)) *tally {
	if observe == nil {
		observe = func(Event) {}
	}
	return &tally{observe: observe, sum: Summary{Outcomes: map[Outcome]int{}}}
}

func (t *tally) planned() { t.sum.Planned++ }

func (t *tally) page(m *job.Message, cost job.Cost) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Cost = t.sum.Cost.Add(cost)
	t.observe(Event{Message: m, Cost: cost})
}

func (t *tally) done(m *job.Message, o Outcome, e *job.AnswerError, cost job.Cost) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Cost = t.sum.Cost.Add(cost)
	t.sum.Outcomes[o]++
	t.observe(Event{Message: m, Outcome: o, Err: e, Cost: cost})
}

// stop notes a stop once, however many answers repeat it.
func (t *tally) stop(s job.Stop, notAsked int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.sum.Stops {
		if t.sum.Stops[i].Reach == s.Reach && t.sum.Stops[i].Name == s.Name {
			t.sum.Stops[i].NotAsked += notAsked
			return
		}
	}
	s.NotAsked = notAsked
	t.sum.Stops = append(t.sum.Stops, s)
}

func (t *tally) summary() Summary {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.sum
	s.NotAsked = s.Planned
	for _, n := range s.Outcomes {
		s.NotAsked -= n
	}
	return s
}
